// After you: one thread signals what another waits for. A semaphore that begins at 0 remembers each signal.
#include <cstdio>
#include <string>
#include <thread>

#include <signalbox/semaphore.hpp>

int main()
{
    signalbox::semaphore written{0};
    std::string letter;

    std::jthread writer{[&] {
        letter = "the semaphore is up";
        written.signal();  // the textbook's name for release()
    }};

    written.wait();  // the textbook's name for acquire()
    std::printf("read: %s\n", letter.c_str());
}
