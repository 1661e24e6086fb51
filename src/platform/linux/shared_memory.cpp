// Files of shared memory on Linux.
//
// Crash        A nameless file is gone with its last descriptor, so a creator that is killed leaves nothing,
//              at any instruction. Where the file system has no nameless files, a temporary name may stay.
// Source       open(2) (O_TMPFILE), linkat(2), memfd_create(2), fcntl(2) (open file description locks)
#include <signalbox/platform/shared_memory.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace signalbox::platform {
namespace {

constexpr unsigned all_mode_bits = 07777;
constexpr off_t first_locked_byte = off_t{1} << 40;  // far behind any content

struct descriptor_path {
    char text[32]{};

    explicit descriptor_path(int file) noexcept
    {
        std::snprintf(text, sizeof text, "/proc/self/fd/%d", file);
    }
};

int result_of(int result) noexcept
{
    return result == -1 ? -errno : result;
}

file_status to_status(const struct stat& found) noexcept
{
    return {found.st_dev,   found.st_ino,           found.st_size,
            found.st_nlink, S_ISREG(found.st_mode), found.st_mode & all_mode_bits,
            found.st_uid};
}

flock byte(std::uint32_t index) noexcept
{
    flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = first_locked_byte + static_cast<off_t>(index);
    lock.l_len = 1;
    return lock;
}

}  // namespace

int make_nameless_file(const char* directory, unsigned mode, std::size_t size, file_status& made) noexcept
{
    mode &= all_mode_bits;
    const int file = result_of(::open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, mode));
    if (file < 0) {
        return file;
    }
    struct stat found {};
    if (::ftruncate(file, static_cast<off_t>(size)) != 0 || ::fstat(file, &found) != 0 ||
        ((made = to_status(found)).mode != mode && ::fchmod(file, mode) != 0)) {
        const int error = -errno;
        ::close(file);
        return error;
    }
    return file;
}

int make_anonymous_file(const char* label, std::size_t size) noexcept
{
    const int file = result_of(::memfd_create(label, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (file < 0) {
        return file;
    }
    if (::ftruncate(file, static_cast<off_t>(size)) != 0 ||
        ::fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        const int error = -errno;
        ::close(file);
        return error;
    }
    return file;
}

int reserve_in_file(int file, std::size_t offset, std::size_t size) noexcept
{
    int result = 0;
    do {
        result = result_of(::fallocate(file, 0, static_cast<off_t>(offset), static_cast<off_t>(size)));
    } while (result == -EINTR);
    return result == -EOPNOTSUPP || result == -ENOSYS ? 0 : result;
}

int publish_file(int file, const char* path) noexcept
{
    // the direct way costs half as much; older kernels want a capability for it, and say ENOENT
    const int result = result_of(::linkat(file, "", AT_FDCWD, path, AT_EMPTY_PATH));
    return result != -ENOENT && result != -EINVAL
               ? result
               : result_of(::linkat(AT_FDCWD, descriptor_path{file}.text, AT_FDCWD, path, AT_SYMLINK_FOLLOW));
}

int open_file(const char* path) noexcept
{
    return result_of(::open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
}

int open_file_to_look(const char* path) noexcept
{
    return result_of(::open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
}

int open_again(int file) noexcept
{
    const int again = result_of(::open(descriptor_path{file}.text, O_RDWR | O_CLOEXEC | O_NONBLOCK));
    const bool is_there = again != -ENOENT || ::fcntl(file, F_GETFD) >= 0;  // or it is /proc that is missing
    return is_there ? again : -EBADF;
}

int duplicate_file(int file) noexcept
{
    return result_of(::fcntl(file, F_DUPFD_CLOEXEC, 3));
}

void close_file(int file) noexcept
{
    ::close(file);
}

int remove_file(const char* path) noexcept
{
    return result_of(::unlink(path));
}

int status_of_file(int file, file_status& status) noexcept
{
    struct stat found {};
    if (::fstat(file, &found) != 0) {
        return -errno;
    }
    status = to_status(found);
    return 0;
}

int status_of_name(const char* path, file_status& status) noexcept
{
    struct stat found {};
    if (::lstat(path, &found) != 0) {
        return -errno;
    }
    status = to_status(found);
    return 0;
}

int read_file(int file, void* into, std::size_t size, std::size_t offset) noexcept
{
    return result_of(static_cast<int>(::pread(file, into, size, static_cast<off_t>(offset))));
}

std::vector<std::string> list_files(const char* directory, const char* prefix)
{
    std::vector<std::string> names;
    const std::size_t length = std::strlen(prefix);
    DIR* const opened = ::opendir(directory);
    if (opened == nullptr) {
        return names;
    }
    while (const dirent* const entry = ::readdir(opened)) {
        if (std::strncmp(entry->d_name, prefix, length) == 0) {
            names.emplace_back(entry->d_name + length);
        }
    }
    ::closedir(opened);
    return names;
}

void* map_file(int file, std::size_t size) noexcept
{
    void* const address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    return address == MAP_FAILED ? nullptr : address;
}

void* map_zeros(std::size_t size) noexcept
{
    void* const address =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? nullptr : address;
}

void unmap_file(void* address, std::size_t size) noexcept
{
    ::munmap(address, size);
}

bool lock_byte(int file, std::uint32_t index) noexcept
{
    flock lock = byte(index);
    return ::fcntl(file, F_OFD_SETLK, &lock) == 0;
}

bool lock_bytes(int file, std::uint32_t first, std::uint32_t end) noexcept
{
    flock lock = byte(first);
    lock.l_len = static_cast<off_t>(end - first);
    return ::fcntl(file, F_OFD_SETLK, &lock) == 0;
}

void unlock_byte(int file, std::uint32_t index) noexcept
{
    flock lock = byte(index);
    lock.l_type = F_UNLCK;
    ::fcntl(file, F_OFD_SETLK, &lock);
}

bool is_byte_locked(int file, std::uint32_t index) noexcept
{
    flock lock = byte(index);
    return ::fcntl(file, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

}  // namespace signalbox::platform
