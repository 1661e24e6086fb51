// Switching stacks where nobody has written it by hand: the C library's contexts.
//
// Because      swapcontext() asks the kernel for the signal mask at each switch, about 0.3 us that no other
//              part of a step costs; it is right everywhere.
// Source       makecontext(3), swapcontext(3)
#include "fiber.hpp"

#include <ucontext.h>

#include <new>

namespace signalbox::simulated {

// A fiber's saved "stack pointer" points to its context, which lies at the low end of its stack. The fiber of
// the operating system's own thread has no such stack: its context is static.
namespace {

ucontext_t outermost;
ucontext_t* running = &outermost;

}  // namespace

extern "C" void signalbox_switch_stack(void** from, void* to)
{
    ucontext_t* const left = running;
    *from = left;
    running = static_cast<ucontext_t*>(to);
    swapcontext(left, running);
}

void* make_stack(std::span<std::byte> memory, void (*entry)())
{
    auto* const context = new (memory.data()) ucontext_t{};
    getcontext(context);
    constexpr std::size_t reserved = (sizeof(ucontext_t) + 63) / 64 * 64;
    context->uc_stack.ss_sp = memory.data() + reserved;
    context->uc_stack.ss_size = memory.size() - reserved;
    makecontext(context, entry, 0);
    return context;
}

}  // namespace signalbox::simulated
