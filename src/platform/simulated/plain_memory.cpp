// One cell for each eight bytes that were touched in this execution.
#include "plain_memory.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "arena.hpp"
#include "machine.hpp"

extern "C" {
// The program's static data, as the linker names it.
extern char __data_start[];
extern char _end[];
}

namespace signalbox::simulated::plain_memory {
namespace {

/// Simulated stacks and heaps, and static data. Other memory is used by one thread after the other without a
/// trace of it: exceptions in flight live there.
bool is_watched(const void* address) noexcept
{
    const auto* const at = static_cast<const char*>(address);
    return arena::contains(address) || (at >= __data_start && at < _end);
}

constexpr std::uintptr_t word_bytes = 8;
constexpr unsigned slot_bits = 16;
constexpr std::size_t slots = std::size_t{1} << slot_bits;

struct access_record {
    tick when = 0;  // 0: none; steps count from 1
    std::uint8_t thread = 0;
    std::uint8_t bytes = 0;  // bit b: byte b of the word
};

// Reads by several threads that nothing orders: all of them must be ordered before the next write.
using concurrent_reads = std::array<access_record, max_threads>;

// One write is enough: it is ordered after all earlier ones, or that was reported. So is one read, mostly.
struct alignas(32) cell {
    std::uintptr_t word = 0;
    std::uint32_t era = 0;
    std::uint32_t concurrent = 0;  // number of its concurrent reads, from 1; 0: `read` is the only one
    access_record write;
    access_record read;
};

cell cells[slots];
std::array<concurrent_reads, 4096> pool;
std::uint32_t era = 0;
std::size_t used = 0;
std::uint32_t pool_used = 0;

cell& cell_of(std::uintptr_t word) noexcept
{
    constexpr std::uint64_t golden_ratio = 0x9e3779b97f4a7c15;
    std::size_t index = (word * golden_ratio) >> (64 - slot_bits);
    while (cells[index].era == era && cells[index].word != word) {
        index = (index + 1) % slots;
    }
    cell& found = cells[index];
    if (found.era != era) {
        if (++used == slots) {
            std::abort();  // an execution that touches more plain memory than the machine was built for
        }
        found = {word, era, 0, {}, {}};
    }
    return found;
}

bool is_ordered(const access_record& earlier, const vector_clock& view) noexcept
{
    return earlier.when <= view.at[earlier.thread];
}

bool collides(const access_record& earlier, const access_record& now, const vector_clock& view) noexcept
{
    return (earlier.bytes & now.bytes) != 0 && !is_ordered(earlier, view);
}

void report(machine& m, unsigned other, bool was_write, bool is_write, const void* address, site at)
{
    const std::string place = where(at).empty() ? "" : " at " + where(at);
    char text[32];
    std::snprintf(text, sizeof text, "%p", address);
    m.end_as_failure(failure_kind::data_race,
                     m.tracer().name_of_thread(m.running()) + (is_write ? " writes" : " reads") +
                         " plain data (" + text + ")" + place + ", not ordered after " +
                         (was_write ? "a write by " : "a read by ") + m.tracer().name_of_thread(other));
}

/// Remembers a read that is not ordered after the one in `touched`.
void add_concurrent(cell& touched, const access_record& now) noexcept
{
    if (touched.concurrent == 0) {
        if (pool_used == pool.size()) {
            return;  // forgets a read: a race may be missed
        }
        touched.concurrent = ++pool_used;
        pool[pool_used - 1] = {};
        pool[pool_used - 1][touched.read.thread] = touched.read;
    }
    pool[touched.concurrent - 1][now.thread] = now;
}

void read_word(machine& m, cell& touched, access_record now, const void* address, site at)
{
    if (collides(touched.write, now, m.view())) {
        report(m, touched.write.thread, true, false, address, at);
    }
    if (touched.concurrent == 0 && is_ordered(touched.read, m.view())) {
        const bool again = touched.read.thread == now.thread && touched.read.when == now.when;
        now.bytes = static_cast<std::uint8_t>(again ? touched.read.bytes | now.bytes : now.bytes);
        touched.read = now;
    } else {
        add_concurrent(touched, now);
    }
}

void write_word(machine& m, cell& touched, access_record now, const void* address, site at)
{
    if (collides(touched.write, now, m.view())) {
        report(m, touched.write.thread, true, true, address, at);
    }
    if (collides(touched.read, now, m.view())) {
        report(m, touched.read.thread, false, true, address, at);
    }
    if (touched.concurrent != 0) {
        for (const access_record& read : pool[touched.concurrent - 1]) {
            if (collides(read, now, m.view())) {
                report(m, read.thread, false, true, address, at);
            }
        }
        touched.concurrent = 0;
    }
    const bool again = touched.write.thread == now.thread && touched.write.when == now.when;
    now.bytes = static_cast<std::uint8_t>(again ? touched.write.bytes | now.bytes : now.bytes);
    touched.write = now;
}

void access_word(machine& m, std::uintptr_t word, std::uint8_t bytes, bool is_write, const void* address,
                 site at)
{
    cell& touched = cell_of(word);
    const access_record now{m.now_of_running(), static_cast<std::uint8_t>(m.running()), bytes};
    const access_record& mine = is_write ? touched.write : touched.read;
    if (mine.when == now.when && mine.thread == now.thread && (mine.bytes & bytes) == bytes) {
        return;
    }
    if (is_write) {
        write_word(m, touched, now, address, at);
    } else {
        read_word(m, touched, now, address, at);
    }
}

}  // namespace

void restart()
{
    ++era;
    used = 0;
    pool_used = 0;
}

void access(const void* address, std::size_t size, bool is_write, site at) noexcept
{
    machine& m = machine::instance();
    if (!m.checks_plain_data() || arena::heap_owner == max_threads || !is_watched(address)) {
        return;
    }
    auto begin = reinterpret_cast<std::uintptr_t>(address);
    const std::uintptr_t end = begin + size;
    while (begin < end) {
        const std::uintptr_t word = begin / word_bytes;
        const std::uintptr_t first = begin % word_bytes;
        const std::uintptr_t stop = std::min(word_bytes, end - word * word_bytes);
        const auto bytes = static_cast<std::uint8_t>((1U << stop) - (1U << first));
        access_word(m, word, bytes, is_write, address, at);
        begin = (word + 1) * word_bytes;
    }
}

}  // namespace signalbox::simulated::plain_memory
