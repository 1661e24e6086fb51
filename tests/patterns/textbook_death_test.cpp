// What the textbook's patterns hold of process::semaphore comes back when the process is killed.
#include <memory>

#include <signalbox/patterns/acquire_all.hpp>
#include <signalbox/patterns/lightswitch.hpp>
#include <signalbox/patterns/turnstile.hpp>
#include <signalbox/process/event.hpp>
#include <signalbox/process/mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "../process/child.hpp"

namespace signalbox::contract {
namespace {

class textbook_death : public ::testing::Test {
protected:
    process::semaphore room_ = process::semaphore::anonymous();
    process::event is_ready_ = process::event::anonymous();

    /// A process that does this, says so, and is killed.
    template <class Function>
    void dies_after(Function act)
    {
        child other{[&] {
            act();
            is_ready_.set();
            return sleeps_for_ever();
        }};
        ASSERT_EQ(is_ready_.wait(patience()), outcome::acquired);
        EXPECT_FALSE(room_.try_acquire()) << "the other process has it";
        other.ends_by(SIGKILL);
    }
};

TEST_F(textbook_death, of_a_group_gives_back_the_room_of_its_lightswitch)
{
    dies_after([this] {
        auto* const light = new lightswitch{room_};
        light->lock_shared();
        light->lock_shared();
    });
    EXPECT_EQ(room_.acquire(1, patience()), outcome::acquired);
}

TEST_F(textbook_death, of_who_holds_a_turnstile_lets_it_turn)
{
    dies_after([this] { (new turnstile{room_})->lock(); });
    turnstile mine{room_};
    EXPECT_EQ(mine.pass(patience()), outcome::acquired);
}

TEST_F(textbook_death, of_who_acquired_all_gives_all_back_and_the_next_is_told)
{
    auto mutex = process::mutex::anonymous();
    dies_after([&] {
        auto all = acquire_all(room_, mutex);
        static_cast<void>(new decltype(all){std::move(all)});
    });
    const auto all = acquire_all(patience(), room_, mutex);
    EXPECT_TRUE(all);
    EXPECT_EQ(all.outcome(), outcome::owner_died);
    EXPECT_TRUE(mutex.recovered_from());
}

}  // namespace
}  // namespace signalbox::contract
