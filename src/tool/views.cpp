// Objects as people see them.
#include "views.hpp"

#include <fmt/core.h>

#include "failure.hpp"

namespace signalbox::tool {
namespace {

party party_of(const process::participant_info& who, std::ptrdiff_t permits, std::chrono::nanoseconds since)
{
    party seen{who.pid, permits, visible(who.label), boot_time() - since, look_at(who.pid, who.start_time),
               ""};
    seen.command = visible(seen.process.command.empty() ? who.command : seen.process.command);
    return seen;
}

template <class Object>
void fill(object_view& view, const Object& object)
{
    view.name = object.name();
    if constexpr (requires { object.holders(); }) {
        for (const auto& each : object.holders()) {
            view.holders.push_back(party_of(each.who, each.count, each.who.since));
        }
    }
    for (const auto& each : object.waiters()) {
        view.waiters.push_back(party_of(each.who, each.count, each.since));
    }
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

// What others have written must not reach the terminal as commands to it.
std::string visible(std::string text)
{
    for (char& each : text) {
        each = static_cast<unsigned char>(each) < ' ' || each == '\x7f' ? ' ' : each;
    }
    return text;
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
        try {
            views.push_back(look_at(open_any(each.name, "")));
        } catch (const failure&) {
            continue;  // gone meanwhile, or not for this user
        }
    }
    return views;
}

std::string spoken(std::chrono::nanoseconds span)
{
    const double seconds = std::chrono::duration<double>{span}.count();
    if (seconds < 100) {
        return fmt::format("{:.1f} s", seconds < 0 ? 0 : seconds);
    }
    if (seconds < 6000) {
        return fmt::format("{:.0f} min", seconds / 60);
    }
    return seconds < 360'000 ? fmt::format("{:.0f} h", seconds / 3600)
                             : fmt::format("{:.0f} d", seconds / 86400);
}

}  // namespace signalbox::tool
