// Stop states: the list of callbacks, and who runs them.
//
// Because      All that a step does to the list happens within the turn of the read-modify-write before it,
//              so the list needs no lock.
#include <signalbox/platform/stop.hpp>

#include "machine.hpp"

namespace signalbox::simulated {
namespace {

constexpr std::uint32_t requested_bit = 1;

// acq_rel: each change of the list sees the changes before it, as under the standard library's internal lock.
constexpr auto list_order = std::memory_order::acq_rel;

}  // namespace

bool stop_state::is_requested(site at) const noexcept
{
    // acquire: whoever sees the request sees what was done before it (as the standard promises)
    return (requested_.load(std::memory_order::acquire, at.file, at.line) & requested_bit) != 0;
}

stop_registration* stop_state::take_first() noexcept
{
    stop_registration* const taken = first_;
    if (taken != nullptr) {
        first_ = taken->next_;
        taken->is_listed_ = false;
    }
    running_ = taken;
    running_on_ = machine::instance().running();
    return taken;
}

bool stop_state::request(site at) noexcept
{
    if ((requested_.fetch_or(requested_bit, list_order, at.file, at.line) & requested_bit) != 0) {
        return false;
    }
    while (stop_registration* const callback = take_first()) {
        bool gone = false;
        callback->gone_ = &gone;
        callback->call_(*callback);
        requested_.fetch_or(0, list_order, at.file, at.line);
        if (!gone) {
            callback->gone_ = nullptr;
            machine::instance().unblock(callback);
        }
    }
    return true;
}

void stop_state::add(stop_registration& callback, site at) noexcept
{
    if ((requested_.fetch_or(0, list_order, at.file, at.line) & requested_bit) != 0) {
        callback.call_(callback);
        return;
    }
    callback.next_ = first_;
    callback.is_listed_ = true;
    first_ = &callback;
}

void stop_state::remove(stop_registration& callback, site at) noexcept
{
    requested_.fetch_or(0, list_order, at.file, at.line);
    if (callback.is_listed_) {
        stop_registration** link = &first_;
        while (*link != &callback) {
            link = &(*link)->next_;
        }
        *link = callback.next_;
    } else if (callback.gone_ != nullptr) {
        if (running_on_ == machine::instance().running()) {
            *callback.gone_ = true;
        } else {
            machine::instance().block(&callback);
        }
    }
}

void stop_state_owner::count(int change) const noexcept
{
    if (state_ != nullptr) {
        state_->owners += static_cast<unsigned>(change);
        // What belongs to an execution ends with it: its last owner may not have seen what the others did.
        if (state_->owners == 0 && !machine::instance().is_executing()) {
            delete state_;
        }
    }
}

stop_state* make_stop_state()
{
    return new stop_state;
}

void count_source(stop_state* state, int change) noexcept
{
    if (state != nullptr) {
        state->sources += static_cast<unsigned>(change);
    }
}

}  // namespace signalbox::simulated

namespace signalbox::platform {

bool stop_token::stop_possible() const noexcept
{
    return owner_.get() != nullptr && (owner_.get()->sources != 0 || owner_.get()->is_requested({}));
}

stop_source::stop_source() : owner_{simulated::make_stop_state()}
{
    simulated::count_source(owner_.get(), 1);
}

stop_source::stop_source(const stop_source& other) noexcept : owner_{other.owner_}
{
    simulated::count_source(owner_.get(), 1);
}

stop_source::~stop_source()
{
    simulated::count_source(owner_.get(), -1);
}

}  // namespace signalbox::platform
