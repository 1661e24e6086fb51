// Records of waiters that stand in a queue and belong to no thread, to see what is done to them.
#pragma once

#include <initializer_list>

#include "core/parking_table.hpp"

namespace signalbox::detail {

inline std::uint32_t state_of(const waiter& who)
{
    return who.state.load(std::memory_order_relaxed);
}

/// Records that stand in the queue of one cell, parked, while this lives.
class parked_line {
public:
    parked_line(std::initializer_list<waiter*> who)
    {
        for (waiter* const each : who) {
            each->state.store(waiter::parked, std::memory_order_relaxed);
            bucket_for(each->cell).push(*each);
            last_ = each;
        }
    }
    ~parked_line()
    {
        while (last_ != nullptr && first() != nullptr) {
            bucket_for(last_->cell).remove(*first());
        }
    }
    parked_line(const parked_line&) = delete;
    parked_line& operator=(const parked_line&) = delete;

    [[nodiscard]] waiter* first() const { return bucket_for(last_->cell).first(last_->cell, last_->kind); }

private:
    waiter* last_ = nullptr;
};

}  // namespace signalbox::detail
