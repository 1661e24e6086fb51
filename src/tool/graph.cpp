// Who waits for whom: cycles are searched from each object along its holders' waits.
//
// Checked by   tests/tool/show_test.py, tests/tool/top_test.py
#include "graph.hpp"

#include <algorithm>
#include <deque>
#include <set>

namespace signalbox::tool {

bool cycle::is_deadlock() const noexcept
{
    return std::all_of(objects.begin(), objects.end(),
                       [](const object_view* each) { return each->holders.size() == 1 && each->out == 0; });
}

std::string cycle::text() const
{
    std::string names;
    for (const object_view* each : objects) {
        names += "'" + each->name + "' -> ";
    }
    return names + "'" + objects.front()->name + "'";
}

graph::graph(const std::vector<object_view>& objects) : objects_{objects}
{
    std::map<std::int32_t, std::vector<std::int32_t>> families;
    for (const object_view& object : objects) {
        for (const party& waiter : object.waiters) {
            auto [family, is_new] = families.try_emplace(waiter.pid);
            if (is_new) {
                family->second = ancestry(waiter.pid);
            }
            for (const std::int32_t member : family->second) {
                waits_[member].push_back({&object, &waiter});
            }
        }
    }
}

std::vector<wait_view> graph::waits_of(std::int32_t pid) const
{
    const auto found = waits_.find(pid);
    return found != waits_.end() ? found->second : std::vector<wait_view>{};
}

// What the holders of the object wait for.
std::vector<const object_view*> graph::behind(const object_view& object) const
{
    std::vector<const object_view*> all;
    for (const party& holder : object.holders) {
        const auto found = waits_.find(holder.pid);
        for (std::size_t i = 0; found != waits_.end() && i < found->second.size(); ++i) {
            all.push_back(found->second[i].object);
        }
    }
    return all;
}

// In breadth; empty if there is none.
cycle graph::shortest_through(const object_view& object) const
{
    std::map<const object_view*, const object_view*> before;
    std::deque<const object_view*> next{&object};
    while (!next.empty()) {
        const object_view* const here = next.front();
        next.pop_front();
        for (const object_view* const other : behind(*here)) {
            if (other == &object) {
                cycle found{{here}};
                while (found.objects.back() != &object) {
                    found.objects.push_back(before[found.objects.back()]);
                }
                std::reverse(found.objects.begin(), found.objects.end());
                return found;
            }
            if (before.try_emplace(other, here).second) {
                next.push_back(other);
            }
        }
    }
    return {};
}

std::vector<cycle> graph::cycles() const
{
    std::vector<cycle> all;
    std::set<const object_view*> told;
    for (const object_view& object : objects_) {
        if (object.holders.empty() || object.waiters.empty() || told.contains(&object)) {
            continue;
        }
        cycle found = shortest_through(object);
        if (!found.objects.empty()) {
            told.insert(found.objects.begin(), found.objects.end());
            all.push_back(std::move(found));
        }
    }
    return all;
}

}  // namespace signalbox::tool
