// What is shown of a shared object to people: its participants, holders and waiters.
#pragma once

#include <vector>

#include <signalbox/process/info.hpp>

#include "process/attachment.hpp"

namespace signalbox::process::detail {

participant_info describe(const participant_record& record, std::uint32_t slot);
std::vector<holder_info> list_holders(const attachment& object);
waiter_list list_waiters(const attachment& object);

}  // namespace signalbox::process::detail
