// Files of shared memory: made without a name, published at once, locked byte by byte.
//
// Every verb returns a negative errno where it fails, and is one or two system calls.
//
// Because      An open-file-description lock on a byte belongs to the open file, not to a process id: the
//              kernel drops it with the last descriptor, whatever namespace looks and whatever id is used
//              again. (The older record locks go with the first close() of the file by anybody in the
//              process.)
// Source       open(2) (O_TMPFILE), linkat(2), memfd_create(2), fcntl(2) (open file description locks)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <signalbox/config.hpp>

namespace signalbox::platform {

struct file_status {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    std::int64_t size = 0;
    std::uint64_t names = 0;  // how many directory entries lead to it
    bool is_regular = false;
    unsigned mode = 0;        // the permission bits
    std::uint32_t owner = 0;  // the user
};

/// Sees to it that these bytes of a file have memory, so that touching them where they are mapped can't end
/// in SIGBUS. Returns 0, also where the file system can't promise it, or a negative errno: -ENOSPC above all.
SIGNALBOX_API int reserve_in_file(int file, std::size_t offset, std::size_t size) noexcept;

/// A file of `size` zero bytes in `directory` that has no name yet, and what it is. Its mode is that mode,
/// whatever the umask.
SIGNALBOX_API int make_nameless_file(const char* directory, unsigned mode, std::size_t size,
                                     file_status& made) noexcept;
/// A file of `size` zero bytes that never has a name, and whose size nobody can change.
SIGNALBOX_API int make_anonymous_file(const char* label, std::size_t size) noexcept;
/// Gives a nameless file its name, at once and for all to see; -EEXIST if the name is taken.
SIGNALBOX_API int publish_file(int file, const char* path) noexcept;
/// Opens a file for reading and writing; never follows a link, never waits.
SIGNALBOX_API int open_file(const char* path) noexcept;
/// The same for reading alone.
SIGNALBOX_API int open_file_to_look(const char* path) noexcept;
/// Opens the same file once more: an open file of its own, with locks of its own.
SIGNALBOX_API int open_again(int file) noexcept;
SIGNALBOX_API int duplicate_file(int file) noexcept;
SIGNALBOX_API void close_file(int file) noexcept;
SIGNALBOX_API int remove_file(const char* path) noexcept;
SIGNALBOX_API int status_of_file(int file, file_status& status) noexcept;
/// Of what a path leads to; a link is not followed.
SIGNALBOX_API int status_of_name(const char* path, file_status& status) noexcept;
/// Reads `size` bytes from `offset` on; how many there were.
SIGNALBOX_API int read_file(int file, void* into, std::size_t size, std::size_t offset = 0) noexcept;
/// The names in a directory that begin with `prefix`, without the prefix.
SIGNALBOX_API std::vector<std::string> list_files(const char* directory, const char* prefix);

/// Maps the whole file; null if that fails.
SIGNALBOX_API void* map_file(int file, std::size_t size) noexcept;
/// Maps zeros that nobody else sees, which cost nothing until they are touched; null if that fails.
SIGNALBOX_API void* map_zeros(std::size_t size) noexcept;
/// Of either.
SIGNALBOX_API void unmap_file(void* address, std::size_t size) noexcept;

/// Locks byte `index` for this open file; false if another open file has it.
SIGNALBOX_API bool lock_byte(int file, std::uint32_t index) noexcept;
/// Locks all bytes from `first` to before `end` at once, or none of them.
SIGNALBOX_API bool lock_bytes(int file, std::uint32_t first, std::uint32_t end) noexcept;
SIGNALBOX_API void unlock_byte(int file, std::uint32_t index) noexcept;
/// Whether an open file other than this one has byte `index`. If the kernel can't tell: true.
SIGNALBOX_API bool is_byte_locked(int file, std::uint32_t index) noexcept;

}  // namespace signalbox::platform
