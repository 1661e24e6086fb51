// The thread of a watchdog: sleeps until a wait is due, looks, reports.
//
// Invariant 1  `reported_` is the youngest wait that was reported: all older ones that still last were
//              reported with it, since they had lasted even longer.
// Because      It sleeps on a word of its own, not on a primitive: a watchdog must not stand in the table
//              that it watches.
// Edges        E1  ~watch() -> run(): the thread looks at nothing that the destructor takes away.
#include <signalbox/watchdog.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <new>
#include <optional>
#include <string>

#include <signalbox/deadline.hpp>
#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/background_thread.hpp>
#include <signalbox/platform/wait.hpp>

#include "inspect/text.hpp"

namespace signalbox::detail {

struct watch::state {
    using time_point = std::chrono::steady_clock::time_point;

    state(std::chrono::nanoseconds limit, const report_taker& taker)
        : after{std::max<std::chrono::nanoseconds>(limit, std::chrono::milliseconds{1})}, report{taker}
    {
        thread.emplace(
            [](void* self) -> void* {
                static_cast<state*>(self)->run();
                return nullptr;
            },
            this);
    }

    void run() noexcept
    {
        while (!is_over()) {
            deadline next = deadline::after(after);
            try {
                next = look();
            } catch (const std::bad_alloc&) {  // it looks again later
            }
            while (!is_over() && platform::wait_until(over, 0, next.time())) {
            }
        }
    }

    // Reports what has become due. Returns when the next wait may.
    deadline look()
    {
        const snapshot all = take_snapshot();
        std::chrono::nanoseconds rest = after;
        time_point youngest = reported;
        for (const waiting_thread& each : all.threads) {
            const auto lasted = all.taken - each.since;
            if (lasted < after) {
                rest = std::min(rest, after - lasted);
            } else {
                youngest = std::max(youngest, each.since);
            }
        }
        if (youngest > reported) {
            reported = youngest;
            tell(text_of(all, 0));
        }
        return deadline::after(rest);
    }

    void tell(const std::string& text) const
    {
        if (report) {
            return report(text);
        }
        std::fwrite(text.data(), 1, text.size(), stderr);
        std::fflush(stderr);
    }

    [[nodiscard]] bool is_over() const noexcept
    {
        return over.load(std::memory_order_acquire) != 0;  // E1 acquire: pairs with the store in ~watch()
    }

    const std::chrono::nanoseconds after;
    const report_taker& report;
    time_point reported{};
    platform::atomic<std::uint32_t> over{0};
    std::optional<platform::background_thread> thread;
};

watch::watch(std::chrono::nanoseconds after, const report_taker& report)
    : state_{std::make_unique<state>(after, report)}
{
}

watch::~watch()
{
    state_->over.store(1, std::memory_order_release);  // E1 release: pairs with the load in is_over()
    platform::wake_one(state_->over);
    state_->thread->join();
}

}  // namespace signalbox::detail
