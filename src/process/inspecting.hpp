// What is shown of a shared object to people: its participants, holders and waiters.
#pragma once

#include <vector>

#include <signalbox/process/info.hpp>

#include "process/attachment.hpp"

namespace signalbox::process::detail {

participant_info describe(const participant_record& record, std::uint32_t slot);

/// Of an object, or of a copy of its file.
std::vector<holder_info> list_holders(const object_layout& shared, const ledger& books);
waiter_list list_waiters(const object_layout& shared);

inline std::vector<holder_info> list_holders(const attachment& object)
{
    return list_holders(*object.shared, object.books);
}

inline waiter_list list_waiters(const attachment& object)
{
    return list_waiters(*object.shared);
}

}  // namespace signalbox::process::detail
