// The scopes over which the textbook's patterns are tested: semaphores between threads and between processes.
#pragma once

#include "../contract/harness.hpp"
#include "../process/scopes.hpp"
#include "../thread/scopes.hpp"

namespace signalbox::contract {

/// A scope's name beside that of the other scopes.
template <class Scope>
constexpr const char* scope_title = Scope::name;
template <>
inline constexpr const char* scope_title<shared_semaphore> = "process_bounded";
template <>
inline constexpr const char* scope_title<shared_fifo_semaphore> = "process_fifo";

struct scope_titles {
    template <class Scope>
    static std::string GetName(int)
    {
        return scope_title<Scope>;
    }
};

using pattern_scopes =
    ::testing::Types<bounded_semaphore, fifo_semaphore, shared_semaphore, shared_fifo_semaphore>;

/// A room for one, of a scope.
template <class Scope>
class pattern_test : public ::testing::Test {
protected:
    using semaphore = typename Scope::semaphore;

    std::unique_ptr<semaphore> owner_ = Scope::make(1, 1);
    semaphore& room_ = *owner_;

    [[nodiscard]] bool waits_for_the_room(std::ptrdiff_t threads)
    {
        return eventually([&] { return static_cast<std::ptrdiff_t>(room_.waiters()) == threads; });
    }
};

}  // namespace signalbox::contract
