// Stop sources, one for each thread of a test, that are requested at random while the threads wait.
#pragma once

#include <array>
#include <cstddef>
#include <mutex>

#include <signalbox/platform/stop.hpp>

#include "harness.hpp"

namespace signalbox::contract {

template <std::size_t Threads>
class cancellable {
public:
    /// A token for the next wait of a thread.
    platform::stop_token renew(std::size_t thread)
    {
        const std::lock_guard lock{mutex_};
        sources_[thread] = platform::stop_source{};
        return sources_[thread].get_token();
    }

    /// Requests a stop of one thread after another, in no order, until the time is over.
    void cancel_at_random_for(clock::duration span)
    {
        dice chance{99};
        for (const auto end = clock::now() + span; clock::now() < end;) {
            source_of(chance.below(Threads)).request_stop();
            dawdle(chance.below(50'000));
        }
    }

private:
    platform::stop_source source_of(std::size_t thread)
    {
        const std::lock_guard lock{mutex_};
        return sources_[thread];
    }

    std::mutex mutex_;
    std::array<platform::stop_source, Threads> sources_;
};

}  // namespace signalbox::contract
