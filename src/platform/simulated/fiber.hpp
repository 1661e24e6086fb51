// Stacks that one thread of the operating system runs in turn.
//
// Invariant 1  Exactly one fiber runs; switch_to() returns when somebody switches back.
// Because      What the C++ runtime knows of exceptions in flight belongs to a stack, so it is exchanged with
//              it.
// Edges        A fiber that is given up is never resumed; prepare() makes its stack fit for the next use.
#pragma once

#include <cstddef>
#include <span>

namespace signalbox::simulated {

/// Saves the running stack in *from and goes on with `to`. One file for each kind of processor.
extern "C" void signalbox_switch_stack(void** from, void* to);
/// Makes a stack on which the first switch calls `entry`.
void* make_stack(std::span<std::byte> memory, void (*entry)());

class fiber {
public:
    /// The next switch to this fiber calls `entry`, which must not return, on `stack`.
    void prepare(std::span<std::byte> stack, void (*entry)());

    /// Goes on with `to`; `from` is the running one. The first thing that an entry does is to call arrived().
    static void switch_to(fiber& from, fiber& to);
    static void arrived();

private:
    struct exceptions_in_flight {
        void* caught = nullptr;
        unsigned uncaught = 0;
    };

    void* stack_pointer_ = nullptr;
    exceptions_in_flight exceptions_;
    std::span<std::byte> stack_;
    void* sanitizer_state_ = nullptr;
};

}  // namespace signalbox::simulated
