// Reading a file over and over until nothing moves meanwhile.
//
// Invariant 1  What was looked at is the copy: nobody else can change it after it was checked.
#include "process/reading.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <system_error>

#include "process/files.hpp"

namespace signalbox::process::detail {
namespace {

constexpr int tries_most = 100;  // of an object that is never still

bool read_at(int file, object_layout& into, std::size_t offset, std::size_t size) noexcept
{
    return platform::read_file(file, reinterpret_cast<char*>(&into) + offset, size, offset) ==
           static_cast<int>(size);
}

// The cells and records that were ever used: the file may be long.
bool read_all(int file, object_layout& into) noexcept
{
    if (!read_at(file, into, 0, offsetof(object_layout, holders))) {
        return false;
    }
    const std::size_t holders = std::min(into.head.holders_used.load(), holders_most);
    const std::size_t waiters = std::min(into.head.waiters_used.load(), waiters_most);
    const std::size_t users = std::min(into.head.participants_used.load(), participants_most);
    const std::size_t far = users - std::min<std::size_t>(users, near_most);
    return read_at(file, into, offsetof(object_layout, holders), holders * sizeof(holder_cell)) &&
           read_at(file, into, offsetof(object_layout, waiters), waiters * sizeof(waiter_cell)) &&
           read_at(file, into, offset_of_participant(near_most), far * sizeof(participant_page));
}

}  // namespace

std::optional<reading> read_object(int file, const std::string& name, platform::file_status& status)
{
    reading seen;
    if (seen.copy == nullptr) {
        throw std::bad_alloc{};
    }
    object_layout& copy = *seen.copy;
    const ledger books{copy, false};
    for (int tries = 0; tries < tries_most && seen.sum.result != verdict::done; ++tries) {
        if (platform::status_of_file(file, status) != 0 || !status.is_regular || !read_all(file, copy)) {
            return std::nullopt;
        }
        try {
            check_identity(copy.head.identity, status.size, name);
        } catch (const std::system_error&) {
            return std::nullopt;
        }
        const auto before = books.now();
        seen.sum = books.look();
        if (!read_at(file, copy, offsetof(object_layout, head.word), sizeof copy.head.word)) {
            return std::nullopt;
        }
        seen.sum.result = books.now() == before ? seen.sum.result : verdict::again;
    }
    return seen;
}

}  // namespace signalbox::process::detail
