// The files of shared objects: how they are named, made, published, opened and refused.
//
//   creating, killed                 left behind
//   before the name is given         nothing: the file has no name, and goes with its last descriptor
//   after that                       a whole object
//
// Invariant 1  A file that has a name is complete: everything is written before.
// Checked by   tests/process/files_test.cpp, tests/crash/every_instruction_test.cpp
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <signalbox/platform/shared_memory.hpp>

#include "process/kinds.hpp"
#include "process/layout.hpp"

namespace signalbox::process::detail {

class attachment;

struct blueprint {
    object_traits traits;
    std::int64_t capacity = 1;
    std::int64_t initial = 1;
    unsigned mode = 0600;
    bool is_set = false;  // an event
};

/// What the names of the files begin with.
inline constexpr const char* prefix = "signalbox.";

/// Errors: std::system_error invalid_argument unless the name is made of 1 to 64 of A-Z a-z 0-9 . _ -
void check_name(const std::string& name);
/// Where named objects live: SIGNALBOX_DIR, or /dev/shm.
std::string directory();
std::string path_of(const std::string& name);

attachment* create_object(const std::string& name, const blueprint& plan, const char* label);
attachment* open_object(const std::string& name, object_kind kind, const char* label);
attachment* open_or_create_object(const std::string& name, const blueprint& plan, const char* label);
attachment* make_anonymous_object(const blueprint& plan, const char* label);
attachment* adopt_handle(int handle, object_kind kind, const char* label);
bool remove_object(const std::string& name, object_kind kind);
std::vector<std::string> list_objects(object_kind kind);

/// Errors: std::system_error invalid_argument, which says what is wrong with the beginning of a file.
void check_identity(const object_identity& seen, std::int64_t size, const std::string& name);
/// Looks whether the open file is a sound object of that kind, and says what it is.
/// Errors: std::system_error that says what is wrong with it.
platform::file_status inspect(int file, const std::string& name, object_kind kind, object_traits& what);
/// Writes everything of a new object that is not zero.
void fill(object_layout& shared, const blueprint& plan) noexcept;

}  // namespace signalbox::process::detail
