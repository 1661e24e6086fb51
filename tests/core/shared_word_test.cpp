// The transitions of a shared mutex's word, enumerated without threads: what each does, and that it touches
// nothing else.
#include <signalbox/detail/shared_word.hpp>

#include <gtest/gtest.h>

#include <vector>

namespace {

using signalbox::detail::share_mode;
using signalbox::detail::shared_cell;
using word = signalbox::detail::shared_word;

constexpr std::uint32_t most_id = (1U << word::holder_bits) - 1;
constexpr std::uint32_t ids[] = {1, 2, 0x155555, most_id};
constexpr std::int64_t counts[] = {0, 1, 2, 1000, word::most_readers - 1, word::most_readers};
constexpr share_mode modes[] = {share_mode::exclusive, share_mode::shared, share_mode::upgrade,
                                share_mode::raise};

std::vector<word::type> all_flags()
{
    std::vector<word::type> flags;
    for (word::type low = 0; low < 8; ++low) {
        for (word::type releases = 0; releases <= word::releases; releases += word::one_release) {
            flags.push_back(low | releases);
        }
    }
    return flags;
}

constexpr word::type reading(std::int64_t readers)
{
    return static_cast<word::type>(readers) << word::readers_shift;
}

constexpr word::type upgraded_by(std::uint32_t id)
{
    return word::written_by(id) | word::upgrade;
}

TEST(shared_word, fields_cover_the_word_and_do_not_overlap)
{
    const word::type readers = ~word::type{0} << word::readers_shift;
    const word::type parts[] = {word::queued,   word::reserved, word::spinning, word::upgrade,
                                word::releases, word::holder,   readers};
    word::type all = 0;
    word::type sum = 0;
    for (const auto part : parts) {
        all |= part;
        sum += part;
    }
    EXPECT_EQ(all, ~word::type{0});
    EXPECT_EQ(sum, ~word::type{0});
}

TEST(shared_word, every_state_says_who_writes_who_may_upgrade_and_how_many_read)
{
    for (const auto flags : all_flags()) {
        for (const auto id : ids) {
            EXPECT_EQ(word::writer_of(flags | word::written_by(id)), id);
            EXPECT_EQ(word::upgrader_of(flags | word::written_by(id)), 0U);
            for (const auto count : counts) {
                const auto beside = flags | upgraded_by(id) | reading(count);
                EXPECT_EQ(word::writer_of(beside), 0U);
                EXPECT_EQ(word::upgrader_of(beside), id);
                EXPECT_EQ(word::readers_of(beside), count);
            }
        }
    }
}

TEST(shared_word, each_mode_can_be_taken_beside_those_that_it_may_stand_beside_and_no_others)
{
    for (const auto flags : all_flags()) {
        for (const auto count : counts) {
            const auto free = flags | reading(count);
            EXPECT_EQ(word::can_take(free, share_mode::exclusive), count == 0);
            EXPECT_EQ(word::can_take(free, share_mode::shared), count < word::most_readers);
            EXPECT_TRUE(word::can_take(free, share_mode::upgrade));
            const auto upgraded = free | upgraded_by(7);
            EXPECT_FALSE(word::can_take(upgraded, share_mode::exclusive));
            EXPECT_EQ(word::can_take(upgraded, share_mode::shared), count < word::most_readers);
            EXPECT_FALSE(word::can_take(upgraded, share_mode::upgrade));
            EXPECT_EQ(word::can_take(upgraded, share_mode::raise), count == 0);
        }
        const auto written = flags | word::written_by(7);
        EXPECT_FALSE(word::can_take(written, share_mode::exclusive));
        EXPECT_FALSE(word::can_take(written, share_mode::shared));
        EXPECT_FALSE(word::can_take(written, share_mode::upgrade));
    }
}

TEST(shared_word, taking_changes_what_is_held_and_keeps_every_flag)
{
    for (const auto flags : all_flags()) {
        for (const auto id : ids) {
            const auto written = flags | word::written_by(id);
            EXPECT_EQ(word::take(flags, share_mode::exclusive, id), written);
            EXPECT_EQ(word::take(flags | upgraded_by(id), share_mode::raise, id), written);
            EXPECT_EQ(word::lower(written), flags | upgraded_by(id));
            for (const auto count : {0, 1, 1000}) {
                const auto read = flags | reading(count);
                EXPECT_EQ(word::take(read, share_mode::shared, id), flags | reading(count + 1));
                EXPECT_EQ(word::take(read, share_mode::upgrade, id), read | upgraded_by(id));
            }
        }
    }
}

TEST(shared_word, giving_leaves_no_holder_keeps_readers_and_counts_one_release_for_a_spinner)
{
    for (const auto flags : all_flags()) {
        for (const auto count : {0, 1, 1000}) {
            for (const auto held : {word::written_by(9), upgraded_by(9)}) {
                const auto before = flags | held | reading(count);
                const auto given = word::give(before);
                EXPECT_EQ(word::holder_of(given), 0U);
                EXPECT_EQ(word::readers_of(given), count);
                EXPECT_EQ(given & (word::queued | word::reserved | word::upgrade), flags & 3);
                EXPECT_EQ(word::give_to_read(before), given + word::one_reader);
                if ((flags & word::spinning) == 0) {
                    EXPECT_EQ(given & word::releases, flags & word::releases);
                } else if ((flags & word::releases) == word::releases) {
                    EXPECT_EQ(given & (word::spinning | word::releases), 0U)
                        << "a full count forgets the spinner";
                } else {
                    EXPECT_EQ(word::missed(flags, given), 1U);
                    EXPECT_NE(given & word::spinning, 0U);
                }
            }
        }
    }
}

TEST(shared_word, a_spinner_counts_what_it_missed_also_past_the_wrap)
{
    for (word::type from = 0; from < 64; ++from) {
        for (word::type by = 0; by < 64; ++by) {
            const auto before = from * word::one_release | word::written_by(5);
            const auto after = ((from + by) % 64) * word::one_release | reading(3) | word::queued;
            EXPECT_EQ(word::missed(before, after), by);
        }
    }
}

TEST(shared_word, one_more_may_read_at_once_only_if_nobody_holds_it_or_waits)
{
    EXPECT_TRUE(word::is_open(0));
    EXPECT_TRUE(word::is_open(reading(word::most_readers - 1)));
    EXPECT_FALSE(word::is_open(reading(word::most_readers)));
    EXPECT_FALSE(word::is_open(reading(-1)));
    for (unsigned bit = 0; bit < word::readers_shift; ++bit) {
        EXPECT_FALSE(word::is_open(reading(2) | word::type{1} << bit));
    }
}

TEST(shared_word, the_last_reader_has_more_to_do_only_if_somebody_queues)
{
    for (const auto flags : all_flags()) {
        for (const auto held : {word::type{0}, upgraded_by(9)}) {
            EXPECT_EQ(word::was_last(flags | held), (flags & word::queued) != 0);
            EXPECT_FALSE(word::was_last(flags | held | reading(1)));
            EXPECT_FALSE(word::was_last(flags | held | reading(word::most_readers)));
        }
    }
}

TEST(shared_word, a_mistaken_unlock_shows_lets_nobody_in_and_can_be_taken_back)
{
    for (const auto flags : all_flags()) {
        for (const auto held : {word::type{0}, word::written_by(9), upgraded_by(9)}) {
            const auto right = flags | held;
            auto now = right;
            for (int mistakes = 1; mistakes < 4; ++mistakes) {
                now -= word::one_reader;
                EXPECT_TRUE(word::is_underrun(now) && word::was_last(now) && shared_cell::is_settling(now));
                EXPECT_EQ(word::readers_of(now), -mistakes);
                EXPECT_EQ(word::holder_of(now), word::holder_of(right)) << "a borrow leaves the word";
                for (const auto mode : modes) {
                    EXPECT_FALSE(word::can_take(now, mode));
                }
            }
            EXPECT_EQ(now + 3 * word::one_reader, right);
        }
    }
}

TEST(shared_word, a_wish_keeps_mode_and_identity)
{
    for (const auto mode : modes) {
        for (const auto id : ids) {
            const auto wish = shared_cell::wish(mode, id);
            EXPECT_EQ(shared_cell::mode_of(wish), mode);
            const auto held = mode == share_mode::raise ? upgraded_by(id) : 0;
            EXPECT_EQ(shared_cell::take(held, wish), word::take(held, mode, id));
        }
    }
}

TEST(shared_word, who_waits_for_readers_or_can_join_them_is_not_overtaken)
{
    const auto reserves = [](word::type now, share_mode mode, bool is_patient = false) {
        return shared_cell::reserves(now, shared_cell::wish(mode, 3), is_patient);
    };
    for (const auto mode : modes) {
        EXPECT_FALSE(reserves(0, mode)) << "free: newcomers may pass for a while";
        EXPECT_FALSE(reserves(word::written_by(5), mode));
        EXPECT_TRUE(reserves(reading(1), mode));
        EXPECT_EQ(reserves(upgraded_by(5), mode), mode != share_mode::upgrade);
        EXPECT_EQ(reserves(upgraded_by(5) | reading(2), mode), mode != share_mode::upgrade)
            << "readers pass one that waits for an upgrader";
        EXPECT_EQ(reserves(reading(1), mode, true), mode == share_mode::raise)
            << "it trusts that a reader will call it, but who becomes the writer is in everybody's way";
    }
}

}  // namespace
