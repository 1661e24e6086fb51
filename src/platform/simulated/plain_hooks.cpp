// What code compiled with -fsanitize=thread calls at each plain access. ThreadSanitizer's own runtime is not
// linked.
//
// Because      Accesses outside simulated threads are of no interest, so all of this is quick to return.
// Source       LLVM, compiler-rt/lib/tsan/rtl/tsan_interface.h; the kernel's KCSAN uses the compilers' hooks
//              in this way
#include <cstddef>
#include <cstdint>

#include "plain_memory.hpp"

// The compilers call these names; nobody includes a header for them.
#pragma GCC diagnostic ignored "-Wmissing-declarations"
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wreserved-identifier"
#endif

namespace {

void access(const void* address, std::size_t size, bool is_write) noexcept
{
    signalbox::simulated::plain_memory::access(address, size, is_write, {});
}

}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier)
#define SIGNALBOX_PLAIN_ACCESS(size)                                                                         \
    extern "C" void __tsan_read##size(void* address)                                                         \
    {                                                                                                        \
        access(address, size, false);                                                                        \
    }                                                                                                        \
    extern "C" void __tsan_write##size(void* address)                                                        \
    {                                                                                                        \
        access(address, size, true);                                                                         \
    }                                                                                                        \
    extern "C" void __tsan_unaligned_read##size(const void* address)                                         \
    {                                                                                                        \
        access(address, size, false);                                                                        \
    }                                                                                                        \
    extern "C" void __tsan_unaligned_write##size(void* address)                                              \
    {                                                                                                        \
        access(address, size, true);                                                                         \
    }                                                                                                        \
    extern "C" void __tsan_read_write##size(void* address)                                                   \
    {                                                                                                        \
        access(address, size, true);                                                                         \
    }                                                                                                        \
    extern "C" void __tsan_unaligned_read_write##size(void* address)                                         \
    {                                                                                                        \
        access(address, size, true);                                                                         \
    }

SIGNALBOX_PLAIN_ACCESS(1)
SIGNALBOX_PLAIN_ACCESS(2)
SIGNALBOX_PLAIN_ACCESS(4)
SIGNALBOX_PLAIN_ACCESS(8)
SIGNALBOX_PLAIN_ACCESS(16)

#undef SIGNALBOX_PLAIN_ACCESS

extern "C" void __tsan_init() {}
extern "C" void __tsan_func_entry(void*) {}
extern "C" void __tsan_func_exit() {}

extern "C" void __tsan_vptr_update(void** address, void*)
{
    access(address, sizeof *address, true);
}

extern "C" void __tsan_vptr_read(void** address)
{
    access(address, sizeof *address, false);
}

extern "C" void __tsan_read_range(void* address, std::size_t size)
{
    access(address, size, false);
}

extern "C" void __tsan_write_range(void* address, std::size_t size)
{
    access(address, size, true);
}

// The standard library's own atomic objects (reference counts): one thread of the operating system runs
// everything, so plain arithmetic does. They are no steps and order nothing.
#define SIGNALBOX_ATOMIC_ACCESS(bits)                                                                        \
    extern "C" std::uint##bits##_t __tsan_atomic##bits##_load(const volatile std::uint##bits##_t* object,    \
                                                              int)                                           \
    {                                                                                                        \
        return *object;                                                                                      \
    }                                                                                                        \
    extern "C" void __tsan_atomic##bits##_store(volatile std::uint##bits##_t* object,                        \
                                                std::uint##bits##_t value, int)                              \
    {                                                                                                        \
        *object = value;                                                                                     \
    }                                                                                                        \
    extern "C" std::uint##bits##_t __tsan_atomic##bits##_fetch_add(volatile std::uint##bits##_t* object,     \
                                                                   std::uint##bits##_t operand, int)         \
    {                                                                                                        \
        const std::uint##bits##_t before = *object;                                                          \
        *object = static_cast<std::uint##bits##_t>(before + operand);                                        \
        return before;                                                                                       \
    }

SIGNALBOX_ATOMIC_ACCESS(8)
SIGNALBOX_ATOMIC_ACCESS(32)
SIGNALBOX_ATOMIC_ACCESS(64)

#undef SIGNALBOX_ATOMIC_ACCESS
// NOLINTEND(bugprone-reserved-identifier)
