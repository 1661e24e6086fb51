// What a shared mutex of any scope promises: who holds it beside whom, and that readers and writers take
// turns.
//
// Instantiated like tests/contract/mutex_contract.hpp, whose promises it keeps for its writers.
#pragma once

#include <deque>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "owners.hpp"
#include "sharing.hpp"

namespace signalbox::contract {

template <class Scope>
class shared_mutex_contract : public ::testing::Test {
protected:
    using mutex_type = typename Scope::mutex;
    const std::unique_ptr<mutex_type> mutex = Scope::make();
    const mode_of<mutex_type>& write = writing<mutex_type>;
    const mode_of<mutex_type>& read = reading<mutex_type>;

    bool is_free() { return another_gets(*mutex, write); }
};

TYPED_TEST_SUITE_P(shared_mutex_contract);

TYPED_TEST_P(shared_mutex_contract, many_read_or_one_writes)
{
    auto& m = *this->mutex;
    for (const auto* held : all_modes<typename TypeParam::mutex>()) {
        for (const auto* wanted : all_modes<typename TypeParam::mutex>()) {
            holder other{m, *held};
            ASSERT_TRUE(other.gets_it());
            const std::string how = std::string(wanted->name) + " beside " + held->name;
            const bool share = how == "reading beside reading" || how == "upgrading beside reading" ||
                               how == "reading beside upgrading";
            EXPECT_EQ(wanted->try_take(m), share) << how;
            if (share) {
                wanted->give(m);
            }
            EXPECT_EQ(wanted->take_for(m, 1us), share) << how;
            if (share) {
                wanted->give(m);
            }
        }
        EXPECT_TRUE(this->is_free());
    }
}

TYPED_TEST_P(shared_mutex_contract, a_writer_waits_behind_readers_and_a_reader_behind_that_writer)
{
    auto& m = *this->mutex;
    m.lock_shared();
    {
        holder writer{m, this->write};
        ASSERT_TRUE(writer.has_to_wait());
        EXPECT_FALSE(another_gets(m, this->read)) << "its turn has come";
        holder reader{m, this->read};
        ASSERT_TRUE(reader.has_to_wait());
        m.unlock_shared();
        EXPECT_TRUE(writer.gets_it());
        EXPECT_FALSE(reader.holds());
        writer.let_go();
        EXPECT_TRUE(reader.gets_it());
    }
    EXPECT_TRUE(this->is_free());
}

TYPED_TEST_P(shared_mutex_contract, a_writer_that_times_out_lets_the_readers_go_on_at_once)
{
    auto& m = *this->mutex;
    m.lock_shared();
    auto writer = start([&] { return m.lock(50ms); });
    ASSERT_TRUE(writer.falls_asleep());
    holder reader{m, this->read};
    EXPECT_EQ(writer.get(), outcome::timed_out);
    EXPECT_TRUE(reader.gets_it()) << "nobody has unlocked anything";
    EXPECT_TRUE(m.try_lock_shared());
    m.unlock_shared();
    m.unlock_shared();
}

TYPED_TEST_P(shared_mutex_contract, a_writer_that_is_stopped_lets_the_readers_go_on_at_once)
{
    auto& m = *this->mutex;
    platform::stop_source source;
    m.lock_shared();
    holder writer{m, this->write, source.get_token()};
    ASSERT_TRUE(writer.has_to_wait());
    std::deque<holder<typename TypeParam::mutex>> readers;
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(readers.emplace_back(m, this->read).has_to_wait());
    }
    source.request_stop();
    EXPECT_EQ(writer.ended(), outcome::stopped);
    for (const auto& reader : readers) {
        EXPECT_TRUE(reader.gets_it()) << "nobody has unlocked anything";
    }
    m.unlock_shared();
}

TYPED_TEST_P(shared_mutex_contract, to_read_again_while_a_writer_waits_times_out)
{
    auto& m = *this->mutex;
    m.lock_shared();
    holder writer{m, this->write};
    ASSERT_TRUE(writer.has_to_wait());
    EXPECT_EQ(m.lock_shared(2ms), outcome::timed_out);
    EXPECT_FALSE(m.try_lock_shared_for(2ms));
    EXPECT_FALSE(m.try_lock_shared());
    m.unlock_shared();
    EXPECT_TRUE(writer.gets_it());
}

TYPED_TEST_P(shared_mutex_contract, all_readers_that_wait_get_in_together_when_a_writer_leaves)
{
    auto& m = *this->mutex;
    m.lock();
    holder second{m, this->write};
    ASSERT_TRUE(second.has_to_wait());
    std::deque<holder<typename TypeParam::mutex>> readers;
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(readers.emplace_back(m, this->read).has_to_wait());
    }
    m.unlock();
    EXPECT_TRUE(eventually([&] {
        if (second.holds()) {
            second.let_go();
        }
        return std::all_of(readers.begin(), readers.end(), [](const auto& one) { return one.holds(); });
    }));
    for (auto& reader : readers) {
        reader.let_go();
    }
    EXPECT_EQ(second.ended(), outcome::acquired);
}

