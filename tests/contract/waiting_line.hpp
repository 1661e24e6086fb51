// Threads that wait for one semaphore, in the order in which they came.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <vector>

#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>

#include "harness.hpp"

namespace signalbox::contract {

template <class Semaphore>
class waiting_line {
public:
    explicit waiting_line(Semaphore& semaphore) : semaphore_{semaphore} {}

    /// Adds a waiter for n permits, and returns when it waits.
    [[nodiscard]] bool joins(std::ptrdiff_t n, const limit& within = {})
    {
        const auto already = semaphore_.waiters();
        waiters_.emplace_back([this, n, within] { return semaphore_.acquire(n, within); });
        return eventually([&] { return semaphore_.waiters() == already + 1; });
    }

    /// Adds one that may not have to wait.
    void adds(std::ptrdiff_t n, const limit& within = {})
    {
        waiters_.emplace_back([this, n, within] { return semaphore_.acquire(n, within); });
    }

    [[nodiscard]] std::ptrdiff_t finished() const
    {
        return std::count_if(waiters_.begin(), waiters_.end(), [](const auto& one) { return one.is_done(); });
    }

    /// Waits until the first `count`, and those of `also`, are done; false also when any other is.
    [[nodiscard]] bool are_done(std::size_t count, const std::vector<std::size_t>& also = {}) const
    {
        for (std::size_t i = 0; i < waiters_.size(); ++i) {
            const bool is_expected = i < count || std::find(also.begin(), also.end(), i) != also.end();
            if (is_expected && !eventually([&] { return waiters_[i].is_done(); })) {
                return false;
            }
            if (!is_expected && waiters_[i].is_done()) {
                return false;
            }
        }
        return true;
    }

    /// How the wait of the i-th to come ended.
    [[nodiscard]] outcome outcome_of(std::size_t i) { return waiters_[i].get(); }

    /// Waits until all are done, and forgets them.
    void clear() { waiters_.clear(); }

private:
    Semaphore& semaphore_;
    std::deque<task<outcome>> waiters_;
};

template <class Semaphore>
waiting_line(Semaphore&) -> waiting_line<Semaphore>;

}  // namespace signalbox::contract
