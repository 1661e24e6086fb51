// Making, opening, refusing and removing the files of shared objects.
#include "process/files.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <new>

#include <signalbox/platform/shared_wait.hpp>

#include "process/attachment.hpp"
#include "process/collecting.hpp"
#include "process/errors.hpp"
#include "process/event_state.hpp"
#include "process/room.hpp"

namespace signalbox::process::detail {
namespace {

constexpr std::size_t name_most = 64;

[[noreturn]] void refuse(const std::string& name, const std::string& why)
{
    fail(std::errc::invalid_argument, name, why);
}

bool is_of_names(char c) noexcept
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

}  // namespace

void check_identity(const object_identity& seen, std::int64_t size, const std::string& name)
{
    if (seen.magic != layout_magic) {
        refuse(name, "is no Signalbox object: the file is somebody else's");
    }
    if (seen.version != layout_version) {
        refuse(name, "has layout version " + std::to_string(seen.version) + ", " +
                         (seen.version < layout_version ? "older" : "newer") + " than version " +
                         std::to_string(layout_version) +
                         " of this library: remove it when nobody uses it, or use the other library");
    }
    if (seen.file_size != object_size || seen.participants != participants_most ||
        seen.holders != holders_most || seen.waiters != waiters_most) {
        refuse(name, "was laid out by a library with other limits: remove it when nobody uses it");
    }
    if (size != static_cast<std::int64_t>(object_size)) {
        refuse(name, (size < static_cast<std::int64_t>(object_size) ? "is truncated: " : "is too long: ") +
                         std::to_string(size) + " bytes instead of " + std::to_string(object_size));
    }
}

void check_name(const std::string& name)
{
    const bool is_sound = !name.empty() && name.size() <= name_most && name != "." && name != ".." &&
                          std::all_of(name.begin(), name.end(), is_of_names);
    if (!is_sound) {
        std::string shown = name.substr(0, name_most + 1);
        std::replace_if(
            shown.begin(), shown.end(), [](char c) { return c >= 0 && c < ' '; }, '?');
        throw std::system_error(std::make_error_code(std::errc::invalid_argument),
                                "signalbox: '" + shown +
                                    "' is no name: it must be 1 to 64 of A-Z a-z 0-9 . _ -, and not . or ..");
    }
}

std::string directory()
{
    const char* const given = std::getenv("SIGNALBOX_DIR");
    return given != nullptr && *given != '\0' ? given : "/dev/shm";
}

std::string path_of(const std::string& name)
{
    check_name(name);
    return directory() + "/" + prefix + name;
}

platform::file_status inspect(int file, const std::string& name, object_kind kind, object_traits& what)
{
    platform::file_status status;
    object_identity seen;
    const int result = platform::status_of_file(file, status);
    if (result < 0) {
        fail_with(result, name, "can't be looked at");
    }
    if (!status.is_regular) {
        refuse(name, "is no Signalbox object: it is no regular file");
    }
    if (status.size < static_cast<std::int64_t>(sizeof seen)) {
        refuse(name,
               "is no Signalbox object, or truncated: it has " + std::to_string(status.size) + " bytes");
    }
    if (platform::read_file(file, &seen, sizeof seen) != static_cast<int>(sizeof seen)) {
        fail(std::errc::io_error, name, "can't be read");
    }
    check_identity(seen, status.size, name);
    if (seen.traits.kind != kind) {
        refuse(name, std::string{"is "} + a_kind(seen.traits.kind) + ", not " + a_kind(kind));
    }
    what = seen.traits;
    what.label[label_most - 1] = '\0';
    return status;
}

void fill(object_layout& shared, const blueprint& plan) noexcept
{
    new (&shared.head.identity) object_identity{.file_size = object_size, .traits = plan.traits};
    shared.holders[capacity_cell].entries[0].store(
        holder_entry{static_cast<std::int32_t>(plan.capacity), 0}.bits());
    shared.head.holders_used.store(1);
    shared.head.event.store(event_state::make(plan.is_set));
    shared.head.word.store(ledger_word::make(plan.initial));
}

attachment* create_object(const std::string& name, const blueprint& plan, const char* label)
{
    const std::string path = path_of(name);
    platform::file_status status;
    const int file = platform::make_nameless_file(directory().c_str(), plan.mode, object_size, status);
    if (file < 0) {
        fail_with(file, name, "can't be created in " + directory());
    }
    attachment* const made = attachment::attach_new(file, status, name, plan, label);
    const int result = platform::publish_file(file, path.c_str());
    if (result < 0) {
        made->drop_handle();
        fail_with(result, name,
                  result == -EEXIST ? "exists already: open() it" : "can't be given its name " + path);
    }
    return made;
}

attachment* open_object(const std::string& name, object_kind kind, const char* label)
{
    const std::string path = path_of(name);
    int error = 0;
    attachment* const found = attach_named(path, name, kind, label, error);
    if (found == nullptr) {
        fail_with(error, name,
                  error == -ENOENT  ? "does not exist: create() it"
                  : error == -ELOOP ? "is a symbolic link, which is not followed"
                                    : "can't be opened as " + path);
    }
    return found;
}

attachment* open_or_create_object(const std::string& name, const blueprint& plan, const char* label)
{
    for (;;) {
        const bool is_there = [&] {
            const int file = platform::open_file(path_of(name).c_str());
            if (file >= 0) {
                platform::close_file(file);
            }
            return file != -ENOENT;
        }();
        try {
            return is_there ? open_object(name, plan.traits.kind, label) : create_object(name, plan, label);
        } catch (const std::system_error& error) {
            const std::errc raced = is_there ? std::errc::no_such_file_or_directory : std::errc::file_exists;
            if (error.code() != std::make_error_condition(raced)) {
                throw;
            }
        }
    }
}

attachment* make_anonymous_object(const blueprint& plan, const char* label)
{
    const int file = platform::make_anonymous_file("signalbox", object_size);
    if (file < 0) {
        fail_with(file, "", "can't be created");
    }
    platform::file_status status;
    platform::status_of_file(file, status);
    return attachment::attach_new(file, status, "", plan, label);
}

attachment* adopt_handle(int handle, object_kind kind, const char* label)
{
    const int file = platform::open_again(handle);
    if (file < 0) {
        fail_with(file, "", "can't be opened from its handle through /proc");
    }
    return attachment::attach(file, "", kind, label);
}

bool remove_object(const std::string& name, object_kind kind)
{
    const std::string path = path_of(name);
    for (bool is_first = true;; is_first = false) {
        int error = 0;
        // what this process uses under that name need not be opened; remove_name() sees if it is another one
        attachment* object = is_first ? attachment::find_named(name, kind) : nullptr;
        if (object == nullptr) {
            object = attach_named(path, name, kind, "", error);
        }
        if (object == nullptr && error == -ENOENT) {
            return false;
        }
        if (object == nullptr) {
            fail_with(error, name, "can't be opened for removing");
        }
        const int result = remove_name(*object, path);
        try {
            if (result >= 0) {
                object->shared->head.is_removed.store(1);
                room{*object, object->my_slot()}.call_all();
            }
        } catch (...) {
            object->drop_handle();
            throw;
        }
        object->drop_handle();
        if (result >= 0) {
            return true;
        }
        if (result != -ENOENT) {
            fail_with(result, name, "can't be removed");
        }
    }
}

std::vector<std::string> list_objects(object_kind kind)
{
    std::vector<std::string> found;
    for (const std::string& name : platform::list_files(directory().c_str(), prefix)) {
        object_identity seen;
        const int file = platform::open_file((directory() + "/" + prefix + name).c_str());
        if (file < 0) {
            continue;
        }
        if (platform::read_file(file, &seen, sizeof seen) == static_cast<int>(sizeof seen) &&
            seen.magic == layout_magic && seen.traits.kind == kind) {
            found.push_back(name);
        }
        platform::close_file(file);
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace signalbox::process::detail