TYPED_TEST_P(shared_mutex_contract, a_downgrade_lets_readers_in_and_no_writer_in_between)
{
    auto& m = *this->mutex;
    int value = 0;
    m.lock();
    auto writer = start([&] {
        m.lock();
        value = 2;
        m.unlock();
    });
    holder reader{m, this->read};
    ASSERT_TRUE(writer.falls_asleep());
    ASSERT_TRUE(reader.has_to_wait());
    value = 1;
    m.downgrade();
    EXPECT_EQ(m.owner(), decltype(m.owner())::none);
    EXPECT_TRUE(reader.gets_it()) << "it waits no longer than for the writer";
    EXPECT_FALSE(another_gets(m, this->write));
    reader.let_go();
    EXPECT_FALSE(writer.is_done());
    EXPECT_EQ(value, 1);
    m.unlock_shared();
    EXPECT_TRUE(writer.get());
    EXPECT_EQ(value, 2);
}

TYPED_TEST_P(shared_mutex_contract, an_unlock_by_one_that_does_not_write_throws_and_names_owner_and_caller)
{
    auto& m = *this->mutex;
    m.lock();
    const auto me = m.owner();
    m.unlock();
    const auto is_refused = [&](auto owner) {
        for (const auto& call : {std::function<void()>([&] { m.unlock(); }), {[&] { m.downgrade(); }}}) {
            const auto text = refusal(std::errc::operation_not_permitted, call);
            EXPECT_TRUE(text && names(*text, me)) << *text;
            EXPECT_TRUE(owner == decltype(owner)::none || names(*text, owner)) << *text;
        }
    };
    is_refused(m.owner());
    m.lock_shared();
    is_refused(m.owner());
    m.unlock_shared();
    {
        other_owner other{m};
        is_refused(other.id());
        EXPECT_EQ(m.owner(), other.id()) << "it stays locked";
    }
    EXPECT_TRUE(this->is_free());
}

TYPED_TEST_P(shared_mutex_contract, an_unlock_shared_when_nobody_reads_throws_and_changes_nothing)
{
    auto& m = *this->mutex;
    const auto unlock = [&] { m.unlock_shared(); };
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, unlock)) << "free";
    m.lock_shared();
    m.unlock_shared();
    EXPECT_TRUE(refusal(std::errc::operation_not_permitted, unlock)) << "once too often";
    {
        other_owner other{m};
        holder reader{m, this->read};
        ASSERT_TRUE(reader.has_to_wait());
        const auto text = refusal(std::errc::operation_not_permitted, unlock);
        EXPECT_TRUE(text && names(*text, other.id()));
        EXPECT_FALSE(reader.holds());
        EXPECT_EQ(m.owner(), other.id());
        other.unlock();
        EXPECT_TRUE(reader.gets_it());
    }
    EXPECT_TRUE(this->is_free());
}

TYPED_TEST_P(shared_mutex_contract, who_writes_can_neither_write_nor_read_again)
{
    auto& m = *this->mutex;
    m.lock();
    const auto me = m.owner();
    for (const auto* mode : all_modes<typename TypeParam::mutex>()) {
        const auto text = refusal(std::errc::resource_deadlock_would_occur, [&] { mode->take(m); });
        EXPECT_TRUE(text && names(*text, me)) << mode->name;
        EXPECT_TRUE(
            refusal(std::errc::resource_deadlock_would_occur, [&] { (void)mode->take_within(m, 0s); }));
        EXPECT_TRUE(refusal(std::errc::resource_deadlock_would_occur, [&] { (void)mode->take_for(m, 1h); }));
        EXPECT_FALSE(mode->try_take(m)) << "that one only says no";
    }
    EXPECT_EQ(m.owner(), me);
    m.unlock();
    EXPECT_TRUE(this->is_free());
}

TYPED_TEST_P(shared_mutex_contract, the_locks_of_the_standard_library_work)
{
    auto& m = *this->mutex;
    {
        const std::shared_lock first{m};
        std::shared_lock second{m, 1s};
        EXPECT_TRUE(second.owns_lock());
        EXPECT_FALSE(another_gets(m, this->write));
        EXPECT_EQ(m.owner(), decltype(m.owner())::none);
    }
    {
        const std::unique_lock lock{m, clock::now() + 1s};
        EXPECT_TRUE(lock.owns_lock());
        EXPECT_FALSE((std::shared_lock<typename TypeParam::mutex>{m, std::try_to_lock}.owns_lock()));
    }
    const auto other = TypeParam::make();
    const std::scoped_lock both{m, *other};
    EXPECT_EQ(m.owner(), other->owner());
}

REGISTER_TYPED_TEST_SUITE_P(shared_mutex_contract, many_read_or_one_writes,
                            a_writer_waits_behind_readers_and_a_reader_behind_that_writer,
                            a_writer_that_times_out_lets_the_readers_go_on_at_once,
                            a_writer_that_is_stopped_lets_the_readers_go_on_at_once,
                            to_read_again_while_a_writer_waits_times_out,
                            all_readers_that_wait_get_in_together_when_a_writer_leaves,
                            a_downgrade_lets_readers_in_and_no_writer_in_between,
                            an_unlock_by_one_that_does_not_write_throws_and_names_owner_and_caller,
                            an_unlock_shared_when_nobody_reads_throws_and_changes_nothing,
                            who_writes_can_neither_write_nor_read_again,
                            the_locks_of_the_standard_library_work);

}  // namespace signalbox::contract
