// Latches, barriers and events: ours, the standard library's, POSIX's and Abseil's.
//
// A meeting has `name`, a constructor (threads, rounds) and meet(round): in each round all threads meet. A
// latch serves for one round, so that there is one for each.
// An event has `name`, wait(), set(), and reset(), which is called while nobody waits.
#pragma once

#include <pthread.h>

#include <atomic>
#include <barrier>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <latch>
#include <mutex>
#include <optional>

#include "peer.hpp"

#if defined(SIGNALBOX_BENCH_SIGNALBOX)
#include <signalbox/barrier.hpp>
#include <signalbox/event.hpp>
#include <signalbox/latch.hpp>
#endif
#if defined(SIGNALBOX_BENCH_ABSL)
#include <absl/synchronization/notification.h>

#include "absl.hpp"
#endif

namespace bench {

template <class Barrier>
class barrier_meeting {
public:
    barrier_meeting(unsigned threads, std::size_t) : barrier_(threads) {}
    void meet(std::size_t) { barrier_.arrive_and_wait(); }

private:
    alignas(64) Barrier barrier_;
};

template <class Latch>
class latch_meeting {
public:
    latch_meeting(unsigned threads, std::size_t rounds)
    {
        for (std::size_t i = 0; i < rounds; ++i)
            latches_.emplace_back(threads);
    }
    void meet(std::size_t round) { latches_[round].arrive_and_wait(); }

private:
    struct alignas(64) padded {
        explicit padded(unsigned threads) : latch(threads) {}
        void arrive_and_wait() { latch.arrive_and_wait(); }
        Latch latch;
    };
    std::deque<padded> latches_;
};

struct std_barrier : barrier_meeting<std::barrier<>> {
    using barrier_meeting::barrier_meeting;
    static constexpr const char* name = "std";
};

struct std_latch : latch_meeting<std::latch> {
    using latch_meeting::latch_meeting;
    static constexpr const char* name = "std";
};

// POSIX has no latch: its barrier stands beside both.
class pthread_meeting {
public:
    static constexpr const char* name = "pthread";
    pthread_meeting(unsigned threads, std::size_t) { pthread_barrier_init(&barrier_, nullptr, threads); }
    pthread_meeting(const pthread_meeting&) = delete;
    ~pthread_meeting() { pthread_barrier_destroy(&barrier_); }
    void meet(std::size_t) { pthread_barrier_wait(&barrier_); }

private:
    alignas(64) pthread_barrier_t barrier_;
};

class atomic_event {
public:
    static constexpr const char* name = "atomic_wait";
    void wait() { is_set_.wait(false, std::memory_order_acquire); }
    void set()
    {
        is_set_.store(true, std::memory_order_release);
        is_set_.notify_all();
    }
    void reset() { is_set_.store(false, std::memory_order_release); }

private:
    alignas(64) std::atomic<bool> is_set_{false};
};

class condition_event {
public:
    static constexpr const char* name = "std_condition";
    void wait()
    {
        std::unique_lock<std::mutex> held(mutex_);
        condition_.wait(held, [this] { return is_set_; });
    }
    void set()
    {
        {
            const std::lock_guard<std::mutex> held(mutex_);
            is_set_ = true;
        }
        condition_.notify_all();
    }
    void reset()
    {
        const std::lock_guard<std::mutex> held(mutex_);
        is_set_ = false;
    }

private:
    alignas(64) std::mutex mutex_;
    std::condition_variable condition_;
    bool is_set_ = false;
};

#if defined(SIGNALBOX_BENCH_SIGNALBOX)
struct signalbox_barrier : barrier_meeting<signalbox::barrier<>> {
    using barrier_meeting::barrier_meeting;
    static constexpr const char* name = "signalbox";
};
struct signalbox_latch : latch_meeting<signalbox::latch> {
    using latch_meeting::latch_meeting;
    static constexpr const char* name = "signalbox";
};
class signalbox_event {
public:
    static constexpr const char* name = "signalbox";
    void wait() { event_.wait(); }
    void set() { event_.set(); }
    void reset() { event_.reset(); }

private:
    alignas(64) signalbox::event event_;
};
using signalbox_barriers = peer_list<signalbox_barrier>;
using signalbox_latches = peer_list<signalbox_latch>;
using signalbox_events = peer_list<signalbox_event>;
#else
using signalbox_barriers = peer_list<>;
using signalbox_latches = peer_list<>;
using signalbox_events = peer_list<>;
#endif

#if defined(SIGNALBOX_BENCH_ABSL)
// A notification serves once: reset() makes another.
class absl_notification {
public:
    static constexpr const char* name = "absl";
    absl_notification()
    {
        without_absl_detector();
        reset();
    }
    void wait() { notification_->WaitForNotification(); }
    void set() { notification_->Notify(); }
    void reset() { notification_.emplace(); }

private:
    alignas(64) std::optional<absl::Notification> notification_;
};
using absl_events = peer_list<absl_notification>;
#else
using absl_events = peer_list<>;
#endif

using all_barriers = joined<signalbox_barriers, peer_list<std_barrier, pthread_meeting>>::type;
using all_latches = joined<signalbox_latches, peer_list<std_latch, pthread_meeting>>::type;
using all_events = joined<signalbox_events, peer_list<atomic_event, condition_event>, absl_events>::type;

}  // namespace bench
