// The semaphore between processes: what users call, and its checks.
#include <signalbox/process/semaphore.hpp>

#include <string>
#include <utility>

#include "process/errors.hpp"
#include "process/inspecting.hpp"
#include "process/requests.hpp"
#include "process/turns.hpp"
#include "process/waiting.hpp"

namespace signalbox::process {
namespace {

using detail::attachment;
using detail::ledger_word;
using detail::verdict;

outcome take(attachment& object, std::ptrdiff_t n, const limit& until)
{
    return detail::is_request(object, "acquire", n) ? detail::acquire(object, {n, nullptr}, until)
                                                    : outcome::acquired;
}

detail::ledger::picture look(const attachment& object)
{
    const auto seen = object.books.look();
    if (seen.result != verdict::done) {
        detail::fail_corrupt(object.name);
    }
    return seen;
}

}  // namespace

semaphore::semaphore(semaphore&& other) noexcept : object_{std::exchange(other.object_, nullptr)} {}

semaphore& semaphore::operator=(semaphore&& other) noexcept
{
    semaphore taken{std::move(other)};
    std::swap(object_, taken.object_);
    return *this;
}

semaphore::~semaphore()
{
    if (object_ != nullptr) {
        object_->drop_handle();
    }
}

void semaphore::acquire(std::ptrdiff_t n)
{
    if (n > 0 && object_->books.take(n, detail::passage::newcomer) == verdict::done) {
        return;
    }
    if (take(*object_, n, {}) == outcome::closed) {
        detail::refuse_closed(*object_);
    }
}

outcome semaphore::acquire(std::ptrdiff_t n, const limit& until)
{
    return take(*object_, n, until);
}

bool semaphore::try_acquire(std::ptrdiff_t n) noexcept
{
    try {
        return n == 0 || (n > 0 && n <= max() && is_taken(detail::try_acquire(*object_, {n, nullptr})));
    } catch (const std::exception&) {
        return false;  // a damaged file
    }
}

void semaphore::release(std::ptrdiff_t n)
{
    if (n <= 0) {
        if (n < 0) {
            detail::is_request(*object_, "release", n);
        }
        return;
    }
    ledger_word::type before = 0;
    const verdict answer = n > max() ? verdict::too_few : object_->books.give(n, before);
    if (answer == verdict::corrupt) {
        detail::fail_corrupt(object_->name);
    }
    if (answer == verdict::too_few) {
        const auto seen = look(*object_);
        detail::fail(std::errc::value_too_large, object_->name,
                     "release(" + std::to_string(n) + ") with " + std::to_string(seen.free + seen.resting) +
                         " free and " + std::to_string(seen.held - seen.resting) + " held of " +
                         std::to_string(seen.capacity) + " permits would give back more than are out");
    }
    detail::after_release(*object_, before, n);
}

std::ptrdiff_t semaphore::available() const
{
    detail::tidy(*object_);
    const auto seen = look(*object_);
    return seen.free + seen.resting;
}

std::ptrdiff_t semaphore::capacity() const
{
    return detail::capacity_of(*object_);
}

std::vector<holder_info> semaphore::holders() const
{
    detail::tidy(*object_);
    return detail::list_holders(*object_);
}

waiter_list semaphore::waiters() const
{
    detail::tidy(*object_);
    return detail::list_waiters(*object_);
}

std::ptrdiff_t semaphore::out() const
{
    detail::tidy(*object_);
    const auto seen = look(*object_);
    return seen.capacity - seen.free - seen.held;
}

void semaphore::resize(std::ptrdiff_t capacity)
{
    if (capacity < 0 || capacity > max()) {
        detail::fail(std::errc::invalid_argument, object_->name,
                     "resize(" + std::to_string(capacity) + "): it must be 0 to " + std::to_string(max()));
    }
    detail::room inside{*object_, object_->my_slot()};
    inside.gather();  // a debt is paid with what rests, too
    if (object_->books.resize(capacity) != verdict::done) {
        detail::fail_corrupt(object_->name);
    }
    inside.serve();
    inside.call_all();  // who waits for more than there can be now must learn of it
}

void semaphore::close()
{
    const std::uint32_t slot = object_->my_slot();
    object_->books.change(ledger_word::shut, 0);
    detail::room inside{*object_, slot};
    inside.gather();
    inside.call_all();
}

bool semaphore::is_closed() const noexcept
{
    return object_->books.is_shut();
}

const std::string& semaphore::name() const noexcept
{
    return object_->name;
}

int semaphore::native_handle() const noexcept
{
    return object_->file;
}

}  // namespace signalbox::process
