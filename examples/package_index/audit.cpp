// Counting again.
#include "audit.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "standing.hpp"
#include "store.hpp"

namespace package_index {

namespace {

// "name version architecture" of each record, in their order: each empty line after others ends a record.
std::vector<std::string> list_again(std::string_view text)
{
    std::vector<std::string> all;
    std::string name;
    std::string version;
    std::string architecture;
    const auto take = [](std::string_view line, std::string_view field, std::string& to) {
        if (line.starts_with(field)) {
            const auto value = line.substr(field.size());
            const auto first = value.find_first_not_of(" \t");
            to = first == std::string_view::npos
                     ? ""
                     : value.substr(first, value.find_last_not_of(" \t") + 1 - first);
        }
    };
    while (true) {
        const auto line = text.substr(0, text.find('\n'));
        take(line, "Package:", name);
        take(line, "Version:", version);
        take(line, "Architecture:", architecture);
        if (line.empty() && !name.empty()) {
            all.push_back(fmt::format("{} {} {}", name, version, architecture));
            name = version = architecture = "";
        }
        if (text.empty()) {
            return all;
        }
        text.remove_prefix(line.size() + 1);
    }
}

// What dpkg-query says of this machine; empty if there is none.
std::vector<std::string> ask_dpkg()
{
    std::vector<std::string> all;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe{
        ::popen("dpkg-query -W -f '${Package} ${Version} ${Architecture}\\n' 2> /dev/null", "r"), &::pclose};
    std::string text;
    char chunk[4096];
    while (pipe != nullptr && std::fgets(chunk, sizeof chunk, pipe.get()) != nullptr) {
        text += chunk;
        if (text.ends_with('\n')) {
            text.pop_back();
            all.push_back(std::exchange(text, ""));
        }
    }
    return all;
}

class checks {
public:
    void expect(bool holds, std::string sentence)
    {
        if (!holds) {
            found_.wrong.push_back(std::move(sentence));
        }
    }
    void tell(std::string line) { found_.report.push_back(std::move(line)); }
    findings take() { return std::move(found_); }

private:
    findings found_;
};

void check_packages(const options& how, std::string_view text, checks& found)
{
    std::vector<std::string> expected = list_again(text);
    std::vector<std::string> stored = open_store(how.database, 0)->all();
    found.expect(stored == expected, fmt::format("{} packages are in the database, {} in {}, and they differ",
                                                 stored.size(), expected.size(), how.file));
    std::string asked;
    if (how.file == options{}.file) {
        std::vector<std::string> theirs = ask_dpkg();
        std::sort(theirs.begin(), theirs.end());
        std::sort(stored.begin(), stored.end());
        found.expect(theirs.empty() || theirs == stored,
                     fmt::format("dpkg-query knows {} packages, the database {}, and they differ",
                                 theirs.size(), stored.size()));
        asked = theirs.empty() ? "" : fmt::format("; dpkg-query knows {}", theirs.size());
    }
    found.tell(
        fmt::format("packages     {} of {}, each exactly once{}", stored.size(), expected.size(), asked));
}

// Those who opened and closed them have counted; a server says what it saw.
void check_connections(const board& work, const options& how, const watched_connections& seen,
                       const std::vector<std::uint32_t>& killed, checks& found)
{
    const std::size_t most = work.log.most_at_once(killed);
    found.expect(most <= how.permits,
                 fmt::format("{} connections were open at once, and only {} may", most, how.permits));
    found.expect(most > 0 && work.log.entries() <= connection_log::entries_max,
                 fmt::format("the connections were not counted: there are {} entries", work.log.entries()));
    found.expect(seen.most <= how.permits,
                 fmt::format("the server saw {} connections at once, and only {} may be open", seen.most,
                             how.permits));
    found.tell(fmt::format("connections  at most {} open at once, of {}{}", most, how.permits,
                           seen.looks == 0 ? ""
                                           : fmt::format("; the server, asked {} times, saw at most {}",
                                                         seen.looks, seen.most)));
}

void check_permits(const crossing& meet, const options& how, checks& found)
{
    const auto free = meet.budget.available();
    const std::ptrdiff_t waiting = meet.budget.waiters();
    found.expect(
        free == static_cast<std::ptrdiff_t>(how.permits) && waiting == 0,
        fmt::format("{} of {} permits are free, {} threads wait for one", free, how.permits, waiting));
    found.expect(meet.turn.holders().empty(), "somebody owns the mutex");
    found.tell(fmt::format("permits      {} of {} are back, and the mutex is free", free, how.permits));
}

}  // namespace

findings audit(crossing& meet, const options& how, std::string_view text, const watched_connections& seen,
               const std::vector<std::uint32_t>& killed, const std::vector<recovery>& deaths)
{
    checks found;
    check_packages(how, text, found);
    check_connections(*meet.work, how, seen, killed, found);
    check_permits(meet, how, found);
    found.expect(deaths.size() == how.kills,
                 fmt::format("{} to be killed, and {} were", counted(how.kills, "worker"), deaths.size()));
    for (const recovery& each : deaths) {
        found.expect(each.permits > 0,
                     fmt::format("worker {} held no permit when it was killed", each.worker));
        found.tell(fmt::format("recovery     worker {}: {} back after {:.1f} ms, the mutex after {:.1f} ms",
                               each.worker, counted(each.permits, "permit"), each.permits_ms, each.mutex_ms));
    }
    return found.take();
}

}  // namespace package_index
