// Modus Hall: heathens and prudes share a path that is too narrow to pass; the larger crowd has its way. A
// condition.
//
// Because      The rule looks at both crowds at once, so it is a predicate over numbers under a mutex, and no
//              count of a semaphore.
#include <array>
#include <mutex>

#include <signalbox/condition_variable.hpp>
#include <signalbox/mutex.hpp>

#include "puzzle.hpp"

namespace {

class path {
public:
    void enter(std::size_t kind)
    {
        std::unique_lock lock{mutex_};
        ++present_.at(kind);
        if (rules_ == 1 - kind && present_.at(kind) > present_.at(1 - kind)) {
            turn_to(kind);
        }
        news_.wait(lock, [&] { return rules_ == nobody || (rules_ == kind && !is_turning_); });
        puzzle::check(!is_turning_, "somebody went on against the larger crowd");
        rules_ = kind;
        ++crossing_;
    }

    void leave(std::size_t kind)
    {
        const std::lock_guard lock{mutex_};
        --present_.at(kind);
        if (--crossing_ == 0) {
            rules_ = is_turning_ ? 1 - kind : nobody;
            is_turning_ = false;
            news_.notify_all();
        }
    }

    [[nodiscard]] bool is_empty() const { return present_[0] + present_[1] + crossing_ == 0; }

private:
    static constexpr std::size_t nobody = 2;

    // The others let nobody else in; if they were let in and have not come yet, they don't come at all.
    void turn_to(std::size_t kind)
    {
        is_turning_ = crossing_ > 0;
        if (!is_turning_) {
            rules_ = kind;
            news_.notify_all();
        }
    }

    signalbox::mutex mutex_;
    signalbox::condition_variable news_;
    std::array<int, 2> present_{};  // of each kind, on the path or before it
    std::size_t rules_ = nobody;
    bool is_turning_ = false;
    int crossing_ = 0;
};

}  // namespace

int main(int argc, char** argv)
{
    const puzzle::game game{argc, argv, 60};
    game.play("Modus Hall");
    path shared;
    std::array<puzzle::place, 2> on_path;
    puzzle::crowd people;
    people.add(7, [&](int me) {
        puzzle::chance luck{game, me};
        const auto kind = static_cast<std::size_t>(me % 2);
        for (int round = 0; round < game.rounds; ++round) {
            shared.enter(kind);
            puzzle::check(on_path.at(1 - kind).inside() == 0, "heathens and prudes meet on the path");
            on_path.at(kind).stay(luck, 4, "there are more than there are");
            shared.leave(kind);
            luck.dawdle();
        }
    });
    people.await();
    puzzle::check(shared.is_empty(), "somebody is left on the path");
}
