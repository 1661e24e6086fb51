// A program in which threads wait for each other for ever, for debuggers to look at: a mutex with two
// waiters, a deadlock of two, and a semaphore that is out of permits.
#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <signalbox/deadlock.hpp>
#include <signalbox/event.hpp>
#include <signalbox/guarded.hpp>
#include <signalbox/mutex.hpp>
#include <signalbox/name.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/recursive_mutex.hpp>
#include <signalbox/semaphore.hpp>

signalbox::mutex table;
std::array<signalbox::mutex, 2> forks;
signalbox::semaphore seats{3, {.capacity = 3, .name = "chairs"}};
signalbox::permit<signalbox::semaphore> taken;
signalbox::thread_id owner;
signalbox::recursive_mutex again;
signalbox::auto_reset_event turn{true};
signalbox::guarded<int> count{4};
signalbox::limit for_ever;

namespace {

std::atomic<int> have_one{0};

template <class Function>
void begin(const char* name, Function function)
{
    std::thread{[name, function] {
        std::string{name} == "guest" ? signalbox::set_thread_name(name)
                                     : static_cast<void>(::pthread_setname_np(::pthread_self(), name));
        function();
    }}.detach();
}

void dine(std::size_t seat)
{
    const std::scoped_lock left{forks.at(seat)};
    have_one.fetch_add(1);
    while (have_one.load() < 2) {
        std::this_thread::yield();
    }
    const std::scoped_lock right{forks.at(1 - seat)};
}

}  // namespace

int main()
{
    ::prctl(PR_SET_PTRACER,
            PR_SET_PTRACER_ANY);  // whoever runs the test may look, also where that is restricted
    signalbox::set_deadlock_handler(signalbox::log_deadlock);
    const std::scoped_lock mine{table};
    taken = signalbox::permit{seats, 3};
    owner = table.owner();
    const std::scoped_lock twice{again};
    again.lock();
    signalbox::set_name(again, "once more");
    begin("first", [] { const std::scoped_lock never{table}; });
    begin("second", [] { const std::scoped_lock never{table}; });
    begin("guest", [] { seats.acquire(2); });
    begin("Plato", [] { dine(0); });
    begin("Kant", [] { dine(1); });
    for (;;) {
        ::pause();
    }
}
