// What is common to all processors when fibers are switched: exceptions in flight, and AddressSanitizer's
// consent.
//
// Source       Itanium C++ ABI: Exception Handling, 2.2.2 (__cxa_eh_globals)
#include "fiber.hpp"

#include <cxxabi.h>

#include "sanitizer.hpp"

namespace signalbox::simulated {
namespace {

fiber* previous = nullptr;  // who ran before the running fiber

}  // namespace

void fiber::prepare(std::span<std::byte> stack, void (*entry)())
{
    sanitizer::forget_poison(stack);
    stack_ = stack;
    exceptions_ = {};
    sanitizer_state_ = nullptr;
    stack_pointer_ = make_stack(stack, entry);
}

void fiber::switch_to(fiber& from, fiber& to)
{
    auto& current = *reinterpret_cast<exceptions_in_flight*>(abi::__cxa_get_globals());
    from.exceptions_ = current;
    current = to.exceptions_;
    previous = &from;
    sanitizer::leaving(&from.sanitizer_state_, to.stack_);
    signalbox_switch_stack(&from.stack_pointer_, to.stack_pointer_);
    const std::span<std::byte> came_from = sanitizer::entered(from.sanitizer_state_);
    previous->stack_ = came_from.empty() ? previous->stack_ : came_from;
}

void fiber::arrived()
{
    const std::span<std::byte> came_from = sanitizer::entered(nullptr);
    previous->stack_ = came_from.empty() ? previous->stack_ : came_from;
}

}  // namespace signalbox::simulated
