// The scopes of the contract tests: semaphores and mutexes between processes, here used by threads of one.
#pragma once

#include <cstddef>
#include <memory>

#include <gtest/gtest.h>

#include <signalbox/process/semaphore.hpp>

namespace signalbox::contract {

struct shared_semaphore {
    static constexpr const char* name = "bounded";
    static constexpr bool is_owned = true;
    using semaphore = process::semaphore;

    static std::unique_ptr<semaphore> make(std::ptrdiff_t initial, std::ptrdiff_t capacity)
    {
        return std::make_unique<semaphore>(
            process::semaphore::anonymous({.capacity = capacity, .initial = initial}));
    }
};

struct shared_fifo_semaphore {
    static constexpr const char* name = "fifo";
    static constexpr bool is_owned = true;
    using semaphore = process::semaphore;

    static std::unique_ptr<semaphore> make(std::ptrdiff_t initial, std::ptrdiff_t capacity)
    {
        return std::make_unique<semaphore>(process::semaphore::anonymous(
            {.capacity = capacity, .initial = initial, .fairness = fairness::fifo}));
    }
};

using shared_semaphores = ::testing::Types<shared_semaphore, shared_fifo_semaphore>;
using shared_fifo_semaphores = ::testing::Types<shared_fifo_semaphore>;

}  // namespace signalbox::contract
