// Where a debugger finds the parking table and the names, and how they are laid out: plain numbers in the
// binary, so that share/gdb/signalbox-gdb.py needs no debug information of the library, live or on a core.
//
// Because      What ships has no debug information. A symbol is enough: the shared library exports it, and a
//              statically linked program has it until it is stripped.
// Checked by   tests/observe/gdb_test.py
#pragma once

#include <cstddef>
#include <cstdint>

#include <signalbox/config.hpp>
#include <signalbox/detail/cell_kind.hpp>

namespace signalbox::detail {

struct debug_layout {
    static constexpr std::size_t kinds_most = 16;

    std::uint32_t version = 1;   // the script reads this one
    std::uint32_t bucket_count;  // queues begin at `queues`, and
    std::uint32_t bucket_size;   //   so many bytes further for each bucket
    // Offsets in a waiter.
    std::uint32_t cell;
    std::uint32_t wanted;
    std::uint32_t kind;
    std::uint32_t thread;
    std::uint32_t since;
    std::uint32_t next;
    std::uint32_t next_queue;
    const void* queues;          // the first bucket's pointer to its first queue's first waiter
    char kinds[kinds_most][32];  // what each kind is called
};

/// How the names of objects and threads lie: lists, and in each the names one after the other.
struct debug_names {
    std::uint32_t version = 1;  // the script reads this one
    std::uint32_t list_count;   // lists begin at `lists`, and
    std::uint32_t list_size;    //   so many bytes further for each
    // Offsets in a name.
    std::uint32_t bearer;     // an address, or a thread's identity
    std::uint32_t is_thread;  // a bool: which of them
    std::uint32_t size;       // of the object
    std::uint32_t text;       // a pointer to the name
    std::uint32_t next;
    const void* lists;  // the first list's pointer to its first name
};

/// Read by debuggers alone.
SIGNALBOX_API extern const debug_layout layout_for_debuggers;
SIGNALBOX_API extern const debug_names names_for_debuggers;

}  // namespace signalbox::detail
