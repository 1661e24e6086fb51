// What is shown of a shared object to people: its participants, holders and waiters.
#pragma once

#include <vector>

#include <signalbox/process/info.hpp>

#include "process/attachment.hpp"

namespace signalbox::process::detail {

participant_info describe(const participant_record& record, std::uint32_t slot);
std::vector<holder_info> list_holders(const attachment& object);
std::vector<waiter_info> list_waiters(const attachment& object);
std::ptrdiff_t count_waiters(const attachment& object) noexcept;
/// Whether the caller's handle is the only one that anybody has.
bool is_alone(attachment& object);

}  // namespace signalbox::process::detail
