// Stop tokens of the simulated platform: the contract of std::stop_token, each operation one step.
//
// Because      The standard's types wait and count behind the scheduler's back.
// Edges        Who owns a source or a token, and so stop_possible(), is no step: tests keep their sources.
// Checked by   tests/simulated/stop_test.cpp
// Source       C++20 [thread.stoptoken]
#pragma once

#include <cstdint>
#include <stop_token>
#include <utility>

#include <signalbox/platform/atomic.hpp>

namespace signalbox::simulated {

class stop_registration {
public:
    explicit stop_registration(void (*call)(stop_registration&) noexcept) noexcept : call_{call} {}
    stop_registration(const stop_registration&) = delete;
    stop_registration& operator=(const stop_registration&) = delete;

private:
    friend class stop_state;
    void (*call_)(stop_registration&) noexcept;
    stop_registration* next_ = nullptr;
    bool is_listed_ = false;
    bool* gone_ = nullptr;  // set by a destructor that runs within the callback
};

/// Shared by the sources, tokens and callbacks that belong together.
class stop_state {
public:
    // Counted plainly: see Edges.
    unsigned owners = 0;
    unsigned sources = 0;

    [[nodiscard]] bool is_requested(site at) const noexcept;
    /// Returns true if this call made the request; then it has run the callbacks.
    bool request(site at) noexcept;
    /// Runs the callback at once if a stop was requested already.
    void add(stop_registration& callback, site at) noexcept;
    /// Waits for a run of the callback on another thread.
    void remove(stop_registration& callback, site at) noexcept;

private:
    [[nodiscard]] stop_registration* take_first() noexcept;

    mutable platform::atomic<std::uint32_t> requested_{0};  // every change of the list is a step on it
    stop_registration* first_ = nullptr;
    stop_registration* running_ = nullptr;
    unsigned running_on_ = 0;
};

/// A counted reference.
class stop_state_owner {
public:
    stop_state_owner() = default;
    explicit stop_state_owner(stop_state* state) noexcept : state_{state} { count(1); }
    stop_state_owner(const stop_state_owner& other) noexcept : stop_state_owner{other.state_} {}
    stop_state_owner(stop_state_owner&& other) noexcept : state_{std::exchange(other.state_, nullptr)} {}
    stop_state_owner& operator=(stop_state_owner other) noexcept
    {
        std::swap(state_, other.state_);
        return *this;
    }
    ~stop_state_owner() { count(-1); }
    [[nodiscard]] stop_state* get() const noexcept { return state_; }

private:
    void count(int change) const noexcept;

    stop_state* state_ = nullptr;
};

[[nodiscard]] stop_state* make_stop_state();
void count_source(stop_state* state, int change) noexcept;

}  // namespace signalbox::simulated

namespace signalbox::platform {

class stop_token {
public:
    stop_token() = default;

    [[nodiscard]] bool stop_requested(const char* file = __builtin_FILE(),
                                      int line = __builtin_LINE()) const noexcept
    {
        return owner_.get() != nullptr && owner_.get()->is_requested({file, line});
    }
    [[nodiscard]] bool stop_possible() const noexcept;
    void swap(stop_token& other) noexcept { std::swap(owner_, other.owner_); }
    [[nodiscard]] friend bool operator==(const stop_token& a, const stop_token& b) noexcept
    {
        return a.owner_.get() == b.owner_.get();
    }

private:
    friend class stop_source;
    template <class Callback>
    friend class stop_callback;
    explicit stop_token(simulated::stop_state* state) noexcept : owner_{state} {}

    simulated::stop_state_owner owner_;
};

class stop_source {
public:
    stop_source();
    explicit stop_source(std::nostopstate_t) noexcept {}
    stop_source(const stop_source& other) noexcept;
    stop_source(stop_source&& other) noexcept = default;
    stop_source& operator=(stop_source other) noexcept
    {
        std::swap(owner_, other.owner_);
        return *this;
    }
    ~stop_source();

    bool request_stop(const char* file = __builtin_FILE(), int line = __builtin_LINE()) noexcept
    {
        return owner_.get() != nullptr && owner_.get()->request({file, line});
    }
    [[nodiscard]] bool stop_requested(const char* file = __builtin_FILE(),
                                      int line = __builtin_LINE()) const noexcept
    {
        return owner_.get() != nullptr && owner_.get()->is_requested({file, line});
    }
    [[nodiscard]] bool stop_possible() const noexcept { return owner_.get() != nullptr; }
    [[nodiscard]] stop_token get_token() const noexcept { return stop_token{owner_.get()}; }

private:
    simulated::stop_state_owner owner_;
};

template <class Callback>
class stop_callback : private simulated::stop_registration {
public:
    using callback_type = Callback;

    template <class Function>
    explicit stop_callback(const stop_token& token, Function&& function, const char* file = __builtin_FILE(),
                           int line = __builtin_LINE())
        : stop_registration{&call},
          owner_{token.owner_},
          callback_(std::forward<Function>(function)),
          at_{file, line}
    {
        if (owner_.get() != nullptr) {
            owner_.get()->add(*this, at_);
        }
    }
    ~stop_callback()
    {
        if (owner_.get() != nullptr) {
            owner_.get()->remove(*this, at_);
        }
    }

private:
    static void call(stop_registration& self) noexcept
    {
        std::forward<Callback>(static_cast<stop_callback&>(self).callback_)();
    }

    simulated::stop_state_owner owner_;
    Callback callback_;
    simulated::site at_;
};

template <class Callback>
stop_callback(stop_token, Callback) -> stop_callback<Callback>;

}  // namespace signalbox::platform
