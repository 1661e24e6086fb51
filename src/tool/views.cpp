// Objects as people see them.
#include "views.hpp"

#include <algorithm>

#include "text.hpp"

namespace signalbox::tool {
namespace {

party party_of(const process::participant_info& who, std::ptrdiff_t permits, std::chrono::nanoseconds since)
{
    party seen{who.pid, permits, visible(who.label), boot_time() - since, look_at(who.pid, who.start_time)};
    seen.command = visible(seen.process.command.empty() ? who.command : seen.process.command);
    return seen;
}

party holder_of(const process::holder_info& what)
{
    party seen = party_of(what.who, what.count, what.who.since);
    seen.is_holder = true;
    if (what.held_since != what.held_since.zero()) {
        seen.held_at_least = boot_time() - what.held_since;
    }
    return seen;
}

template <class Object>
void fill(object_view& view, const Object& object)
{
    view.name = object.name();
    if constexpr (requires { object.holders(); }) {
        for (const auto& each : object.holders()) {
            view.holders.push_back(holder_of(each));
        }
    }
    for (const auto& each : object.waiters()) {
        view.waiters.push_back(party_of(each.who, each.count, each.since));
    }
}

object_view view_of(const process::object_info& object)
{
    object_view view;
    view.name = object.name;
    view.kind = object.kind;
    view.is_closed = object.is_closed;
    view.is_damaged = object.is_damaged;
    view.is_set = object.is_set;
    view.capacity = object.capacity;
    view.free = object.free;
    view.out = object.out;
    view.users = count_users(object, true);
    view.dead = count_users(object, false);
    view.state = state_of(object);
    const auto is_alive = [&](const process::participant_info& who) {
        return std::any_of(object.users.begin(), object.users.end(), [&](const process::user_info& user) {
            return user.who.slot == who.slot && user.is_alive;
        });
    };
    for (const auto& each : object.holders) {
        view.holders.push_back(holder_of(each));
        view.holders.back().is_alive = is_alive(each.who);
    }
    for (const auto& each : object.waiters) {
        view.waiters.push_back(party_of(each.who, each.count, each.since));
        view.waiters.back().is_alive = is_alive(each.who);
    }
    return view;
}

object_view view_of(const process::semaphore& object)
{
    object_view view;
    fill(view, object);
    view.capacity = object.capacity();
    view.free = object.available();
    view.out = object.out();
    view.is_closed = object.is_closed();
    return view;
}

template <class Mutex>
object_view view_of_mutex(const Mutex& object, process::kind kind)
{
    object_view view;
    fill(view, object);
    view.kind = kind;
    view.free = view.holders.empty() ? 1 : 0;
    view.is_closed = object.recovered_from().has_value();
    return view;
}

object_view view_of(const process::mutex& object)
{
    return view_of_mutex(object, process::kind::mutex);
}

object_view view_of(const process::recursive_mutex& object)
{
    return view_of_mutex(object, process::kind::recursive_mutex);
}

object_view view_of(const process::event& object)
{
    object_view view;
    fill(view, object);
    view.kind = process::kind::event;
    view.capacity = 0;
    view.is_set = object.is_set();
    return view;
}

}  // namespace

std::string party::duration() const
{
    return held_at_least ? ">" + spoken(*held_at_least) : (is_holder ? "<" : "") + spoken(since);
}

std::string party::fate() const
{
    return process.is_there ? command : is_alive ? "gone; its children hold on" : "dead";
}

std::ptrdiff_t object_view::held() const noexcept
{
    std::ptrdiff_t sum = 0;
    for (const party& each : holders) {
        sum += each.permits;
    }
    return sum;
}

object_view look_at(const any_object& object)
{
    return std::visit([](const auto& it) { return view_of(it); }, object);
}

std::vector<object_view> look_at_all()
{
    std::vector<object_view> views;
    for (const auto& each : process::list()) {
        views.push_back(view_of(each));
    }
    return views;
}

}  // namespace signalbox::tool
