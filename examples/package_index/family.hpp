// The child processes of a run: started, killed, taken over, seen home.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "crossing.hpp"

namespace package_index {

// One death and what came of it. Times in milliseconds since the kill.
struct recovery {
    std::uint32_t worker = 0;
    std::uint32_t successor = 0;
    pid_t pid = 0;
    std::size_t permits = 0;  // that it held
    double mutex_ms = 0;      // until the next owner of the mutex was told
    double permits_ms = 0;    // until all its permits were back
};

// A child process has failed, or the work does not get done.
class run_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

class family {
public:
    struct member {
        pid_t pid = 0;
        std::uint32_t number = 0;  // 0: the reader
    };

    family(crossing& meet, const options& how, std::string_view text) : meet_{meet}, how_{how}, text_{text} {}
    family(const family&) = delete;
    family& operator=(const family&) = delete;
    ~family();  // whoever is left is killed

    // Errors  std::system_error: no more processes.
    void start_reader() { start(0); }
    std::uint32_t start_worker();

    // Kills the worker that waits for it, and sees its successor start.
    // Errors  run_error: what it held does not come back.
    recovery replace(std::uint32_t victim);
    // Sees who has ended meanwhile. A worker that somebody has killed gets a successor; false: a process has
    // failed, and left a message if it could.
    [[nodiscard]] bool look_after();
    // Whether all have ended.
    [[nodiscard]] bool is_over();

    [[nodiscard]] const std::vector<member>& members() const { return members_; }
    [[nodiscard]] const std::vector<std::uint32_t>& dead() const { return dead_; }

private:
    void start(std::uint32_t number);
    void take_over(std::uint32_t dead);
    void free_what_they_had();
    std::size_t permits_of(pid_t pid) const;

    crossing& meet_;
    const options& how_;
    std::string_view text_;
    std::vector<member> members_;
    std::vector<std::uint32_t> dead_;
    std::vector<std::uint32_t> unfreed_;  // dead, and still have batches
    std::uint32_t last_number_ = 0;
};

}  // namespace package_index
