// What each atomic operation does when it is its turn.
#include <signalbox/simulated/access.hpp>

#include <array>
#include <string>

#include "machine.hpp"

namespace signalbox::simulated {
namespace {

bool is_acquire(std::memory_order order) noexcept
{
    return order == std::memory_order::acquire || order == std::memory_order::consume ||
           order == std::memory_order::acq_rel || order == std::memory_order::seq_cst;
}

bool is_release(std::memory_order order) noexcept
{
    return order == std::memory_order::release || order == std::memory_order::acq_rel ||
           order == std::memory_order::seq_cst;
}

std::uint64_t changed(std::uint64_t value, change how, std::uint64_t operand, unsigned size) noexcept
{
    const std::uint64_t mask =
        size == sizeof value ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * size)) - 1;
    switch (how) {
    case change::exchange: return operand;
    case change::add: return (value + operand) & mask;
    case change::subtract: return (value - operand) & mask;
    case change::bit_or: return value | operand;
    case change::bit_and: return value & operand;
    }
    return value;
}

/// The running thread reads store `number`: it makes its own what that store released, and can't go back
/// behind it.
std::uint64_t take(machine& m, location& place, std::uint32_t number, std::memory_order order)
{
    store_record& record = place.store(number);
    tick& seen = record.seen.at[m.running()];
    seen = std::min(seen, m.now_of_running());
    if (is_acquire(order)) {
        m.view().join(record.released);
    }
    if (order == std::memory_order::seq_cst) {
        place.sc_floor = std::max(place.sc_floor, number);
    }
    m.absorb(mixed(record.value) + (is_acquire(order) ? record.release : 0), record.version);
    return record.value;
}

/// What tells the newest store from others (states.hpp).
std::uint64_t content_of(location& place) noexcept
{
    const store_record& newest = place.last();
    return mixed(mixed(newest.value) + newest.release + reinterpret_cast<std::uintptr_t>(place.address));
}

/// The running thread writes. `continues`: the store replaces the newest one in the same step
/// (read-modify-write).
void put(machine& m, location& place, std::uint64_t value, std::memory_order order, bool continues)
{
    const store_record& before = place.last();  // stays where it is
    m.absorb(0, before.version ^ mixed(value));
    store_record& record = place.append();
    record.value = value;
    record.version = m.past_of_running().versions;
    record.release = continues ? before.release : 0;
    record.released = continues ? before.released : vector_clock{};
    record.seen.at[m.running()] = m.now_of_running();
    if (is_release(order)) {
        record.release = mixed(record.release + m.past_of_running().values);
        record.released.join(m.view());
        ++m.view().at[m.running()];  // what the thread does from here on is not released yet
    }
    if (order == std::memory_order::seq_cst) {
        place.sc_floor = place.newest;
    }
    m.set_content(place, content_of(place));
    write_bytes(const_cast<void*>(place.address), place.size, value);
    m.release_pausing();
}

/// The oldest store that a load with this order may read now, within the budget of stale reads.
std::uint32_t oldest_for(machine& m, location& place, std::memory_order order)
{
    if (m.left().stale_reads == 0 || place.newest == 0) {
        return place.newest;
    }
    const std::uint32_t oldest = place.oldest_readable(m.view());
    return order == std::memory_order::seq_cst ? std::max(oldest, place.sc_floor) : oldest;
}

void trace_read(machine& m, const char* what, location& place, std::uint32_t number, std::memory_order order,
                site at)
{
    if (m.tracer().is_on()) {
        std::string text = std::string{name_of(order)} + " -> " + shown(place.store(number).value);
        text += number == place.newest ? "" : " (stale, newest " + shown(place.last().value) + ")";
        m.tracer().line(m.running(), what, place.address, text, at);
    }
}

void trace_change(machine& m, const char* what, location& place, std::uint64_t before,
                  std::memory_order order, site at)
{
    if (m.tracer().is_on()) {
        const std::string text =
            std::string{name_of(order)} + " " + shown(before) + " -> " + shown(place.last().value);
        m.tracer().line(m.running(), what, place.address, text, at);
    }
}

const char* name_of(change how) noexcept
{
    constexpr std::array<const char*, 5> names{"exchange", "fetch_add", "fetch_sub", "fetch_or", "fetch_and"};
    return names[static_cast<unsigned>(how)];
}

}  // namespace

std::uint64_t load(const void* object, unsigned size, std::memory_order order, site at) noexcept
{
    machine& m = machine::instance();
    if (!m.is_exploring()) {
        return read_bytes(object, size);
    }
    m.announce("load", object, at);
    location& place = m.touch(object, size);
    const std::uint32_t readable = place.newest - oldest_for(m, place, order) + 1;
    const std::uint32_t age = readable > 1 ? m.choose(readable) : 0;
    m.left().stale_reads = static_cast<std::uint8_t>(m.left().stale_reads - (age != 0));
    trace_read(m, "load", place, place.newest - age, order, at);
    return take(m, place, place.newest - age, order);
}

void store(void* object, unsigned size, std::uint64_t value, std::memory_order order, site at) noexcept
{
    machine& m = machine::instance();
    if (!m.is_exploring()) {
        m.objects().keep_initial_value(object, size);
        write_bytes(object, size, value);
        return;
    }
    m.announce("store", object, at);
    location& place = m.touch(object, size);
    const std::uint64_t before = place.last().value;
    put(m, place, value, order, false);
    trace_change(m, "store", place, before, order, at);
}

