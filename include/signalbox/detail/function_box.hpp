// Somebody's function, whatever its type: owned, moved, never copied.
//
// Because      A public header does not include <functional>, and a factory that owns what it uses can't be
//              copied.
// Checked by   tests/patterns/pool_test.cpp, tests/thread/watchdog_test.cpp
#pragma once

#include <concepts>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace signalbox::detail {

/// Whether a `Box` can hold a `Function` and call it; a box itself is moved, and not put into another one.
template <class Function, class Box, class Result, class... Arguments>
concept fits_into = !std::same_as<std::remove_cvref_t<Function>, Box> &&
                    std::is_invocable_r_v<Result, std::decay_t<Function>&, Arguments...>;

template <class Signature>
class function_box;

template <class Result, class... Arguments>
class function_box<Result(Arguments...)> {
public:
    function_box() noexcept = default;

    template <fits_into<function_box, Result, Arguments...> Function>
    function_box(Function&& function)
        : target_{new std::decay_t<Function>(std::forward<Function>(function)),
                  [](void* target) { delete static_cast<std::decay_t<Function>*>(target); }},
          call_{[](void* target, Arguments... arguments) -> Result {
              return static_cast<Result>(
                  (*static_cast<std::decay_t<Function>*>(target))(static_cast<Arguments>(arguments)...));
          }}
    {
    }

    [[nodiscard]] explicit operator bool() const noexcept { return call_ != nullptr; }

    Result operator()(Arguments... arguments) const
    {
        return call_(target_.get(), static_cast<Arguments>(arguments)...);
    }

private:
    std::unique_ptr<void, void (*)(void*)> target_{nullptr, [](void*) {}};
    Result (*call_)(void*, Arguments...) = nullptr;
};

/// Somebody who takes a report; empty: nobody.
using report_taker = function_box<void(std::string_view)>;

}  // namespace signalbox::detail
