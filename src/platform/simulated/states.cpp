// A hash table with open addressing. One state may be there several times, with different budgets.
#include "states.hpp"

#include <bit>
#include <utility>

#include "arena.hpp"

namespace signalbox::simulated {
namespace {

constexpr std::uint64_t high_bits = 0x8080808080808080;

/// Says whether each byte of `a` is at least the same byte of `b`; all are at most 127.
bool each_at_least(std::uint64_t a, std::uint64_t b) noexcept
{
    return (((a | high_bits) - b) & high_bits) == high_bits;
}

}  // namespace

bool state_set::contains_or_add(std::uint64_t state, const budgets& left)
{
    if (size_ * 10 >= entries_.size() * 7) {
        grow();
    }
    state += static_cast<std::uint64_t>(state == 0);
    const auto packed = std::bit_cast<std::uint64_t>(left);
    std::size_t index = state & (entries_.size() - 1);
    while (entries_[index].state != 0) {
        if (entries_[index].state == state) {
            if (each_at_least(entries_[index].left, packed)) {
                return true;
            }
            if (each_at_least(packed, entries_[index].left)) {
                entries_[index].left = packed;
                return false;
            }
        }
        index = (index + 1) & (entries_.size() - 1);
    }
    entries_[index] = {state, packed};
    ++size_;
    return false;
}

void state_set::clear()
{
    entries_.clear();
    size_ = 0;
}

void state_set::grow()
{
    const arena::suspended ordinary_heap;
    std::vector<entry> old(entries_.empty() ? 1024 : entries_.size() * 2);
    old.swap(entries_);
    for (const entry& kept : old) {
        if (kept.state != 0) {
            std::size_t index = kept.state & (entries_.size() - 1);
            while (entries_[index].state != 0) {
                index = (index + 1) & (entries_.size() - 1);
            }
            entries_[index] = kept;
        }
    }
}

}  // namespace signalbox::simulated