std::uint64_t modify(void* object, unsigned size, change how, std::uint64_t operand, std::memory_order order,
                     site at) noexcept
{
    machine& m = machine::instance();
    if (!m.is_exploring()) {
        m.objects().keep_initial_value(object, size);
        const std::uint64_t before = read_bytes(object, size);
        write_bytes(object, size, changed(before, how, operand, size));
        return before;
    }
    m.announce(name_of(how), object, at);
    location& place = m.touch(object, size);
    const std::uint64_t before = take(m, place, place.newest, order);
    put(m, place, changed(before, how, operand, size), order, true);
    trace_change(m, name_of(how), place, before, order, at);
    return before;
}

namespace {

/// The stores that a compare-and-swap may fail with: they differ from `expected`. The newest first.
struct mismatches {
    std::array<std::uint32_t, location::depth> number{};
    unsigned count = 0;
};

mismatches find_mismatches(machine& m, location& place, std::uint64_t expected, std::memory_order order)
{
    mismatches found;
    const std::uint32_t oldest = oldest_for(m, place, order);
    for (std::uint32_t number = place.newest + 1; number-- > oldest;) {
        if (place.store(number).value != expected) {
            found.number[found.count++] = number;
        }
    }
    return found;
}

}  // namespace

bool compare_exchange(void* object, unsigned size, std::uint64_t& expected, std::uint64_t desired,
                      orders order, bool may_fail_spuriously, site at) noexcept
{
    machine& m = machine::instance();
    if (!m.is_exploring()) {
        const std::uint64_t before = read_bytes(object, size);
        const bool equal = before == expected;
        if (equal) {
            m.objects().keep_initial_value(object, size);
            write_bytes(object, size, desired);
        }
        expected = before;
        return equal;
    }
    const char* const name = may_fail_spuriously ? "compare_exchange_weak" : "compare_exchange_strong";
    m.announce(name, object, at);
    location& place = m.touch(object, size);
    const bool equal = place.last().value == expected;
    const bool may_fail = equal && may_fail_spuriously && m.left().weak_failures != 0;
    const mismatches older = find_mismatches(m, place, expected, order.failure);
    // In this order: success, failure for no reason, failure with each store that differs.
    const unsigned alternatives =
        static_cast<unsigned>(equal) + static_cast<unsigned>(may_fail) + older.count;
    unsigned chosen = alternatives > 1 ? m.choose(alternatives) : 0;
    if (equal && chosen == 0) {
        take(m, place, place.newest, order.success);
        put(m, place, desired, order.success, true);
        trace_change(m, name, place, expected, order.success, at);
        return true;
    }
    chosen -= static_cast<unsigned>(equal);
    std::uint32_t number = place.newest;
    if (may_fail && chosen == 0) {
        --m.left().weak_failures;
    } else {
        number = older.number[chosen - static_cast<unsigned>(may_fail)];
        m.left().stale_reads = static_cast<std::uint8_t>(m.left().stale_reads - (number != place.newest));
    }
    expected = take(m, place, number, order.failure);
    trace_read(m, may_fail_spuriously ? "failing weak compare_exchange" : "failing compare_exchange", place,
               number, order.failure, at);
    return false;
}

// -- lifetimes
// -----------------------------------------------------------------------------------------------------

void constructed(void* object, unsigned size, site at) noexcept
{
    machine& m = machine::instance();
    if (!m.is_executing()) {
        m.objects().forget_initial_value(object);
    } else if (m.is_exploring()) {
        location& place = m.objects().construct(object, size);
        place.born_by = m.running();
        place.born_at = m.now_of_running();
        place.accessed.at[m.running()] = m.now_of_running();
        place.last().seen = all_never();
        place.last().seen.at[m.running()] = m.now_of_running();
        m.absorb(0, place.last().value);
        place.last().version = m.past_of_running().versions;
        m.set_content(place, content_of(place));
        m.tracer().line(m.running(), "construct", object, "", at, place.last().value);
    }
}

void destroyed(void* object, unsigned size) noexcept
{
    machine& m = machine::instance();
    if (!m.is_executing()) {
        m.objects().forget_initial_value(object);
    } else if (m.is_exploring()) {
        location& place = m.touch(object, size);
        if (!m.view().covers(place.accessed)) {
            m.end_as_failure(failure_kind::dead_object,
                             m.tracer().name_of_object(object) +
                                 " is destroyed while another thread may be using it");
        }
        m.absorb(0, place.last().version);
        m.set_content(place, 0);
        m.tracer().line(m.running(), "destroy", object, "", {});
        place.is_dead = true;
    }
}

location& machine::touch(const void* object, unsigned size)
{
    location& place = objects_.at(object, size);
    if (place.is_dead) {
        end_as_failure(failure_kind::dead_object, trace_.name_of_thread(running_) + " uses " +
                                                      trace_.name_of_object(object) +
                                                      " after its destruction");
    }
    if (view().at[place.born_by] < place.born_at) {
        end_as_failure(failure_kind::data_race, trace_.name_of_thread(running_) + " uses " +
                                                    trace_.name_of_object(object) +
                                                    " whose construction it may not see");
    }
    place.accessed.at[running_] = now_of_running();
    return place;
}

}  // namespace signalbox::simulated
