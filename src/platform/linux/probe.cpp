// The probes: a note in the binary each, and one instruction that does nothing until somebody looks.
#include <signalbox/platform/probe.hpp>

#if defined(SIGNALBOX_PROBES)
#include <sys/sdt.h>
#else
#define DTRACE_PROBE3(provider, name, a, b, c)                                                               \
    static_cast<void>(a), static_cast<void>(b), static_cast<void>(c)
#define DTRACE_PROBE4(provider, name, a, b, c, d) DTRACE_PROBE3(provider, name, a, b, c), static_cast<void>(d)
#endif

namespace signalbox::platform::probe {
namespace {

unsigned number(detail::cell_kind kind) noexcept
{
    return static_cast<unsigned>(kind);
}

}  // namespace

void wait_begin(const void* object, detail::cell_kind kind, std::uint32_t thread,
                std::uint64_t wanted) noexcept
{
    DTRACE_PROBE4(signalbox, wait_begin, object, number(kind), thread, wanted);
}

void wait_end(const void* object, detail::cell_kind kind, std::uint32_t thread, bool is_acquired) noexcept
{
    DTRACE_PROBE4(signalbox, wait_end, object, number(kind), thread, is_acquired ? 0 : 1);
}

void hand_over(const void* object, detail::cell_kind kind, std::uint32_t thread) noexcept
{
    DTRACE_PROBE3(signalbox, hand_over, object, number(kind), thread);
}

void time_out(const void* object, detail::cell_kind kind, std::uint32_t thread) noexcept
{
    DTRACE_PROBE3(signalbox, time_out, object, number(kind), thread);
}

void stop(const void* object, detail::cell_kind kind, std::uint32_t thread) noexcept
{
    DTRACE_PROBE3(signalbox, stop, object, number(kind), thread);
}

void deadlock(const void* object, detail::cell_kind kind, std::uint32_t thread, std::size_t threads) noexcept
{
    DTRACE_PROBE4(signalbox, deadlock, object, number(kind), thread, threads);
}

}  // namespace signalbox::platform::probe
