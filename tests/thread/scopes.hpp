// The scopes of the contract tests: the semaphores and the mutex between the threads of one process.
#pragma once

#include <cstddef>
#include <memory>

#include <gtest/gtest.h>

#include <signalbox/mutex.hpp>
#include <signalbox/recursive_mutex.hpp>
#include <signalbox/semaphore.hpp>
#include <signalbox/shared_mutex.hpp>

namespace signalbox::contract {

struct bounded_semaphore {
    static constexpr const char* name = "bounded";
    using semaphore = signalbox::semaphore;

    static std::unique_ptr<semaphore> make(std::ptrdiff_t initial, std::ptrdiff_t capacity)
    {
        return std::make_unique<semaphore>(initial, semaphore_options{.capacity = capacity});
    }
};

struct fifo_semaphore {
    static constexpr const char* name = "fifo";
    using semaphore = signalbox::semaphore;

    static std::unique_ptr<semaphore> make(std::ptrdiff_t initial, std::ptrdiff_t capacity)
    {
        return std::make_unique<semaphore>(
            initial, semaphore_options{.capacity = capacity, .fairness = fairness::fifo});
    }
};

struct binary_semaphore_scope {
    static constexpr const char* name = "binary";
    using semaphore = signalbox::binary_semaphore;

    static std::unique_ptr<semaphore> make(std::ptrdiff_t initial, std::ptrdiff_t)
    {
        return std::make_unique<semaphore>(initial);
    }
};

struct thread_mutex {
    static constexpr const char* name = "thread";
    using mutex = signalbox::mutex;

    static std::unique_ptr<mutex> make() { return std::make_unique<mutex>(); }
};

struct thread_recursive_mutex {
    static constexpr const char* name = "recursive";
    using mutex = signalbox::recursive_mutex;

    static std::unique_ptr<mutex> make() { return std::make_unique<mutex>(); }
};

struct thread_shared_mutex {
    static constexpr const char* name = "shared";
    using mutex = signalbox::shared_mutex;

    static std::unique_ptr<mutex> make() { return std::make_unique<mutex>(); }
};

using all_semaphores = ::testing::Types<bounded_semaphore, fifo_semaphore, binary_semaphore_scope>;
using counted_semaphores = ::testing::Types<bounded_semaphore, fifo_semaphore>;
using fifo_semaphores = ::testing::Types<fifo_semaphore>;
using all_mutexes = ::testing::Types<thread_mutex>;
using shared_mutexes = ::testing::Types<thread_shared_mutex>;
using recursive_mutexes = ::testing::Types<thread_recursive_mutex>;

}  // namespace signalbox::contract
