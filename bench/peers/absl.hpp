// Abseil's mutex, and a semaphore made of it with a condition, as its documentation suggests.
//
// Because      Debian's package is built with assertions, which turn the deadlock detector on; the adaptor
//              turns it off, as in a release build, for otherwise the peer would be slow by accident.
#pragma once

#include <absl/synchronization/mutex.h>

#include "peer.hpp"

namespace bench {

inline void without_absl_detector()
{
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

struct absl_mutex {
    static constexpr const char* name = "absl";
    static constexpr kind what = kind::mutex;
    using node = no_node;
    explicit absl_mutex(unsigned) { without_absl_detector(); }
    void enter(node&) ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex.Lock(); }
    void leave(node&) ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex.Unlock(); }
    bool try_enter(node&) { return mutex.TryLock(); }
    absl::Mutex mutex;
};

class absl_semaphore {
public:
    static constexpr const char* name = "absl_condition";
    static constexpr kind what = kind::semaphore;
    using node = no_node;
    explicit absl_semaphore(unsigned permits) : permits_(permits) { without_absl_detector(); }
    void enter(node&)
    {
        mutex_.LockWhen(absl::Condition(this, &absl_semaphore::has_permit));
        --permits_;
        mutex_.Unlock();
    }
    void leave(node&)
    {
        mutex_.Lock();
        ++permits_;
        mutex_.Unlock();
    }
    bool try_enter(node&)
    {
        mutex_.Lock();
        const bool taken = permits_ != 0;
        if (taken)
            --permits_;
        mutex_.Unlock();
        return taken;
    }

private:
    bool has_permit() const { return permits_ != 0; }
    absl::Mutex mutex_;
    unsigned permits_;
};

struct absl_shared {
    static constexpr const char* name = "absl";
    static constexpr kind what = kind::shared;
    using node = no_node;
    explicit absl_shared(unsigned) { without_absl_detector(); }
    void enter(node&) ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex.Lock(); }
    void leave(node&) ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex.Unlock(); }
    void enter_shared(node&) ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex.ReaderLock(); }
    void leave_shared(node&) ABSL_NO_THREAD_SAFETY_ANALYSIS { mutex.ReaderUnlock(); }
    absl::Mutex mutex;
};

using absl_peers = peer_list<absl_mutex, absl_semaphore, absl_shared>;

}  // namespace bench
