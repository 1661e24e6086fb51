// explain() and dump(): a snapshot, then words.
#include <signalbox/inspect.hpp>

#include <algorithm>
#include <exception>

#include "inspect/text.hpp"

namespace signalbox {

namespace detail {

std::string explain(const self_description& self)
{
    snapshot all = take_snapshot();
    // What waits for any part of the object waits for the object.
    std::vector<waiting_thread> here;
    const auto begin = reinterpret_cast<std::uintptr_t>(self.address);
    for (const waiting_queue& queue : all.queues) {
        if (reinterpret_cast<std::uintptr_t>(queue.object.address) - begin < self.size) {
            here.insert(here.end(), all.threads.begin() + static_cast<std::ptrdiff_t>(queue.begin),
                        all.threads.begin() + static_cast<std::ptrdiff_t>(queue.end));
        }
    }
    std::sort(here.begin(), here.end(), [](const auto& a, const auto& b) { return a.since < b.since; });
    all.threads = std::move(here);
    return line_about(self, all, 0, all.threads.size(), 0);
}

std::string dump_text()
{
    return text_of(take_snapshot(), 0);
}

}  // namespace detail

void dump(std::FILE* to)
{
    const std::string text = detail::dump_text();
    std::fwrite(text.data(), 1, text.size(), to);
    std::fflush(to);
}

void dump_from_debugger() noexcept
{
    constexpr unsigned attempts = 1000;  // some 10 us: a thread that runs does not hold a bucket for longer
    try {
        const std::string text = detail::text_of(detail::take_snapshot(attempts), attempts);
        std::fwrite(text.data(), 1, text.size(), stderr);
        std::fflush(stderr);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "signalbox: no dump: %s\n", error.what());
    }
}

}  // namespace signalbox
