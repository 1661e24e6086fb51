// Where the processes meet: the board, and the objects between processes that guard it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <signalbox/process/event.hpp>
#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "board.hpp"

namespace package_index {

struct options {
    std::string file = "/var/lib/dpkg/status";
    std::string database;  // a file for SQLite, or the URL of a PostgreSQL server
    std::size_t workers = 3;
    std::size_t threads = 3;
    std::size_t permits = 4;
    std::size_t kills = 1;
    std::uint64_t seed = 1;
    std::size_t spread = 3;     // seconds that the work takes at least, so that it can be watched
    std::size_t patience = 90;  // seconds without any progress after which the run is given up
};

// All of it is anonymous: children inherit it, and nothing is left when the last process ends, however.
struct crossing {
    explicit crossing(const options& how)
        : budget{semaphore::anonymous(
              {.capacity = static_cast<std::ptrdiff_t>(how.permits), .fairness = signalbox::fairness::fifo})},
          filled{semaphore::anonymous({.capacity = semaphore::max(), .initial = 0})},
          present{semaphore::anonymous({.capacity = semaphore::max(), .initial = 0})}
    {
    }

    using semaphore = signalbox::process::semaphore;
    using mutex = signalbox::process::mutex;
    using event = signalbox::process::event;

    semaphore budget;                  // a permit for each connection that is open, in whatever process
    semaphore filled;                  // a permit for each batch that can be claimed
    semaphore present;                 // a permit for each process that is ready to start
    mutex turn = mutex::anonymous();   // guards the board's cursor
    event start = event::anonymous();  // everybody is ready
    event done = event::anonymous();   // every batch is done, or something is wrong
    shared_board work;

    void note_progress()
    {
        if (work->is_finished()) {
            done.set();
        }
    }

    // Ends the run: something is wrong.
    void fail(message board::*what, std::size_t line, std::string_view text)
    {
        ((*work).*what).leave(line, text);
        done.set();
    }
};

}  // namespace package_index
