// What happened, one line a step, for people. Nothing is recorded unless somebody asked for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <signalbox/simulated/access.hpp>

namespace signalbox::simulated {

class trace {
public:
    void begin(bool recording);

    [[nodiscard]] bool is_on() const noexcept { return recording_; }

    void name_thread(unsigned thread, std::string_view name);
    void name_object(const void* object, std::string_view name);
    [[nodiscard]] std::string name_of_thread(unsigned thread) const;
    [[nodiscard]] std::string name_of_object(const void* object);

    /// As in: "12  waiter  load word acquire -> 3    semaphore.hpp:40". `text`, then `value`, stand after the
    /// object.
    void line(unsigned thread, const char* what, const void* object, std::string_view text, site at,
              std::optional<std::uint64_t> value = {})
    {
        if (recording_) {
            write(thread, what, object, text, at, value);
        }
    }

    [[nodiscard]] std::string take();

private:
    void write(unsigned thread, const char* what, const void* object, std::string_view text, site at,
               std::optional<std::uint64_t> value);

    bool recording_ = false;
    unsigned lines_ = 0;
    std::string text_;
    std::vector<std::pair<unsigned, std::string>> threads_;
    std::vector<std::pair<const void*, std::string>> objects_;
};

[[nodiscard]] const char* name_of(std::memory_order order) noexcept;
[[nodiscard]] std::string where(site at);
/// Small numbers in decimal, large ones in hexadecimal too.
[[nodiscard]] std::string shown(std::uint64_t value);

}  // namespace signalbox::simulated
