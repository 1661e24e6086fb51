// Switching stacks on x86-64: the registers that a function must preserve, and the stack pointer.
//
// Because      A call may change every other register, so the compiler keeps nothing in them across it. The
//              control words of the floating-point units stay as they are: no simulated thread changes them.
// Source       System V Application Binary Interface, AMD64 Architecture Processor Supplement, 3.2.1
#include "fiber.hpp"

#include <cstdint>
#include <cstring>

asm(R"(
    .text
    .globl  signalbox_switch_stack
    .type   signalbox_switch_stack, @function
signalbox_switch_stack:
    pushq   %rbp
    pushq   %rbx
    pushq   %r12
    pushq   %r13
    pushq   %r14
    pushq   %r15
    movq    %rsp, (%rdi)
    movq    %rsi, %rsp
    popq    %r15
    popq    %r14
    popq    %r13
    popq    %r12
    popq    %rbx
    popq    %rbp
    ret
    .size   signalbox_switch_stack, .-signalbox_switch_stack
)");

namespace signalbox::simulated {

void* make_stack(std::span<std::byte> memory, void (*entry)())
{
    constexpr std::size_t saved_registers = 6;
    auto top = reinterpret_cast<std::uintptr_t>(memory.data() + memory.size()) & ~std::uintptr_t{15};
    // From the top: a return address of 0, which ends backtraces; then what the switch pops. The stack
    // pointer is 8 past a multiple of 16 when `entry` begins, as after a call.
    std::uintptr_t frame[saved_registers + 2] = {};
    frame[saved_registers] = reinterpret_cast<std::uintptr_t>(entry);
    top -= sizeof frame;
    auto* const stack_pointer = reinterpret_cast<std::byte*>(top);
    std::memcpy(stack_pointer, frame, sizeof frame);
    return stack_pointer;
}

}  // namespace signalbox::simulated
