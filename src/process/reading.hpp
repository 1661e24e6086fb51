// A copy of a shared object's file, for who looks at it and is not its user.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <signalbox/platform/shared_memory.hpp>

#include "process/ledger.hpp"

namespace signalbox::process::detail {

/// A layout of zeros, of which the system gives the pages that are touched: most of a file was never used.
struct layout_of_zeros {
    void operator()(object_layout* copy) const noexcept { platform::unmap_file(copy, sizeof *copy); }

    static std::unique_ptr<object_layout, layout_of_zeros> make() noexcept
    {
        return std::unique_ptr<object_layout, layout_of_zeros>{
            static_cast<object_layout*>(platform::map_zeros(sizeof(object_layout)))};
    }
};

struct reading {
    std::unique_ptr<object_layout, layout_of_zeros> copy = layout_of_zeros::make();  // may be null
    ledger::picture sum{};  // of one moment; or `corrupt`
};

/// Reads the file; nothing if it is no sound object, or can't be read.
std::optional<reading> read_object(int file, const std::string& name, platform::file_status& status);

}  // namespace signalbox::process::detail
