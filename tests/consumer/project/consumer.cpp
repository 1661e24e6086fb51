// What a user's program does with Signalbox, in every way of waiting; says "consumer: ok" if all of it
// worked.
#include <chrono>
#include <cstdio>
#include <mutex>
#include <stop_token>
#include <thread>

#include <signalbox/mutex.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/semaphore.hpp>

using namespace std::chrono_literals;

namespace {

bool every_wait_works()
{
    signalbox::semaphore seats{2};
    std::stop_source source;
    seats.acquire();
    bool works = seats.try_acquire() && !seats.try_acquire();
    works = works && seats.acquire(1, 1ms) == signalbox::outcome::timed_out;
    works = works && seats.acquire(1, std::chrono::steady_clock::now()) == signalbox::outcome::timed_out;
    source.request_stop();
    works = works && seats.acquire(1, source.get_token()) == signalbox::outcome::stopped;
    works = works && seats.acquire(1, {1h, source.get_token()}) == signalbox::outcome::stopped;
    seats.release(2);
    return works && seats.available() == 2;
}

bool threads_exclude_each_other()
{
    signalbox::mutex turn;
    long count = 0;
    const auto add = [&] {
        for (int i = 0; i < 1000; ++i) {
            const std::lock_guard lock{turn};
            ++count;
        }
    };
    std::thread other{add};
    add();
    other.join();
    return count == 2000 && turn.owner() == signalbox::thread_id::none;
}

bool a_permit_comes_back()
{
    signalbox::semaphore seats{1};
    {
        const signalbox::permit seat{seats, 1, 1s};
        if (!seat || seats.available() != 0) {
            return false;
        }
    }
    return seats.available() == 1;
}

}  // namespace

int main()
{
    const bool works = every_wait_works() && threads_exclude_each_other() && a_permit_comes_back();
    std::puts(works ? "consumer: ok" : "consumer: FAILED");
    return works ? 0 : 1;
}
