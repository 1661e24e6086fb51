// A worker process: its threads claim batches and write them through connections of one pool.
//
// Invariant 1  Who holds a permit of `filled` may claim a batch. It gives the permit up (forget) only when it
//              has; one that dies before gives it back, so that another looks.
// Because      A thread borrows its connection first and claims then, so that a batch is never claimed by who
//              must wait. It holds both the permit of its connection and the mutex while it claims; there
//              workers are killed.
#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <signalbox/patterns/pool.hpp>

#include "../package_sizes/database.hpp"
#include "processes.hpp"
#include "store.hpp"

namespace package_index {

namespace {

// A connection that the log counts, from before it is opened until it is closed.
class connection {
public:
    connection(connection_log& log, const std::string& database, std::uint32_t worker)
        : entry_{log, worker}, store_{open_store(database, worker)}
    {
    }
    store& operator*() const { return *store_; }
    store* operator->() const { return store_.get(); }

private:
    struct entry {
        entry(connection_log& of, std::uint32_t worker) : log{of}, who{worker} { log.opens(who); }
        entry(const entry&) = delete;
        entry& operator=(const entry&) = delete;
        ~entry() { log.closed(who); }

        connection_log& log;
        std::uint32_t who;
    };

    entry entry_;  // ends after the store
    std::unique_ptr<store> store_;
};

using connections = signalbox::pool<connection, signalbox::process::semaphore>;
using token = signalbox::permit<signalbox::process::semaphore>;

std::int64_t now_ns()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

class worker {
public:
    worker(crossing& meet, const options& how, std::string_view text, std::uint32_t number)
        : meet_{meet},
          text_{text},
          number_{number},
          spread_{static_cast<double>(how.spread)},
          connections_{meet.budget,
                       [&log = meet.work->log, database = how.database, number] {
                           return connection{log, database, number};
                       },
                       {.max = how.threads,
                        .maintain_every = std::chrono::milliseconds{20},
                        .name = "of worker " + std::to_string(number),
                        .validate = [](connection& each) { return each->is_alive(); }}}
    {
    }

    void run() noexcept
    {
        try {
            work();
        } catch (const std::exception& error) {
            meet_.fail(&board::failure, 0, error.what());
        }
    }

private:
    void work()
    {
        while (true) {
            token turn{meet_.filled, 1, signalbox::limit{}};
            if (!turn) {
                return;  // closed: there is nothing left
            }
            auto db = connections_.acquire();
            if (const auto claimed = claim(turn)) {
                write(meet_.work->batches[*claimed], **db);
                db.release();
                meet_.note_progress();
            }
        }
    }

    std::optional<std::size_t> claim(token& turn)
    {
        const bool is_left_by_a_death = meet_.turn.lock({}) == signalbox::outcome::owner_died;
        const std::unique_lock lock{meet_.turn, std::adopt_lock};
        if (is_left_by_a_death) {
            repair();
        }
        const auto claimed = meet_.work->claim(number_);
        if (claimed) {
            wait_for_death_where_planned(meet_.work->batches[*claimed]);
        }
        turn.forget();  // claimed; or there was one permit more than batches
        return claimed;
    }

    // The last owner died within claim(). What it claimed is put back, and can be claimed.
    void repair()
    {
        const std::uint32_t dead = meet_.work->victim.exchange(0);
        meet_.work->recovered_ns.store(now_ns());
        const std::size_t freed = dead == 0 ? 0 : meet_.work->repair(dead);
        meet_.filled.release(static_cast<std::ptrdiff_t>(freed));
    }

    // In the middle of it all: the batch is claimed, the mutex and a connection are held.
    void wait_for_death_where_planned(const batch& claimed)
    {
        board& work = *meet_.work;
        const std::size_t next = work.kills_begun.load();
        if (next < work.kills_planned && claimed.offset + claimed.length >= work.kill_from[next]) {
            work.kills_begun.store(next + 1);
            work.victim.store(number_);
            while (true) {
                ::pause();
            }
        }
    }

    // The work is spread evenly over the time that it is to take. While a worker waits for its end nobody
    // else does, so that there is somebody whom the mutex can come to.
    void keep_pace(const batch& claimed) const
    {
        const double part =
            static_cast<double>(claimed.offset + claimed.length) / static_cast<double>(text_.size());
        const auto due = meet_.work->started + std::chrono::duration<double>{part * spread_};
        while (std::chrono::steady_clock::now() < due && meet_.work->victim.load() == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
    }

    void write(batch& claimed, store& db)
    {
        package_sizes::record_reader reader{text_.substr(claimed.offset, claimed.length)};
        std::vector<row> rows;
        while (auto record = reader.next()) {
            const package_sizes::package found = package_sizes::parse(*record);
            rows.push_back({.number = claimed.first_record + record->number,
                            .name = found.name,
                            .version = found.version,
                            .architecture = found.architecture,
                            .section = found.section,
                            .kib = found.kib,
                            .worker = number_});
        }
        keep_pace(claimed);
        db.write(rows);
        claimed.owner.store(batch::done);
    }

    crossing& meet_;
    std::string_view text_;
    std::uint32_t number_;
    double spread_;  // seconds
    connections connections_;
};

}  // namespace

void be_worker(crossing& meet, const options& how, std::string_view text, std::uint32_t number)
{
    worker me{meet, how, text, number};
    meet.present.release();
    meet.start.wait();
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < how.threads; ++i) {
        threads.emplace_back([&] { me.run(); });
    }
}

}  // namespace package_index
