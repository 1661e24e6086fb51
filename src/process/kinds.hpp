// What the kinds of shared objects are called.
#pragma once

#include "process/layout.hpp"

namespace signalbox::process::detail {

/// With its article, for sentences.
constexpr const char* a_kind(object_kind kind) noexcept
{
    switch (kind) {
    case object_kind::semaphore: return "a semaphore";
    case object_kind::mutex: return "a mutex";
    case object_kind::recursive_mutex: return "a recursive mutex";
    case object_kind::event: return "an event";
    }
    return "something else";
}

}  // namespace signalbox::process::detail
