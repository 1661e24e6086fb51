// Before whom a waiter joins the queue of a shared mutex.
#include "core/phases.hpp"

#include <gtest/gtest.h>

#include "records.hpp"

namespace {

using namespace signalbox::detail;

struct turns : testing::Test {
    int object = 0;
    waiter reader{&object, cell_kind::shared, shared_cell::wish(share_mode::shared, 1)};
    waiter late_reader{&object, cell_kind::shared, shared_cell::wish(share_mode::shared, 2)};
    waiter writer{&object, cell_kind::shared, shared_cell::wish(share_mode::exclusive, 3)};
    waiter late_writer{&object, cell_kind::shared, shared_cell::wish(share_mode::exclusive, 4)};
    waiter upgrader{&object, cell_kind::shared, shared_cell::wish(share_mode::raise, 5)};
    shared_word::type word = shared_word::written_by(6);

    waiter* before_whom(const waiter& who) const
    {
        return next_in_turn<shared_cell>(bucket_for(&object), who, word);
    }
};

TEST_F(turns, of_whoever_comes_to_an_empty_queue_is_the_first)
{
    for (const waiter* who : {&reader, &writer, &upgrader}) {
        EXPECT_EQ(before_whom(*who), nullptr);
    }
}

TEST_F(turns, of_readers_come_before_the_writers_that_have_not_had_theirs)
{
    const parked_line line{&writer, &late_writer};
    EXPECT_EQ(before_whom(reader), &writer);
    writer.is_reserving = true;
    EXPECT_EQ(before_whom(reader), &late_writer) << "nobody overtakes the first any more";
}

TEST_F(turns, of_readers_come_together)
{
    {
        const parked_line line{&reader, &writer};
        EXPECT_EQ(before_whom(late_reader), &writer);
    }
    waiter other{&object, cell_kind::shared, shared_cell::wish(share_mode::shared, 7)};
    waiter first{&object, cell_kind::shared, shared_cell::wish(share_mode::exclusive, 8)};
    waiter last{&object, cell_kind::shared, shared_cell::wish(share_mode::exclusive, 9)};
    first.is_reserving = true;
    const parked_line line{&first, &other, &last};
    EXPECT_EQ(before_whom(late_reader), &last);
}

TEST_F(turns, of_a_writer_that_waits_for_readers_come_before_new_ones)
{
    word = shared_word::one_reader;
    const parked_line line{&writer};
    EXPECT_EQ(before_whom(reader), nullptr);
}

TEST_F(turns, of_writers_come_in_the_order_in_which_they_came)
{
    {
        const parked_line line{&writer};
        EXPECT_EQ(before_whom(late_writer), nullptr);
    }
    const parked_line line{&writer, &reader};
    EXPECT_EQ(before_whom(late_writer), nullptr);
    EXPECT_EQ(before_whom(late_reader), nullptr) << "readers at the end are joined there";
}

TEST_F(turns, of_an_upgrader_come_first_for_it_is_in_everybodys_way)
{
    const parked_line line{&writer, &reader};
    EXPECT_EQ(before_whom(upgrader), &writer);
}

}  // namespace
