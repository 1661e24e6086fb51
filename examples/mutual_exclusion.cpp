// One at a time: four threads add to the same number, and a mutex lets one of them in at once.
#include <cstdio>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include <signalbox/mutex.hpp>

namespace {

signalbox::mutex turn;
long sum = 0;  // whose turn it is may change it

void add()
{
    for (int n = 1; n <= 1000; ++n) {
        const std::lock_guard lock{turn};
        sum += n;
    }
}

// Clang's analysis finds this mistake when it compiles, and is told to look away; the mutex finds it anyway.
void unlock_what_nobody_locked() SIGNALBOX_NO_THREAD_SAFETY_ANALYSIS
{
    try {
        turn.unlock();
    } catch (const std::system_error& error) {
        std::printf("refused: %s\n", error.what());
    }
}

}  // namespace

int main()
{
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back(add);
    }
    threads.clear();  // waits for all of them
    std::printf("sum: %ld\n", sum);
    unlock_what_nobody_locked();
}
