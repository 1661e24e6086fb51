// The whole screen of a terminal, its keys, its size, and the signals that end or stop who uses it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <termios.h>

namespace signalbox::tool {

struct screen_size {
    std::size_t columns = 80;
    std::size_t rows = 24;
};

/// Why a wait at the terminal is over.
enum class awakening { time, typed, resized, ended };

/// While it lives, the screen is the program's; it is given back at every end but SIGKILL.
class full_screen {
public:
    /// Whether standard input and output are a terminal that can do it.
    static bool is_possible() noexcept;

    full_screen();
    ~full_screen();
    full_screen(const full_screen&) = delete;
    full_screen& operator=(const full_screen&) = delete;

    /// Waits for a key, a signal, or the end of the time. `typed`: what came is added. A signal to stop stops
    /// the program here, with the screen given back meanwhile.
    awakening wait(std::chrono::nanoseconds most, std::string& typed);

    [[nodiscard]] screen_size size() const noexcept;
    void show(const std::string& text) noexcept;

    /// Gives the screen back, and ends the program by the signal that `ended` spoke of, if there was one.
    void leave() noexcept;

private:
    void enter() noexcept;
    void give_back() noexcept;
    bool was_continued() noexcept;
    awakening obey(int signal) noexcept;

    termios before_{};
    int signals_ = -1;
    int last_signal_ = 0;
    bool is_ours_ = false;
};

/// Sleeps, also across a stop; no longer than somebody reads standard output. Returns  Whether somebody does.
bool pause_for(std::chrono::nanoseconds span) noexcept;

/// "13:05:59"
std::string time_of_day();

/// Now, for intervals.
std::chrono::nanoseconds steady_time() noexcept;

}  // namespace signalbox::tool
