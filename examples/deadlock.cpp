// A deadlock that reports itself: three philosophers take their left forks, then want their right ones.
#include <array>
#include <cstdio>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

#include <signalbox/deadlock.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/name.hpp>

namespace {

constexpr std::array names{"Plato", "Kant", "Hume"};

struct fork {
    const char* name;
    signalbox::mutex taken;
};
std::array<fork, 3> forks{{{"fork 1", {}}, {"fork 2", {}}, {"fork 3", {}}}};
std::latch all_have_one{3};

void print(const signalbox::deadlock_error& found)
{
    for (const auto& one : found.cycle()) {
        std::printf("%s waits for %s\n", one.name.c_str(), one.object_name.c_str());
    }
    std::fprintf(stderr, "%s\n", found.what());
}

void dine(std::size_t seat)
{
    signalbox::set_thread_name(names.at(seat));
    std::unique_lock left{forks.at(seat).taken};
    all_have_one.arrive_and_wait();
    try {
        const std::scoped_lock right{forks.at((seat + 1) % forks.size()).taken};
        std::puts("one ate");
    } catch (const signalbox::deadlock_error& found) {
        print(found);  // one of the three is told; it lets go of its left fork, and the others eat
    }
}

}  // namespace

int main()
{
    for (auto& each : forks) {
        set_name(each.taken, each.name);
    }
    std::vector<std::jthread> philosophers;
    for (std::size_t seat = 0; seat < forks.size(); ++seat) {
        philosophers.emplace_back(dine, seat);
    }
}
