// Bounded queues: ours, oneTBB's, moodycamel's and Boost.Lockfree's, which semaphores make bounded or
// blocking, and the two of the textbooks.
//
// A queue has `name`, a constructor (capacity), push(const Item&) and pop(Item&), which wait.
#pragma once

#include <semaphore.h>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

#include "peer.hpp"

#if defined(SIGNALBOX_BENCH_SIGNALBOX)
#include <signalbox/patterns/bounded_queue.hpp>
#endif
#if defined(SIGNALBOX_BENCH_TBB)
#include <oneapi/tbb/concurrent_queue.h>
#endif
#if defined(SIGNALBOX_BENCH_MOODYCAMEL)
#include <concurrentqueue/concurrentqueue.h>

#include <concurrentqueue/blockingconcurrentqueue.h>
#endif
#if defined(SIGNALBOX_BENCH_BOOST)
#include <boost/lockfree/queue.hpp>
#endif

namespace bench {

// POSIX's semaphore, as those who wait in the peers that bring none use it.
class counting_sem {
public:
    explicit counting_sem(std::size_t permits) { ::sem_init(&semaphore_, 0, static_cast<unsigned>(permits)); }
    counting_sem(const counting_sem&) = delete;
    ~counting_sem() { ::sem_destroy(&semaphore_); }
    void acquire()
    {
        while (::sem_wait(&semaphore_) != 0) {
        }
    }
    void release() { ::sem_post(&semaphore_); }

private:
    alignas(64)::sem_t semaphore_;
};

template <class Item>
class condition_queue {
public:
    static constexpr const char* name = "two_conditions";
    explicit condition_queue(std::size_t capacity) : items_(capacity) {}
    void push(const Item& item)
    {
        {
            std::unique_lock<std::mutex> held(mutex_);
            has_room_.wait(held, [this] { return count_ < items_.size(); });
            items_[(first_ + count_++) % items_.size()] = item;
        }
        has_items_.notify_one();
    }
    void pop(Item& item)
    {
        {
            std::unique_lock<std::mutex> held(mutex_);
            has_items_.wait(held, [this] { return count_ > 0; });
            item = items_[first_];
            first_ = first_ + 1 == items_.size() ? 0 : first_ + 1;
            --count_;
        }
        has_room_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable has_room_;
    std::condition_variable has_items_;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    std::vector<Item> items_;
};

// The textbook's: a semaphore for room, one for items, and a mutex for each end of the ring.
template <class Item>
class semaphore_ring {
public:
    static constexpr const char* name = "two_semaphores";
    explicit semaphore_ring(std::size_t capacity) : items_(capacity), room_(capacity), ready_(0) {}
    void push(const Item& item)
    {
        room_.acquire();
        {
            const std::lock_guard<std::mutex> held(back_);
            items_[last_] = item;
            last_ = last_ + 1 == items_.size() ? 0 : last_ + 1;
        }
        ready_.release();
    }
    void pop(Item& item)
    {
        ready_.acquire();
        {
            const std::lock_guard<std::mutex> held(front_);
            item = items_[first_];
            first_ = first_ + 1 == items_.size() ? 0 : first_ + 1;
        }
        room_.release();
    }

private:
    std::vector<Item> items_;
    counting_sem room_;
    counting_sem ready_;
    alignas(64) std::mutex back_;
    std::size_t last_ = 0;
    alignas(64) std::mutex front_;
    std::size_t first_ = 0;
};

#if defined(SIGNALBOX_BENCH_SIGNALBOX)
template <class Item>
class signalbox_queue {
public:
    static constexpr const char* name = "signalbox";
    explicit signalbox_queue(std::size_t capacity) : queue_(capacity) {}
    void push(const Item& item) { queue_.push(item); }
    void pop(Item& item) { item = *queue_.pop(); }

private:
    signalbox::bounded_queue<Item> queue_;
};
// Takes part where there is one thread on each side.
template <class Item>
class signalbox_one_to_one {
public:
    static constexpr const char* name = "signalbox_one_to_one";
    explicit signalbox_one_to_one(std::size_t capacity) : queue_(capacity) {}
    void push(const Item& item) { queue_.push(item); }
    void pop(Item& item) { item = *queue_.pop(); }

private:
    signalbox::bounded_queue<Item, signalbox::one_to_one> queue_;
};
template <class Item>
using signalbox_queues = peer_list<signalbox_queue<Item>, signalbox_one_to_one<Item>>;
#else
template <class Item>
using signalbox_queues = peer_list<>;
#endif

#if defined(SIGNALBOX_BENCH_TBB)
template <class Item>
class tbb_queue {
public:
    static constexpr const char* name = "tbb";
    explicit tbb_queue(std::size_t capacity) { queue_.set_capacity(static_cast<std::ptrdiff_t>(capacity)); }
    void push(const Item& item) { queue_.push(item); }
    void pop(Item& item) { queue_.pop(item); }

private:
    oneapi::tbb::concurrent_bounded_queue<Item> queue_;
};
template <class Item>
using tbb_queues = peer_list<tbb_queue<Item>>;
#else
template <class Item>
using tbb_queues = peer_list<>;
#endif

#if defined(SIGNALBOX_BENCH_MOODYCAMEL)
// Its own semaphore counts the room too.
template <class Item>
class moodycamel_queue {
public:
    static constexpr const char* name = "moodycamel";
    explicit moodycamel_queue(std::size_t capacity)
        : queue_(capacity), room_(static_cast<moodycamel::LightweightSemaphore::ssize_t>(capacity))
    {
    }
    void push(const Item& item)
    {
        room_.wait();
        queue_.enqueue(item);
    }
    void pop(Item& item)
    {
        queue_.wait_dequeue(item);
        room_.signal();
    }

private:
    moodycamel::BlockingConcurrentQueue<Item> queue_;
    alignas(64) moodycamel::LightweightSemaphore room_;
};
template <class Item>
using moodycamel_queues = peer_list<moodycamel_queue<Item>>;
#else
template <class Item>
using moodycamel_queues = peer_list<>;
#endif

#if defined(SIGNALBOX_BENCH_BOOST)
template <class Item>
class boost_queue {
public:
    static constexpr const char* name = "boost_lockfree";
    explicit boost_queue(std::size_t capacity) : queue_(capacity + 64), room_(capacity), ready_(0) {}
    void push(const Item& item)
    {
        room_.acquire();
        while (!queue_.push(item)) {
        }
        ready_.release();
    }
    void pop(Item& item)
    {
        ready_.acquire();
        while (!queue_.pop(item)) {
        }
        room_.release();
    }

private:
    boost::lockfree::queue<Item, boost::lockfree::fixed_sized<true>> queue_;
    counting_sem room_;
    counting_sem ready_;
};
template <class Item>
using boost_queues = peer_list<boost_queue<Item>>;
#else
template <class Item>
using boost_queues = peer_list<>;
#endif

template <class Item>
using all_queues =
    typename joined<signalbox_queues<Item>, tbb_queues<Item>, moodycamel_queues<Item>, boost_queues<Item>,
                    peer_list<condition_queue<Item>, semaphore_ring<Item>>>::type;

}  // namespace bench
