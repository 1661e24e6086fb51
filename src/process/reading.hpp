// A copy of a shared object's file, for who looks at it and is not its user.
#pragma once

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include <signalbox/platform/shared_memory.hpp>

#include "process/ledger.hpp"

namespace signalbox::process::detail {

struct reading {
    /// Zero where nothing was read; the system gives it page by page, since most of a file was never used.
    std::unique_ptr<object_layout, void (*)(void*)> copy{
        static_cast<object_layout*>(std::calloc(1, sizeof(object_layout))), std::free};
    ledger::picture sum{};  // of one moment; or `corrupt`
};

/// Reads the file; nothing if it is no sound object, or can't be read.
std::optional<reading> read_object(int file, const std::string& name, platform::file_status& status);

}  // namespace signalbox::process::detail
