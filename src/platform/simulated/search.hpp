// The choices of one execution after the other: which alternatives were taken, and which come next.
//
// Invariant 1  The first alternative is always the dullest: go on with the running thread, read the newest
//              store, inject nothing. So a schedule without interest is a row of zeros, and is written as
//              nothing.
// Invariant 2  While choices of an earlier execution are repeated, the state and the number of alternatives
//              at each choice equal those of the earlier one; otherwise the scenario is not deterministic.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <signalbox/simulated/explore.hpp>

#include "states.hpp"
#include "vector_clock.hpp"

namespace signalbox::simulated {

struct action {
    enum class kind : std::uint8_t { run, rush, wake_spuriously, jump_in_time };
    kind what = kind::run;
    std::uint8_t thread = 0;
};

class search_tree {
public:
    /// For searching.
    explicit search_tree(const options& how);
    /// For repeating one schedule; after its end every choice is the first.
    search_tree(const options& how, std::string_view schedule);

    void begin_execution();

    /// Picks one of `count` alternatives. `state` stands for the state in which the choice is made.
    [[nodiscard]] unsigned choose(unsigned count, std::uint64_t state);
    [[nodiscard]] unsigned choose_action(std::span<const action> actions, std::uint64_t state,
                                         std::uint32_t step);

    /// Says whether the state at hand was explored before; adds it. Never true while choices are repeated.
    [[nodiscard]] bool is_known(std::uint64_t state, const budgets& left);

    /// Prepares the next execution; false if there is none.
    [[nodiscard]] bool advance();

    /// The choices of this execution.
    [[nodiscard]] std::string schedule() const;

    [[nodiscard]] bool is_deterministic() const noexcept { return deterministic_; }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] std::uint64_t choices() const noexcept { return choices_; }
    [[nodiscard]] std::uint64_t states() const noexcept { return known_.size(); }

private:
    struct choice {
        std::uint64_t state = 0;
        std::uint16_t count = 0;  // 0: read from a schedule, not yet known
        std::uint16_t chosen = 0;
    };

    [[nodiscard]] bool is_repeating() const noexcept { return next_ < path_.size(); }
    unsigned repeat(unsigned count, std::uint64_t state);
    unsigned record(unsigned chosen, unsigned count, std::uint64_t state);
    [[nodiscard]] std::uint64_t draw();
    [[nodiscard]] unsigned draw_action(std::span<const action> actions);
    [[nodiscard]] unsigned best_priority(std::span<const action> actions, std::uint32_t step);

    search how_;
    bool only_once_ = false;
    bool merge_states_;
    bool deterministic_ = true;
    std::vector<choice> path_;
    std::size_t next_ = 0;
    std::uint64_t choices_ = 0;
    state_set known_;
    // Random searches.
    std::uint64_t seed_;
    std::uint64_t generator_ = 0;
    unsigned change_points_;
    unsigned switch_one_in_ = 2;
    std::array<std::uint32_t, max_threads> priority_{};
    std::vector<std::uint32_t> changes_;  // steps at which a priority is lowered
};

}  // namespace signalbox::simulated
