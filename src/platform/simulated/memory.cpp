// Looking up atomic objects by address, and their pasts.
#include "memory.hpp"

#include <cstdlib>
#include <cstring>

#include "arena.hpp"
#include "states.hpp"

namespace signalbox::simulated {

std::uint32_t location::oldest_readable(const vector_clock& view) noexcept
{
    const std::uint32_t oldest_kept = newest < depth ? 0 : newest - (depth - 1);
    std::uint32_t number = newest;
    while (number > oldest_kept && !view.meets(store(number).seen)) {
        --number;
    }
    return number;
}

store_record& location::append() noexcept
{
    ++newest;
    store_record& added = last();
    added.released = {};
    added.seen = all_never();
    return added;
}

std::uint64_t read_bytes(const void* object, unsigned size) noexcept
{
    std::uint64_t bits = 0;
    std::memcpy(&bits, object, size);
    return bits;
}

void write_bytes(void* object, unsigned size, std::uint64_t value) noexcept
{
    std::memcpy(object, &value, size);
}

memory::memory() : slots_(std::size_t{1} << slot_bits)
{
    locations_.resize(slots_.size() / 2);
}

memory::slot& memory::slot_of(const void* address) noexcept
{
    std::size_t index = mixed(reinterpret_cast<std::uintptr_t>(address)) >> (64 - slot_bits);
    while (slots_[index].era == era_ && slots_[index].address != address) {
        index = (index + 1) % slots_.size();
    }
    return slots_[index];
}

location* memory::find(const void* address) noexcept
{
    slot& where = slot_of(address);
    return where.era == era_ ? &locations_[where.index] : nullptr;
}

location& memory::add(slot& where, const void* address, unsigned size)
{
    if (where.era != era_) {
        if (used_ == locations_.size()) {
            std::abort();  // more atomic objects in one execution than the machine was built for
        }
        where = {address, era_, used_++};
    }
    location& place = locations_[where.index];
    place.address = address;
    place.size = size;
    place.is_dead = false;
    place.born_by = 0;
    place.born_at = 0;
    place.accessed = {};
    place.newest = 0;
    place.sc_floor = 0;
    place.content = 0;
    store_record& first = place.last();
    first.value = read_bytes(address, size);
    first.version = mixed(reinterpret_cast<std::uintptr_t>(address)) ^ mixed(first.value);
    first.release = 0;
    first.released = {};
    first.seen = {};
    return place;
}

location& memory::at(const void* address, unsigned size)
{
    slot& where = slot_of(address);
    if (where.era == era_) {
        return locations_[where.index];
    }
    keep_initial_value(const_cast<void*>(address), size);
    return add(where, address, size);
}

location& memory::construct(const void* address, unsigned size)
{
    return add(slot_of(address), address, size);
}

std::uint64_t memory::settle() noexcept
{
    std::uint64_t versions = 0;
    for (std::uint32_t i = 0; i < used_; ++i) {
        location& place = locations_[i];
        place.sc_floor = place.newest;
        versions += mixed(place.last().version);
    }
    return versions;
}

void memory::restart() noexcept
{
    ++era_;
    used_ = 0;
    for (const auto& [object, initial] : initial_values_) {
        write_bytes(object, initial.size, initial.value);
    }
}

void memory::keep_initial_value(void* object, unsigned size)
{
    if (!arena::contains(object)) {
        const arena::suspended ordinary_heap;
        initial_values_.try_emplace(object, initial_value{size, read_bytes(object, size)});
    }
}

void memory::forget_initial_value(const void* object) noexcept
{
    initial_values_.erase(const_cast<void*>(object));
}

}  // namespace signalbox::simulated
