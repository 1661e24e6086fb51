// What a waiter can wait for: an address can be a mutex today and a semaphore tomorrow.
#pragma once

#include <cstdint>

namespace signalbox::detail {

enum class cell_kind : std::uint8_t { owner, permits, shared, condition, event, latch, barrier };

}  // namespace signalbox::detail
