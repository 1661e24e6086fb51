// What a shared mutex of any scope promises of its upgradable mode: a reader that can become the writer.
//
// Instantiated like tests/contract/mutex_contract.hpp.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "owners.hpp"
#include "sharing.hpp"

namespace signalbox::contract {

template <class Scope>
class upgrade_contract : public ::testing::Test {
protected:
    using mutex_type = typename Scope::mutex;
    const std::unique_ptr<mutex_type> mutex = Scope::make();
    const mode_of<mutex_type>& write = writing<mutex_type>;
    const mode_of<mutex_type>& read = reading<mutex_type>;
    const mode_of<mutex_type>& upgrade = upgrading<mutex_type>;

    bool is_free() { return another_gets(*mutex, write); }
};

TYPED_TEST_SUITE_P(upgrade_contract);

TYPED_TEST_P(upgrade_contract, one_thread_at_a_time_holds_it_for_upgrade_and_readers_pass_the_next)
{
    auto& m = *this->mutex;
    m.lock_upgrade();
    holder next{m, this->upgrade};
    ASSERT_TRUE(next.has_to_wait());
    EXPECT_TRUE(another_gets(m, this->read)) << "it waits for the upgrader, not for readers";
    m.unlock_upgrade();
    EXPECT_TRUE(next.gets_it());
    EXPECT_EQ(next.ended(), outcome::acquired);
    EXPECT_TRUE(this->is_free());
}

TYPED_TEST_P(upgrade_contract, to_write_it_waits_for_the_readers_inside_and_lets_no_new_ones_in)
{
    auto& m = *this->mutex;
    std::deque<holder<typename TypeParam::mutex>> readers;
    ASSERT_TRUE(readers.emplace_back(m, this->read).gets_it());
    ASSERT_TRUE(readers.emplace_back(m, this->read).gets_it());
    auto upgrader = start([&] {
        m.lock_upgrade();
        m.unlock_upgrade_and_lock();
        const auto owner = m.owner();
        m.unlock();
        return owner;
    });
    ASSERT_TRUE(upgrader.falls_asleep());
    EXPECT_FALSE(another_gets(m, this->read));
    readers.front().let_go();
    EXPECT_EQ(readers.front().ended(), outcome::acquired);
    EXPECT_FALSE(upgrader.is_done());
    readers.back().let_go();
    EXPECT_NE(upgrader.get(), decltype(m.owner())::none);
    EXPECT_TRUE(this->is_free());
}

TYPED_TEST_P(upgrade_contract, it_becomes_the_writer_before_a_writer_that_waits)
{
    auto& m = *this->mutex;
    m.lock_upgrade();
    holder writer{m, this->write};
    ASSERT_TRUE(writer.has_to_wait());
    EXPECT_FALSE(another_gets(m, this->read)) << "a writer waits";
    EXPECT_TRUE(m.try_unlock_upgrade_and_lock()) << "who waits, waits for the caller";
    EXPECT_FALSE(writer.holds());
    m.unlock_and_lock_upgrade();
    EXPECT_FALSE(writer.holds());
    {
        holder reader{m, this->read};
        ASSERT_TRUE(reader.has_to_wait() || reader.gets_it());
        m.unlock_upgrade();
        EXPECT_TRUE(eventually([&] { return writer.holds() || reader.holds(); }));
        reader.let_go();
        EXPECT_TRUE(writer.gets_it());
        writer.let_go();
    }
    EXPECT_EQ(writer.ended(), outcome::acquired);
}

TYPED_TEST_P(upgrade_contract, in_vain_it_keeps_what_it_had_and_readers_go_on_at_once)
{
    auto& m = *this->mutex;
    holder reader{m, this->read};
    ASSERT_TRUE(reader.gets_it());
    m.lock_upgrade();
    EXPECT_FALSE(m.try_unlock_upgrade_and_lock());
    EXPECT_FALSE(m.try_unlock_upgrade_and_lock_for(1ms));
    EXPECT_FALSE(m.try_unlock_upgrade_and_lock_until(clock::now() + 1ms));
    EXPECT_EQ(m.unlock_upgrade_and_lock(1ms), outcome::timed_out);
    platform::stop_source source;
    source.request_stop();
    EXPECT_EQ(m.unlock_upgrade_and_lock(source.get_token()), outcome::stopped);
    EXPECT_TRUE(another_gets(m, this->read));
    EXPECT_FALSE(another_gets(m, this->upgrade)) << "it is still held for upgrade";
    EXPECT_EQ(reader.ended(), outcome::acquired);
    EXPECT_EQ(m.unlock_upgrade_and_lock(source.get_token()), outcome::stopped) << "although nobody reads";
    EXPECT_EQ(m.unlock_upgrade_and_lock(limit{}), outcome::acquired);
    EXPECT_NE(m.owner(), decltype(m.owner())::none);
    m.unlock();
    EXPECT_TRUE(this->is_free());
}

TYPED_TEST_P(upgrade_contract, on_its_way_down_it_lets_readers_in_and_then_the_next_upgrader)
{
    auto& m = *this->mutex;
    m.lock();
    holder reader{m, this->read};
    ASSERT_TRUE(reader.has_to_wait());
    m.unlock_and_lock_upgrade();
    EXPECT_EQ(m.owner(), decltype(m.owner())::none);
    EXPECT_TRUE(reader.gets_it());
    holder next{m, this->upgrade};
    ASSERT_TRUE(next.has_to_wait());
    m.unlock_upgrade_and_lock_shared();
    EXPECT_TRUE(next.gets_it());
    EXPECT_FALSE(another_gets(m, this->write));
    m.unlock_shared();
}

TYPED_TEST_P(upgrade_contract, what_the_caller_does_not_hold_it_can_neither_change_nor_unlock)
{
    auto& m = *this->mutex;
    const std::function<void()> calls[] = {
        [&] { m.unlock_upgrade(); },
        [&] { m.unlock_upgrade_and_lock(); },
        [&] { (void)m.unlock_upgrade_and_lock(0s); },
        [&] { (void)m.try_unlock_upgrade_and_lock(); },
        [&] { m.unlock_upgrade_and_lock_shared(); },
        [&] { m.unlock_and_lock_upgrade(); },
        [&] { m.unlock_and_lock_shared(); },
    };
    const auto all_are_refused = [&] {
        for (const auto& call : calls) {
            EXPECT_TRUE(refusal(std::errc::operation_not_permitted, call));
        }
    };
    all_are_refused();
    for (const auto* mode : all_modes<typename TypeParam::mutex>()) {
        holder other{m, *mode};
        ASSERT_TRUE(other.gets_it());
        all_are_refused();
        EXPECT_TRUE(other.holds());
    }
    EXPECT_TRUE(eventually([&] { return this->is_free(); }));
}

TYPED_TEST_P(upgrade_contract, who_holds_it_for_upgrade_can_not_lock_it_again)
{
    auto& m = *this->mutex;
    m.lock_upgrade();
    for (const auto* mode : all_modes<typename TypeParam::mutex>()) {
        EXPECT_TRUE(refusal(std::errc::resource_deadlock_would_occur, [&] { mode->take(m); })) << mode->name;
        EXPECT_FALSE(mode->try_take(m));
    }
    m.unlock_upgrade();
    EXPECT_TRUE(this->is_free());
}

REGISTER_TYPED_TEST_SUITE_P(upgrade_contract,
                            one_thread_at_a_time_holds_it_for_upgrade_and_readers_pass_the_next,
                            to_write_it_waits_for_the_readers_inside_and_lets_no_new_ones_in,
                            it_becomes_the_writer_before_a_writer_that_waits,
                            in_vain_it_keeps_what_it_had_and_readers_go_on_at_once,
                            on_its_way_down_it_lets_readers_in_and_then_the_next_upgrader,
                            what_the_caller_does_not_hold_it_can_neither_change_nor_unlock,
                            who_holds_it_for_upgrade_can_not_lock_it_again);

}  // namespace signalbox::contract
