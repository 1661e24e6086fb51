// Things for pools in tests: they know their number, and how many of them there are.
#pragma once

#include <algorithm>
#include <atomic>
#include <utility>

namespace signalbox::contract {

/// Where gadgets are made, and counted.
class workshop {
public:
    class gadget {
    public:
        explicit gadget(workshop& home) : home_{&home}, number_{++home.made_}
        {
            const int now = ++home.alive_;
            int most = home.most_.load();
            while (most < now && !home.most_.compare_exchange_weak(most, now)) {
            }
        }
        gadget(gadget&& other) noexcept : home_{std::exchange(other.home_, nullptr)}, number_{other.number_}
        {
        }
        gadget& operator=(gadget&&) = delete;
        ~gadget()
        {
            if (home_ != nullptr) {
                --home_->alive_;
            }
        }

        [[nodiscard]] int number() const { return number_; }
        bool is_broken = false;

    private:
        workshop* home_;
        int number_;
    };

    /// A factory for a pool.
    [[nodiscard]] auto factory()
    {
        return [this] { return gadget{*this}; };
    }

    [[nodiscard]] int made() const { return made_.load(); }
    [[nodiscard]] int alive() const { return alive_.load(); }
    [[nodiscard]] int most() const { return most_.load(); }

private:
    std::atomic<int> made_{0};
    std::atomic<int> alive_{0};
    std::atomic<int> most_{0};
};

using gadget = workshop::gadget;

/// Whether as many threads wait for a thing of the pool.
template <class Pool>
[[nodiscard]] bool comes_to_wait(const Pool& pool, std::size_t threads)
{
    return pool.statistics().waiting == threads;
}

}  // namespace signalbox::contract
