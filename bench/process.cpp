// bench_process: what process scope costs beside the peers of the same machine, in one run.
//
//   --rounds 200   rounds; in each every subject is timed once, one after the other (4,000 pairs each)
//   --notices 10   kills of a holder, for each resident size
//   --repeat 3     repeats of the cells with several processes
//   --ms 300       length of each of those
//   --json         one JSON object per figure instead of the tables
// Prints: uncontended pairs, set-up, hand-overs between two processes, eight processes at one permit, and the
// time from a kill to the waiter that goes on.
// Exit code: 0, 2 for a wrong command line.
//
// Because      The clock rate drifts: the subjects take turns, and ratios are taken within a round.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <unistd.h>

#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#ifdef SIGNALBOX_BENCH_BOOST
#include <boost/interprocess/sync/interprocess_semaphore.hpp>
#include <boost/interprocess/sync/named_mutex.hpp>
#include <boost/interprocess/sync/named_semaphore.hpp>
#endif

#include "harness/options.hpp"
#include "harness/stats.hpp"
#include "several_processes.hpp"

namespace bench {
namespace {

using clock = std::chrono::steady_clock;
namespace process = signalbox::process;

struct subject {
    std::string name;
    std::function<void(unsigned)> run;  // so many pairs
    unsigned pairs = 4'000;
    const char* reference = nullptr;  // null: that of its table
    std::vector<double> ns{};
};

// `once` is inlined into a loop: nothing but the loop is added.
template <class Once>
std::function<void(unsigned)> repeated(Once once)
{
    return [once](unsigned pairs) {
        for (unsigned i = 0; i < pairs; ++i)
            once();
    };
}

void add_kernel_peers(std::vector<subject>& all)
{
    for (const short undo : {short{0}, short{SEM_UNDO}}) {
        const int set = ::semget(IPC_PRIVATE, 1, 0600);
        ::semctl(set, 0, SETVAL, 1);
        all.push_back({undo != 0 ? "SysV with SEM_UNDO" : "SysV", repeated([set, undo] {
                           sembuf down{0, -1, undo};
                           sembuf up{0, 1, undo};
                           ::semop(set, &down, 1);
                           ::semop(set, &up, 1);
                       }),
                       400});
    }
    const int file = ::memfd_create("bench", 0);
    all.push_back({"flock", repeated([file] {
                       ::flock(file, LOCK_EX);
                       ::flock(file, LOCK_UN);
                   }),
                   400});
    all.push_back({"OFD lock", repeated([file] {
                       struct flock lock {};
                       lock.l_type = F_WRLCK;
                       lock.l_len = 1;
                       ::fcntl(file, F_OFD_SETLKW, &lock);
                       lock.l_type = F_UNLCK;
                       ::fcntl(file, F_OFD_SETLK, &lock);
                   }),
                   400});
}

void add_library_peers(std::vector<subject>& all)
{
    auto* const semaphore = shared_memory<sem_t>();
    ::sem_init(semaphore, 1, 1);
    all.push_back({"sem_t", repeated([semaphore] {
                       ::sem_wait(semaphore);
                       ::sem_post(semaphore);
                   })});
    auto* const robust = shared_memory<pthread_mutex_t>();
    pthread_mutexattr_t how;
    ::pthread_mutexattr_init(&how);
    ::pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
    ::pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
    ::pthread_mutex_init(robust, &how);
    all.push_back({"robust pthread mutex", repeated([robust] {
                       ::pthread_mutex_lock(robust);
                       ::pthread_mutex_unlock(robust);
                   })});
    sem_t* const named = ::sem_open("/bench-pair", O_CREAT, 0600, 1);
    ::sem_unlink("/bench-pair");
    all.push_back({"sem_t, named", repeated([named] {
                       ::sem_wait(named);
                       ::sem_post(named);
                   })});
}

void add_boost_peers([[maybe_unused]] std::vector<subject>& all)
{
#ifdef SIGNALBOX_BENCH_BOOST
    auto* const place = shared_memory<boost::interprocess::interprocess_semaphore>();
    auto* const boosted = new (place) boost::interprocess::interprocess_semaphore{1};
    all.push_back({"Boost.Interprocess semaphore", repeated([boosted] {
                       boosted->wait();
                       boosted->post();
                   })});
    namespace boosts = boost::interprocess;
    const auto semaphore_named =
        std::make_shared<boosts::named_semaphore>(boosts::open_or_create, "bench-boost-semaphore", 1);
    all.push_back({"Boost named_semaphore", repeated([semaphore_named] {
                       semaphore_named->wait();
                       semaphore_named->post();
                   })});
    const auto mutex_named =
        std::make_shared<boosts::named_mutex>(boosts::open_or_create, "bench-boost-mutex");
    all.push_back({"Boost named_mutex", repeated([mutex_named] {
                       mutex_named->lock();
                       mutex_named->unlock();
                   })});
    boosts::named_semaphore::remove("bench-boost-semaphore");
    boosts::named_mutex::remove("bench-boost-mutex");
#endif
}

void add_ours(std::vector<subject>& all)
{
    const auto share = [](std::ptrdiff_t capacity) {
        return std::make_shared<process::semaphore>(process::semaphore::anonymous({.capacity = capacity}));
    };
    const auto small = share(4);
    const auto large = share(1'000'000);
    const auto lock = std::make_shared<process::mutex>(process::mutex::anonymous());
    all.push_back({"permit, capacity 4", repeated([small] { const signalbox::permit held{*small}; })});
    all.push_back({"permit for 3, capacity 10^6", repeated([large] {
                       const signalbox::permit held{*large, 3};
                   })});
    all.push_back({"plain acquire, release", repeated([small] {
                       small->acquire();
                       small->release();
                   })});
    all.push_back({"process::mutex", repeated([lock] {
                       lock->lock();
                       lock->unlock();
                   }),
                   4'000, "robust pthread mutex"});
}

// What no library can leave out: a file without a name, its size, a mapping of which one page is touched, the
// name, and all of it undone.
void create_and_remove_bare()
{
    constexpr std::size_t size = std::size_t{1} << 21;
    const int file = ::open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (::ftruncate(file, size) == 0) {
        void* const pages = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        *static_cast<volatile char*>(pages) = 1;
        if (::linkat(file, "", AT_FDCWD, "/dev/shm/bench-bare", AT_EMPTY_PATH) == 0)
            ::unlink("/dev/shm/bench-bare");
        ::munmap(pages, size);
    }
    ::close(file);
}

void add_set_up(std::vector<subject>& all)
{
    all.push_back(
        {"system calls of it alone", repeated(create_and_remove_bare), 20, "sem_open + sem_unlink"});
    all.push_back({"create + remove", repeated([] {
                       const auto made = process::semaphore::create("bench-new");
                       process::semaphore::remove("bench-new");
                   }),
                   20, "sem_open + sem_unlink"});
    all.push_back({"sem_open + sem_unlink", repeated([] {
                       sem_t* const made = ::sem_open("/bench-new-sem", O_CREAT, 0600, 1);
                       ::sem_close(made);
                       ::sem_unlink("/bench-new-sem");
                   }),
                   20});
    ::sem_close(::sem_open("/bench-old-sem", O_CREAT, 0600, 1));
    all.push_back({"open", repeated([] { const auto found = process::semaphore::open("bench-old"); }), 20});
    all.push_back({"sem_open", repeated([] { ::sem_close(::sem_open("/bench-old-sem", 0)); }), 20});
}

void measure(std::vector<subject>& all, unsigned rounds)
{
    for (unsigned round = 0; round < rounds; ++round) {
        for (subject& each : all) {
            const auto begin = clock::now();
            each.run(each.pairs);
            const std::chrono::duration<double, std::nano> spent = clock::now() - begin;
            each.ns.push_back(spent.count() / each.pairs);
        }
    }
}

void print(const options& given, const char* part, const std::vector<subject>& all,
           const std::string& reference)
{
    for (const subject& each : all) {
        const std::string against = each.reference != nullptr ? each.reference : reference;
        const auto found =
            std::find_if(all.begin(), all.end(), [&](const subject& other) { return other.name == against; });
        std::vector<double> ratios;
        for (std::size_t i = 0; i < each.ns.size(); ++i)
            ratios.push_back(each.ns[i] / found->ns[i]);
        print_figure(given, {part, each.name, "ns", each.ns, against, median(ratios)});
    }
}

void run_all(const options& given)
{
    std::vector<subject> pairs;
    add_library_peers(pairs);
    add_boost_peers(pairs);
    add_ours(pairs);
    add_kernel_peers(pairs);
    measure(pairs, given.count("rounds", 200));
    print(given, "pair", pairs, "sem_t");
    const auto old = process::semaphore::open_or_create("bench-old");
    std::vector<subject> set_up;
    add_set_up(set_up);
    measure(set_up, given.count("rounds", 200));
    print(given, "set-up", set_up, "sem_open");
    process::semaphore::remove("bench-old");
    ::sem_unlink("/bench-old-sem");
    print_several_processes(given);
    print_notices(given);
}

}  // namespace
}  // namespace bench

int main(int count, char** words)
{
    const bench::options given(count, words, {"rounds", "notices", "repeat", "ms"}, {"json"});
    std::atomic<bool> is_over{false};
    std::thread second{[&] { is_over.wait(false); }};  // the C library skips atomics in a process without one
    bench::run_all(given);
    is_over.store(true);
    is_over.notify_all();
    second.join();
}
