// The queue of a shared mutex as readers and writers join it and are served, without threads.
#include "core/phases.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace signalbox::detail {
namespace {

constexpr share_mode write = share_mode::exclusive;
constexpr share_mode read = share_mode::shared;

class line {
public:
    ~line() { place_.forget(); }

    waiter& joins(share_mode how)
    {
        waiters_.push_back(std::make_unique<waiter>(&cell_, cell_kind::shared, shared_cell::wish(how, 7)));
        waiter& who = *waiters_.back();
        place_.push(who, next_in_turn<shared_cell>(place_, who, shared_word::written_by(5)));
        return who;
    }
    void is_served(waiter& who) { place_.remove(who); }

    [[nodiscard]] std::string text() const
    {
        std::string all;
        for (const waiter* who = place_.first(&cell_, cell_kind::shared); who != nullptr; who = who->next) {
            all += wants_to_read(*who) ? 'r' : 'w';
        }
        return all;
    }

private:
    shared_cell cell_;
    bucket place_;
    std::vector<std::unique_ptr<waiter>> waiters_;
};

TEST(phases, readers_join_before_the_writers_and_behind_the_readers)
{
    line queue;
    queue.joins(write);
    queue.joins(write);
    queue.joins(read);
    EXPECT_EQ(queue.text(), "rww");
    queue.joins(read);
    queue.joins(write);
    EXPECT_EQ(queue.text(), "rrwww");
}

TEST(phases, a_writer_gives_way_to_the_readers_of_one_turn_only)
{
    line queue;
    queue.joins(write);
    queue.joins(write);
    waiter& first = queue.joins(read);
    waiter& second = queue.joins(read);
    queue.is_served(first);
    queue.is_served(second);
    queue.joins(read);
    queue.joins(read);
    EXPECT_EQ(queue.text(), "wrrw") << "its turn is the next";
}

TEST(phases, nobody_joins_before_a_writer_that_reserves)
{
    line queue;
    queue.joins(write).is_reserving = true;
    queue.joins(write);
    queue.joins(read);
    EXPECT_EQ(queue.text(), "wrw");
}

TEST(phases, an_upgrader_that_is_to_write_goes_before_everybody)
{
    line queue;
    queue.joins(write);
    queue.joins(read);
    EXPECT_EQ(queue.joins(share_mode::raise).previous, nullptr);
}

}  // namespace
}  // namespace signalbox::detail
