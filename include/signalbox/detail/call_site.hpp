// Call sites: where in the user's code a lock or a permit was asked for, if that is switched on.
//
// Because      SIGNALBOX_SITES=1 makes every acquiring function take its caller's place as a last argument
//              that nobody writes. Without it that argument is an empty type, of which nothing is left in the
//              code. The functions of the two kinds have different names for the linker, and the compiled
//              library knows neither, so that one library serves both.
// Invariant 1  The outermost site counts: a lock() inside a permit or a guarded value is where those were
//              asked for.
// Checked by   tests/thread/sites_test.cpp
#pragma once

#include <cstddef>

#include <signalbox/config.hpp>
#include <signalbox/platform/this_thread.hpp>

#ifndef SIGNALBOX_SITES
#define SIGNALBOX_SITES 0
#endif

namespace signalbox::detail {

/// A place in the source, as texts that live as long as the program.
struct call_site {
    const char* file = nullptr;  // null: unknown
    const char* function = nullptr;
    unsigned line = 0;
};

/// The caller's place. It is made by here() alone, so that `{}` is never taken for one.
class noted_site {
public:
    static constexpr noted_site here(const char* file = __builtin_FILE(),
                                     const char* function = __builtin_FUNCTION(),
                                     unsigned line = __builtin_LINE()) noexcept
    {
        return noted_site{call_site{file, function, line}};
    }
    [[nodiscard]] constexpr const call_site& get() const noexcept { return site_; }

private:
    explicit constexpr noted_site(const call_site& where) noexcept : site_{where} {}

    call_site site_;
};

/// Nothing, in the place of a call site.
class no_site {
public:
    static constexpr no_site here() noexcept { return no_site{made_by_here{}}; }

private:
    struct made_by_here {};
    explicit constexpr no_site(made_by_here) noexcept {}
};

/// While it lives the calling thread's waits are known to be at this place, or an outer one (Invariant 1).
class waiting_at {
public:
    explicit constexpr waiting_at(no_site) noexcept {}
    explicit waiting_at(const noted_site& at) noexcept : is_set_{platform::this_thread().site == nullptr}
    {
        if (is_set_) {
            platform::this_thread().site = &at.get();
        }
    }
    waiting_at(const waiting_at&) = delete;
    waiting_at& operator=(const waiting_at&) = delete;
    constexpr ~waiting_at()
    {
        if (is_set_) {
            platform::this_thread().site = nullptr;
        }
    }

private:
    bool is_set_ = false;
};

/// Notes that the calling thread owns `object`, or reads it once more; or that it no longer does.
SIGNALBOX_API void note_owner(const void* object, const call_site& where) noexcept;
SIGNALBOX_API void forget_owner(const void* object) noexcept;
SIGNALBOX_API void note_reader(const void* object, const call_site& where) noexcept;
SIGNALBOX_API void forget_reader(const void* object) noexcept;
constexpr void owns(const void*, no_site) noexcept {}
constexpr void disowns(const void*, no_site) noexcept {}
constexpr void reads(const void*, no_site) noexcept {}
constexpr void has_read(const void*, no_site) noexcept {}
inline void owns(const void* object, const noted_site& at) noexcept
{
    note_owner(object, at.get());
}
inline void disowns(const void* object, const noted_site&) noexcept
{
    forget_owner(object);
}
inline void reads(const void* object, const noted_site& at) noexcept
{
    note_reader(object, at.get());
}
inline void has_read(const void* object, const noted_site&) noexcept
{
    forget_reader(object);
}

struct holder;

/// What a permit says about itself: who acquired how many, where and since when.
class noted_holding {
public:
    noted_holding() noexcept = default;
    SIGNALBOX_API noted_holding(const void* object, std::ptrdiff_t n, const noted_site& at) noexcept;
    noted_holding(noted_holding&& other) noexcept : holder_{other.holder_} { other.holder_ = nullptr; }
    noted_holding& operator=(noted_holding&& other) noexcept
    {
        noted_holding taken{static_cast<noted_holding&&>(other)};
        holder* const mine = holder_;
        holder_ = taken.holder_;
        taken.holder_ = mine;
        return *this;
    }
    ~noted_holding() { hold(0); }

    /// Now it is `n` permits that are held; 0 ends the holding.
    SIGNALBOX_API void hold(std::ptrdiff_t n) noexcept;
    /// A second holding of `n` permits, acquired at the same place and time.
    [[nodiscard]] SIGNALBOX_API noted_holding again(std::ptrdiff_t n) const noexcept;

private:
    holder* holder_ = nullptr;
};

/// The same, and nothing is noted.
class no_holding {
public:
    constexpr no_holding() noexcept = default;
    constexpr no_holding(const void*, std::ptrdiff_t, no_site) noexcept {}
    constexpr void hold(std::ptrdiff_t) noexcept {}
    [[nodiscard]] constexpr no_holding again(std::ptrdiff_t) const noexcept { return {}; }
};

#if SIGNALBOX_SITES
using site = noted_site;
using holding = noted_holding;
// Templates whose code depends on the switch are other templates with it.
#define SIGNALBOX_SITES_BEGIN inline namespace with_sites {
#define SIGNALBOX_SITES_END }
#else
using site = no_site;
using holding = no_holding;
#define SIGNALBOX_SITES_BEGIN
#define SIGNALBOX_SITES_END
#endif

}  // namespace signalbox::detail

// The last parameter of a function that acquires: nobody writes an argument for it.
#define SIGNALBOX_SITE ::signalbox::detail::site at = ::signalbox::detail::site::here()
