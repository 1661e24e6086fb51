// What a process holds comes back when it dies, whatever kills it: four die inside, then all is free.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include <signalbox/process/semaphore.hpp>

namespace {

void talk()
{
    std::raise(SIGKILL);
}

// README begin
void query(const std::string& name)  // called in any process of this machine
{
    auto connections = signalbox::process::semaphore::open_or_create(name, {.capacity = 4});
    signalbox::permit mine{connections};  // at most four at once, in all of them together
    talk();
}  // the permit is given back here, or when the process dies, even by kill -9
// README end

}  // namespace

int main()
{
    using namespace std::chrono_literals;
    const std::string name = "example-" + std::to_string(getpid());
    for (int i = 0; i < 4; ++i) {
        if (fork() == 0) {
            query(name);
        }
    }
    int killed = 0;
    for (int status = 0; wait(&status) > 0;) {
        killed += WIFSIGNALED(status) ? 1 : 0;
    }
    std::printf("killed inside: %d\n", killed);

    auto connections = signalbox::process::semaphore::open(name);
    const signalbox::permit all{connections, 4, 10s};
    std::printf("all four again: %s\n", to_string(all.outcome()).data());
    signalbox::process::semaphore::remove(name);
}
