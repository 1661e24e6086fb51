// At most three at once, and nobody waits for ever: permits of a semaphore, each wait with a limit.
#include <chrono>
#include <cstdio>
#include <stop_token>
#include <thread>
#include <vector>

#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

using namespace std::chrono_literals;

namespace {

void eat()
{
    std::puts("ate");
}

void leave(signalbox::outcome why)
{
    std::printf("left: %s\n", to_string(why).data());
}

// README begin
signalbox::semaphore seats{3};  // at most three at once

void visit(const std::stop_token& closing)
{
    signalbox::permit seat{seats, 1, {20s, closing}};  // wait for 20 s at most, or until we are closing
    if (!seat) {
        return leave(seat.outcome());  // timed_out or stopped: nothing is held
    }
    eat();
}  // the seat is free again, whatever eat() did
// README end

}  // namespace

int main()
{
    std::vector<std::jthread> visitors;
    for (int i = 0; i < 10; ++i) {
        visitors.emplace_back(visit);
    }
    for (auto& visitor : visitors) {
        visitor.join();
    }
    std::printf("free seats: %td\n", seats.available());

    std::stop_source closed;
    closed.request_stop();
    visit(closed.get_token());
}
