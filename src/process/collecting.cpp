// Removing and collecting.
#include "process/collecting.hpp"

#include <cerrno>
#include <system_error>

#include <signalbox/platform/cpu.hpp>

#include "process/errors.hpp"
#include "process/files.hpp"

namespace signalbox::process::detail {
namespace {

constexpr std::uint32_t name_byte = participants_most;
constexpr int tries_most = 200;  // a collector holds the bytes for a few system calls

bool leads_to(const std::string& path, const platform::file_status& wanted) noexcept
{
    platform::file_status found;
    return platform::status_of_name(path.c_str(), found) == 0 && found.device == wanted.device &&
           found.number == wanted.number;
}

// By Invariant 1: the name's byte of the file is locked.
int unlink_if_same(const platform::file_status& wanted, const std::string& path) noexcept
{
    return leads_to(path, wanted) ? platform::remove_file(path.c_str()) : -ENOENT;
}

bool collect(const std::string& name,
             const std::function<bool(int file, const object_identity& what)>& is_wanted)
{
    const std::string path = path_of(name);
    const int file = platform::open_file(path.c_str());
    if (file < 0) {
        return false;
    }
    object_identity seen;
    platform::file_status status;
    bool is_collected = false;
    try {
        if (platform::status_of_file(file, status) == 0 && status.is_regular &&
            platform::read_file(file, &seen, sizeof seen) == static_cast<int>(sizeof seen)) {
            check_identity(seen, status.size, name);
            is_collected = platform::lock_bytes(file, 0, name_byte + 1) && is_wanted(file, seen) &&
                           unlink_if_same(status, path) == 0;
        }
    } catch (const std::system_error&) {
        is_collected = false;  // it is none of ours, or one of another version
    }
    platform::close_file(file);  // drops the locks
    return is_collected;
}

}  // namespace

attachment* attach_named(const std::string& path, const std::string& name, object_kind kind,
                         const char* label, int& error)
{
    for (int tries = 0;; ++tries) {
        const int file = platform::open_file(path.c_str());
        if (file < 0) {
            error = file;
            return nullptr;
        }
        try {
            attachment* const object = attachment::attach(file, name, kind, label);
            platform::file_status status;
            if (platform::status_of_file(object->file, status) == 0 && status.names > 0) {
                return object;
            }
            object->drop_handle();  // by Invariant 2
        } catch (const std::system_error& refused) {
            if (tries >= tries_most ||
                refused.code() != std::make_error_condition(std::errc::resource_unavailable_try_again)) {
                throw;
            }
        }
    }
}

int remove_name(const attachment& object, const std::string& path) noexcept
{
    for (int tries = 0; !platform::lock_bytes(object.file, name_byte, name_byte + 1); ++tries) {
        if (tries >= tries_most) {
            return -EAGAIN;  // whoever else removes it at this moment was stopped
        }
        platform::spin_pause();
    }
    const int result = unlink_if_same(object.identity(), path);
    platform::unlock_byte(object.file, name_byte);
    return result;
}

std::vector<std::string> collect_objects(
    const std::function<bool(int file, const object_identity& what)>& is_wanted)
{
    std::vector<std::string> removed;
    for (const std::string& name : platform::list_files(directory().c_str(), prefix)) {
        try {
            if (collect(name, is_wanted)) {
                removed.push_back(name);
            }
        } catch (const std::system_error&) {
            continue;  // a file whose name is no object's
        }
    }
    return removed;
}

}  // namespace signalbox::process::detail
