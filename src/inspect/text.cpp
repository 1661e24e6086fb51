// The words of explain() and dump(). What is not known is left out.
#include "inspect/text.hpp"

#include <cstdio>
#include <cstring>

#include "core/holders.hpp"
#include "core/names.hpp"

namespace signalbox::detail {
namespace {

using time_point = std::chrono::steady_clock::time_point;

std::string seconds_between(time_point since, time_point now)
{
    char text[32];
    const double span = std::chrono::duration<double>(now - since).count();
    std::snprintf(text, sizeof text, "%.1f s", span < 0 ? 0 : span);
    return text;
}

std::string thread_called(std::uint32_t id)
{
    const std::string name = thread_name(id);
    return "thread " + std::to_string(id) + (name.empty() ? "" : " (" + name + ")");
}

std::string place_of(const call_site& site)
{
    // What the standard library's guards call is their own line, and tells nothing.
    if (site.file == nullptr || std::strstr(site.file, "/c++/") != nullptr) {
        return {};
    }
    const char* const slash = std::strrchr(site.file, '/');
    return std::string{" at "} + (slash == nullptr ? site.file : slash + 1) + ':' + std::to_string(site.line);
}

std::string heading(const self_description& self)
{
    std::string name = name_of(self.address);
    if (name.empty()) {
        char address[32];
        std::snprintf(address, sizeof address, "%p", self.address);
        name = address;
    }
    return std::string{self.kind} + ' ' + name + ':';
}

std::string count_of_permits(std::int64_t n)
{
    return std::to_string(n) + (n == 1 ? " permit" : " permits");
}

std::string ownership(const self_description& self, const std::vector<holder>& holders, time_point now)
{
    if (self.owner == 0) {
        return self.readers == 0 ? " free" : ' ' + std::to_string(self.readers) + " reading";
    }
    std::string text =
        (self.is_for_upgrade ? " held for upgrade by " : " owned by ") + thread_called(self.owner);
    for (const holder& each : holders) {
        if (each.kind == holding_kind::owner && each.thread == self.owner) {
            text += place_of(each.site) + " since " + seconds_between(each.since, now);
            break;
        }
    }
    if (self.is_for_upgrade && self.readers > 0) {
        text += ", " + std::to_string(self.readers) + " reading";
    }
    return text;
}

std::string permits_out(const self_description& self)
{
    // Without a capacity of its own a semaphore has that of its type: how many are out of that says nothing.
    constexpr std::int64_t no_capacity = std::int64_t{1} << 32;
    return ' ' +
           (self.capacity < no_capacity
                ? std::to_string(self.out) + " of " + std::to_string(self.capacity) + " out"
                : std::to_string(self.capacity - self.out) + " available") +
           (self.is_closed ? ", closed" : "");
}

std::string other_holders(const std::vector<holder>& holders, time_point now)
{
    std::string text;
    for (const holder& each : holders) {
        if (each.kind != holding_kind::owner) {
            const char* const how = each.kind == holding_kind::reader ? "; read by " : "; held by ";
            text += (text.empty() ? how : ", ") + thread_called(each.thread) +
                    (each.count == 1 ? "" : " (" + count_of_permits(each.count) + ")") + place_of(each.site) +
                    " since " + seconds_between(each.since, now);
        }
    }
    return text;
}

}  // namespace

std::string line_about(const self_description& self, const snapshot& all, std::size_t begin, std::size_t end,
                       unsigned attempts)
{
    const std::vector<holder> holders = holders_of(self.address, self.size, attempts);
    std::string text = heading(self);
    if (self.has_owner) {
        text += ownership(self, holders, all.taken);
    }
    if (self.has_permits) {
        text += permits_out(self);
    }
    if (begin != end) {
        text += (self.has_owner || self.has_permits ? "; " : " ") + std::to_string(end - begin) +
                " waiting, longest " + seconds_between(all.threads[begin].since, all.taken);
    }
    if (begin == end && !self.has_owner && !self.has_permits) {
        text += " nobody waits";
    }
    return text + other_holders(holders, all.taken);
}

std::string text_of(const snapshot& all, unsigned attempts)
{
    if (all.queues.empty()) {
        return "signalbox: no thread waits\n";
    }
    std::string text = "signalbox: threads that wait: " + std::to_string(all.threads.size()) +
                       ", for objects: " + std::to_string(all.queues.size()) + '\n';
    for (const waiting_queue& queue : all.queues) {
        text += line_about(queue.object, all, queue.begin, queue.end, attempts) + '\n';
        for (std::size_t i = queue.begin; i != queue.end; ++i) {
            const waiting_thread& each = all.threads[i];
            const bool says_how_many = queue.kind == cell_kind::permits && each.wanted != 1;
            text +=
                "  " + thread_called(each.thread) + " waits" +
                (says_how_many ? " for " + count_of_permits(static_cast<std::int64_t>(each.wanted)) : "") +
                place_of(each.site) + " since " + seconds_between(each.since, all.taken) + '\n';
        }
    }
    return text;
}

}  // namespace signalbox::detail
