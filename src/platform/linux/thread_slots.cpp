// A thread's slots: static thread-local storage, and an object whose destructor runs when the thread ends.
#include <signalbox/platform/thread_slots.hpp>

namespace signalbox::platform {

namespace linux_detail {
constinit thread_local thread_slot slots [[gnu::tls_model("initial-exec")]][thread_slots_most] = {};
}

namespace {

struct thread_end {
    void (*ended)(std::uint32_t) = nullptr;
    std::uint32_t identity = 0;

    thread_end() = default;
    thread_end(const thread_end&) = delete;
    thread_end& operator=(const thread_end&) = delete;

    ~thread_end()
    {
        if (ended != nullptr) {
            for (thread_slot& slot : linux_detail::slots) {
                slot = {};
            }
            ended(identity);
        }
    }
};

thread_local thread_end end_of_this_thread;

}  // namespace

void call_when_thread_ends(void (*ended)(std::uint32_t), std::uint32_t identity) noexcept
{
    end_of_this_thread.ended = ended;
    end_of_this_thread.identity = identity;
}

}  // namespace signalbox::platform
