// A program that is stuck says why: who holds the permits, who waits, since when and where.
#include <chrono>
#include <cstdio>
#include <latch>
#include <thread>
#include <vector>

#include <signalbox/inspect.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>
#include <signalbox/watchdog.hpp>

using namespace std::chrono_literals;

namespace {

signalbox::semaphore connections{4, {.capacity = 4}};

void hold_all(std::latch& is_held, const signalbox::limit& until)
{
    signalbox::set_thread_name("report");
    const signalbox::permit all{connections, 4};
    is_held.count_down();
    signalbox::semaphore never{0};
    static_cast<void>(never.acquire(1, until));  // something that takes too long
}

void query()
{
    const signalbox::permit one{connections, 1, 500ms};
    if (!one) {
        std::printf("query: %s\n%s\n", to_string(one.outcome()).data(), explain(connections).c_str());
    }
}

}  // namespace

int main()
{
    set_name(connections, "db");
    const signalbox::watchdog dog{.after = 200ms, .report = [](std::string_view text) {
                                      std::printf("%.*s", static_cast<int>(text.size()), text.data());
                                      std::fflush(stdout);
                                  }};
    std::latch is_held{1};
    std::jthread holder{[&](const std::stop_token& stop) { hold_all(is_held, stop); }};
    is_held.wait();
    query();
    holder.request_stop();
    holder.join();
    std::printf("%s\n", explain(connections).c_str());
}
