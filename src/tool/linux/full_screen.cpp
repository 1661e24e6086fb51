// The screen of a terminal, taken and given back.
//
// Invariant 1  While the screen is ours, the signals that would end or stop us are blocked, and read: so none
//              comes between taking and giving back.
// Because      Ctrl-C and Ctrl-Z stay the terminal's (ISIG): a program that hangs can still be ended.
// Source       termios(3), signalfd(2), ioctl_tty(2); xterm's control sequences
// Checked by   tests/tool/top_screen_test.py
#include "linux/full_screen.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace signalbox::tool {
namespace {

// Another screen, no cursor, no wrapping at the last column; and back.
constexpr const char* taking_it = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
constexpr const char* giving_it = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

sigset_t awaited() noexcept
{
    sigset_t all;
    ::sigemptyset(&all);
    for (const int each : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH}) {
        ::sigaddset(&all, each);
    }
    return all;
}

// By the signal itself, with the effect that it has on who does not know it.
void suffer(int signal) noexcept
{
    sigset_t one;
    ::sigemptyset(&one);
    ::sigaddset(&one, signal);
    std::signal(signal, SIG_DFL);
    ::raise(signal);
    ::sigprocmask(SIG_UNBLOCK, &one, nullptr);
    ::sigprocmask(SIG_BLOCK, &one, nullptr);
}

bool is_in_background() noexcept
{
    const pid_t group = ::tcgetpgrp(STDIN_FILENO);
    return group >= 0 && group != ::getpgrp();
}

timespec timespec_of(std::chrono::nanoseconds span) noexcept
{
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
    return {seconds.count(), (span - seconds).count()};
}

}  // namespace

bool full_screen::is_possible() noexcept
{
    const char* const kind = std::getenv("TERM");
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 && kind != nullptr && *kind != '\0' &&
           std::strcmp(kind, "dumb") != 0;
}

full_screen::full_screen()
{
    const sigset_t all = awaited();
    ::sigprocmask(SIG_BLOCK, &all, nullptr);
    signals_ = ::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
    enter();
}

full_screen::~full_screen()
{
    give_back();
    ::close(signals_);
}

// In the background we stop, as the terminal would make us, until `fg`; or until a signal ends us.
void full_screen::enter() noexcept
{
    was_continued();  // what has come before; perhaps it was to end us
    while (last_signal_ == 0 && is_in_background()) {
        suffer(SIGTTOU);
        if (!was_continued()) {
            last_signal_ = SIGHUP;  // nobody is there who could continue us
        }
    }
    if (last_signal_ != 0) {
        return;
    }
    if (!is_ours_) {
        ::tcgetattr(STDIN_FILENO, &before_);
    }
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_iflag &= ~static_cast<tcflag_t>(IXON);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    is_ours_ = true;
    show(taking_it);
}

void full_screen::give_back() noexcept
{
    if (is_ours_) {
        show(giving_it);
        if (!is_in_background()) {  // there the shell has its own modes
            ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
        }
        is_ours_ = false;
    }
}

// Whether one of the signals that have come is SIGCONT; one that ends us is kept.
bool full_screen::was_continued() noexcept
{
    bool is_continued = false;
    for (signalfd_siginfo told{}; ::read(signals_, &told, sizeof told) == sizeof told;) {
        const auto signal = static_cast<int>(told.ssi_signo);
        is_continued = is_continued || signal == SIGCONT;
        if (signal != SIGCONT && signal != SIGTSTP && signal != SIGWINCH) {
            last_signal_ = signal;
        }
    }
    return is_continued;
}

awakening full_screen::wait(std::chrono::nanoseconds most, std::string& typed)
{
    pollfd both[] = {{STDIN_FILENO, POLLIN, 0}, {signals_, POLLIN, 0}};
    const timespec span = timespec_of(std::max(most, std::chrono::nanoseconds{0}));
    if (last_signal_ != 0) {
        return awakening::ended;
    }
    if (::ppoll(both, 2, &span, nullptr) <= 0) {
        return awakening::time;
    }
    signalfd_siginfo told{};
    if (both[1].revents != 0 && ::read(signals_, &told, sizeof told) == sizeof told) {
        return obey(static_cast<int>(told.ssi_signo));
    }
    char bytes[256];
    const ssize_t count = both[0].revents != 0 ? ::read(STDIN_FILENO, bytes, sizeof bytes) : -1;
    if (count > 0) {
        typed.append(bytes, static_cast<std::size_t>(count));
        return awakening::typed;
    }
    return both[0].revents == 0 || (count < 0 && errno == EINTR) ? awakening::time : awakening::ended;
}

awakening full_screen::obey(int signal) noexcept
{
    switch (signal) {
    case SIGWINCH: break;
    case SIGTSTP:
        give_back();
        suffer(SIGTSTP);  // here we stop
        enter();
        break;
    case SIGCONT: enter(); break;  // somebody stopped us otherwise, and the shell has its own modes
    default: last_signal_ = signal;
    }
    return last_signal_ != 0 ? awakening::ended : awakening::resized;
}

screen_size full_screen::size() const noexcept
{
    winsize found{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &found) != 0 || found.ws_col == 0 || found.ws_row == 0) {
        return {};
    }
    return {found.ws_col, found.ws_row};
}

void full_screen::show(const std::string& text) noexcept
{
    for (std::size_t at = 0; at < text.size();) {
        const ssize_t count = ::write(STDOUT_FILENO, text.data() + at, text.size() - at);
        if (count < 0 && errno != EINTR && errno != EAGAIN) {
            return;  // the terminal is gone: reading will tell
        }
        at += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    }
}

void full_screen::leave() noexcept
{
    give_back();
    if (last_signal_ != 0) {
        suffer(last_signal_);
    }
}

bool pause_for(std::chrono::nanoseconds span) noexcept
{
    const std::chrono::nanoseconds end = steady_time() + span;
    for (;;) {
        pollfd output{STDOUT_FILENO, 0, 0};  // what is asked for here is told in any case: that nobody reads
        const timespec left = timespec_of(std::max(end - steady_time(), std::chrono::nanoseconds{0}));
        const int found = ::ppoll(&output, 1, &left, nullptr);
        if (found >= 0 || errno != EINTR) {
            return found <= 0;
        }
    }
}

std::string time_of_day()
{
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    char text[16] = {};
    return {text, std::strftime(text, sizeof text, "%H:%M:%S", &local)};
}

std::chrono::nanoseconds steady_time() noexcept
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

}  // namespace signalbox::tool
