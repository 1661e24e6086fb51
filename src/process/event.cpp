// The event between processes: what users call.
#include <signalbox/process/event.hpp>

#include <cstring>
#include <utility>

#include "process/errors.hpp"
#include "process/event_waiting.hpp"
#include "process/files.hpp"
#include "process/inspecting.hpp"

namespace signalbox::process {
namespace {

using detail::event_state;

constexpr auto kind = detail::object_kind::event;

detail::blueprint plan_of(const event_options& how)
{
    detail::blueprint plan;
    plan.traits.kind = kind;
    std::strncpy(plan.traits.label, how.label.c_str(), detail::label_most - 1);
    plan.capacity = 0;
    plan.initial = 0;
    plan.mode = how.mode;
    plan.is_set = how.is_set;
    return plan;
}

}  // namespace

event event::create(const std::string& name, const options& how)
{
    return event{detail::create_object(name, plan_of(how), how.label.c_str())};
}

event event::open(const std::string& name, const std::string& label)
{
    return event{detail::open_object(name, kind, label.c_str())};
}

event event::open_or_create(const std::string& name, const options& how)
{
    return event{detail::open_or_create_object(name, plan_of(how), how.label.c_str())};
}

event event::anonymous(const options& how)
{
    return event{detail::make_anonymous_object(plan_of(how), how.label.c_str())};
}

event event::from_handle(int handle, const std::string& label)
{
    return event{detail::adopt_handle(handle, kind, label.c_str())};
}

bool event::remove(const std::string& name)
{
    return detail::remove_object(name, kind);
}

std::vector<std::string> event::list()
{
    return detail::list_objects(kind);
}

event::event(event&& other) noexcept : object_{std::exchange(other.object_, nullptr)} {}

event& event::operator=(event&& other) noexcept
{
    event taken{std::move(other)};
    std::swap(object_, taken.object_);
    return *this;
}

event::~event()
{
    if (object_ != nullptr) {
        object_->drop_handle();
    }
}

void event::set() noexcept
{
    auto& state = object_->shared->head.event;
    event_state::type seen = state.load();
    while (!state.compare_exchange_strong(seen, event_state::after_set(seen))) {
    }
    if ((object_->books.now() & detail::ledger_word::queued) != 0) {
        detail::call_everybody(*object_->shared);  // also those whom a set() that was killed has not called
    }
}

bool event::reset() noexcept
{
    return event_state::is_set(object_->shared->head.event.fetch_and(~event_state::set));
}

bool event::is_set() const noexcept
{
    return event_state::is_set(object_->shared->head.event.load());
}

outcome event::wait(const limit& until) const
{
    const event_state::type before = object_->shared->head.event.load();
    if (until.is_stopped()) {
        return outcome::stopped;
    }
    if (event_state::is_set(before)) {
        return outcome::acquired;
    }
    if (object_->is_removed()) {
        detail::fail_removed(object_->name);
    }
    return until.until().has_passed() ? outcome::timed_out : detail::wait_for_event(*object_, before, until);
}

waiter_list event::waiters() const
{
    detail::tidy(*object_);
    return detail::list_waiters(*object_);
}

const std::string& event::name() const noexcept
{
    return object_->name;
}

int event::native_handle() const noexcept
{
    return object_->file;
}

}  // namespace signalbox::process
