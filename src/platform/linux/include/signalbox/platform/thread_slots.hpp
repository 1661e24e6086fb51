// A few addresses for each thread, found by a number: where a thread keeps what it knows of a shared object.
//
// Because      A lookup must cost two loads and a compare. What another object has pushed out is found again
//              by a slower way.
#pragma once

#include <cstddef>
#include <cstdint>

#include <signalbox/config.hpp>

namespace signalbox::platform {

struct thread_slot {
    std::uint64_t key = 0;  // 0: empty
    void* value = nullptr;
};

inline constexpr std::size_t thread_slots_most = 8;

namespace linux_detail {
extern SIGNALBOX_API constinit thread_local thread_slot slots
    [[gnu::tls_model("initial-exec")]][thread_slots_most];
}

/// Where the calling thread would keep the value of `key`.
[[nodiscard]] inline thread_slot& slot_of_thread(std::uint64_t key) noexcept
{
    return linux_detail::slots[key % thread_slots_most];
}

/// Has `ended` called once when the calling thread ends, with its identity.
SIGNALBOX_API void call_when_thread_ends(void (*ended)(std::uint32_t), std::uint32_t identity) noexcept;

}  // namespace signalbox::platform
