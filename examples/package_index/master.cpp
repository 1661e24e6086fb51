// The master process: starts the others, watches, kills where planned, and ends the run.
#include "master.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "../package_sizes/database.hpp"
#include "display.hpp"
#include "family.hpp"
#include "store.hpp"
#include "watchdog.hpp"

namespace package_index {

namespace {

using namespace std::chrono_literals;

// Who comes to a place in the text is killed; the places are spread over it, and the seed shifts them.
void plan_kills(board& work, const options& how, std::size_t size)
{
    std::mt19937_64 dice{how.seed};
    for (std::size_t i = 0; i < how.kills; ++i) {
        const std::size_t part = size / (how.kills + 1);
        const std::size_t shift = part == 0 ? 0 : dice() % (part / 2 + 1);
        work.kill_from[i] = part * (i + 1) - shift;
    }
    work.kills_planned = how.kills;
}

// Asks the database server how many connections the workers have; a file has none to ask.
class observer {
public:
    observer(const family& all, const options& how) : all_{all}, permits_{how.permits}
    {
        if (is_postgres(how.database)) {
            server_ = open_store(how.database, 0);
        }
    }

    void look()
    {
        if (server_) {
            seen_.most = std::max(seen_.most, count());
            ++seen_.looks;
        }
    }
    [[nodiscard]] const watched_connections& seen() const { return seen_; }

private:
    // A server notices a little later that a connection has ended. If there seem to be too many, those count
    // that are still there when it has had the time.
    [[nodiscard]] std::size_t count()
    {
        const auto first = server_->connections(all_.dead());
        if (first.size() <= permits_) {
            return first.size();
        }
        std::this_thread::sleep_for(200ms);
        const auto later = server_->connections(all_.dead());
        return static_cast<std::size_t>(
            std::count_if(first.begin(), first.end(), [&](const std::string& each) {
                return std::find(later.begin(), later.end(), each) != later.end();
            }));
    }

    const family& all_;
    const std::size_t permits_;
    std::unique_ptr<store> server_;
    watched_connections seen_;
};

class run {
public:
    run(const options& how, std::string_view text)
        : how_{how}, meet_{how}, family_{meet_, how, text}, watchdog_{meet_, how}, text_{text}
    {
    }

    findings all()
    {
        open_store(how_.database, 0)->prepare();
        plan_kills(*meet_.work, how_, text_.size());
        begin();
        observer watching{family_, how_};
        {
            display screen{meet_, how_};
            screen.say(fmt::format("start     {} workers of {} threads, at most {} connections, into {}",
                                   how_.workers, how_.threads, how_.permits,
                                   is_postgres(how_.database) ? "PostgreSQL" : how_.database));
            watch(screen, watching);
        }
        meet_.filled.close();  // everybody goes home
        check_messages();
        while (!family_.is_over()) {
            std::this_thread::sleep_for(1ms);
            watchdog_.look(family_);
        }
        check_messages();
        return audit(meet_, how_, text_, watching.seen(), family_.dead(), deaths_);
    }

private:
    void begin()
    {
        family_.start_reader();
        for (std::size_t i = 0; i < how_.workers; ++i) {
            family_.start_worker();
        }
        for (std::size_t i = 0; i < how_.workers + 1; ++i) {
            while (!signalbox::is_acquired(meet_.present.acquire(1, 100ms))) {
                look_after();
            }
        }
        meet_.work->started = std::chrono::steady_clock::now();
        meet_.start.set();
    }

    void watch(display& screen, observer& watching)
    {
        while (!meet_.done.wait_for(10ms)) {
            watching.look();
            screen.show(family_);
            if (const std::uint32_t victim = meet_.work->victim.load(); victim != 0) {
                let_it_be_seen(screen);
                bury(victim, screen);
            }
            look_after();
        }
        screen.show(family_);
    }

    // The victim has stopped; meanwhile the others come to wait for what it holds.
    void let_it_be_seen(display& screen)
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{100} * how_.spread;
        while (std::chrono::steady_clock::now() < end) {
            std::this_thread::sleep_for(10ms);
            screen.show(family_);
        }
    }

    void bury(std::uint32_t victim, display& screen)
    {
        const recovery what = family_.replace(victim);
        deaths_.push_back(what);
        screen.say(fmt::format("killed    worker {} (process {}) while it held {} and the mutex", what.worker,
                               what.pid, counted(what.permits, "connection")),
                   "1;31");
        screen.say(fmt::format("recovered after {:.1f} ms; worker {} takes over",
                               std::max(what.permits_ms, what.mutex_ms), what.successor),
                   "1;32");
    }

    void look_after()
    {
        if (!family_.look_after()) {
            check_messages();
            throw run_error{"a process has failed, and did not say why"};
        }
        watchdog_.look(family_);
    }

    void check_messages() const
    {
        const board& work = *meet_.work;
        if (work.bad_data.is_there()) {
            throw package_sizes::data_error{work.bad_data.line(), std::string{work.bad_data.text()}};
        }
        if (work.failure.is_there()) {
            throw store_error{std::string{work.failure.text()}};
        }
    }

    const options& how_;
    crossing meet_;
    family family_;
    watchdog watchdog_;
    std::string_view text_;
    std::vector<recovery> deaths_;
};

}  // namespace

findings index_packages(const options& how, std::string_view text)
{
    return run{how, text}.all();
}

}  // namespace package_index
