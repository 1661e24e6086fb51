// Condition variables with the mutex that belongs to each: ours, libstdc++'s, Abseil's and nsync's.
//
// An adaptor has `name`, lock(), unlock(), wait() with the mutex held, notify_one() and notify_all().
#pragma once

#include <condition_variable>
#include <mutex>

#include "peer.hpp"

#if defined(SIGNALBOX_BENCH_SIGNALBOX)
#include <signalbox/condition_variable.hpp>
#include <signalbox/mutex.hpp>
#endif
#if defined(SIGNALBOX_BENCH_ABSL)
#include "absl.hpp"
#endif
#if defined(SIGNALBOX_BENCH_NSYNC)
#include <nsync.h>
#endif

namespace bench {

// Ours and the standard's have the same members.
template <class Mutex, class Condition>
class unique_lock_condition {
public:
    void lock() { lock_.lock(); }
    void unlock() { lock_.unlock(); }
    void wait()
    {
        std::unique_lock<Mutex> held(lock_, std::adopt_lock);
        condition_.wait(held);
        held.release();
    }
    void notify_one() { condition_.notify_one(); }
    void notify_all() { condition_.notify_all(); }

private:
    alignas(64) Mutex lock_;
    alignas(64) Condition condition_;
};

struct std_condition : unique_lock_condition<std::mutex, std::condition_variable> {
    static constexpr const char* name = "std";
};

#if defined(SIGNALBOX_BENCH_SIGNALBOX)
struct signalbox_condition : unique_lock_condition<signalbox::mutex, signalbox::condition_variable> {
    static constexpr const char* name = "signalbox";
};
using signalbox_conditions = peer_list<signalbox_condition>;
#else
using signalbox_conditions = peer_list<>;
#endif

#if defined(SIGNALBOX_BENCH_ABSL)
class absl_condvar {
public:
    static constexpr const char* name = "absl";
    absl_condvar() { without_absl_detector(); }
    void lock() ABSL_NO_THREAD_SAFETY_ANALYSIS { lock_.Lock(); }
    void unlock() ABSL_NO_THREAD_SAFETY_ANALYSIS { lock_.Unlock(); }
    void wait() ABSL_NO_THREAD_SAFETY_ANALYSIS { condition_.Wait(&lock_); }
    void notify_one() { condition_.Signal(); }
    void notify_all() { condition_.SignalAll(); }

private:
    alignas(64) absl::Mutex lock_;
    alignas(64) absl::CondVar condition_;
};
using absl_conditions = peer_list<absl_condvar>;
#else
using absl_conditions = peer_list<>;
#endif

#if defined(SIGNALBOX_BENCH_NSYNC)
class nsync_condition {
public:
    static constexpr const char* name = "nsync";
    nsync_condition()
    {
        nsync::nsync_mu_init(&lock_);
        nsync::nsync_cv_init(&condition_);
    }
    void lock() { nsync::nsync_mu_lock(&lock_); }
    void unlock() { nsync::nsync_mu_unlock(&lock_); }
    void wait() { nsync::nsync_cv_wait(&condition_, &lock_); }
    void notify_one() { nsync::nsync_cv_signal(&condition_); }
    void notify_all() { nsync::nsync_cv_broadcast(&condition_); }

private:
    alignas(64) nsync::nsync_mu lock_;
    alignas(64) nsync::nsync_cv condition_;
};
using nsync_conditions = peer_list<nsync_condition>;
#else
using nsync_conditions = peer_list<>;
#endif

using all_conditions =
    joined<signalbox_conditions, peer_list<std_condition>, absl_conditions, nsync_conditions>::type;

}  // namespace bench
