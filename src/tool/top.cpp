// `signalbox top`: all objects with their holders and waiters, live.
//
// Because      Objects are read, and not opened: who looks is no user of them, and changes nothing.
#include <algorithm>
#include <memory>

#include <fmt/core.h>

#include "command.hpp"
#include "failure.hpp"
#include "keys.hpp"
#include "linux/full_screen.hpp"
#include "top_frame.hpp"
#include "units.hpp"

namespace signalbox::tool {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds interval_least = std::chrono::milliseconds{50};
constexpr nanoseconds key_pause = std::chrono::milliseconds{50};  // in which the rest of a key has come
constexpr std::size_t filter_most = 64;

struct top_options {
    std::string interval = "1";
    std::string count;
    std::string sort = "waiting";
    std::string filter;
    bool is_busy = false;
};

moment look_now()
{
    moment seen{look_at_all(), {}, time_of_day()};
    seen.cycles = graph{seen.objects}.cycles();
    return seen;
}

/// The screen between two keys.
class session {
public:
    explicit session(top_choice choice) : choice_{std::move(choice)} {}

    void run()
    {
        nanoseconds next{};
        for (bool goes_on = true; goes_on;) {
            if (steady_time() >= next) {
                seen_ = look_now();
                next = steady_time() + choice_.interval;
            }
            draw();
            const bool is_in_key = !typed_.empty();
            const nanoseconds left = next - steady_time();
            const awakening why = screen_.wait(is_in_key ? std::min(key_pause, left) : left, typed_);
            goes_on = why != awakening::ended && obey(keys_of(typed_, is_in_key && why == awakening::time));
            next = is_fresh_ ? next : nanoseconds{};
            is_fresh_ = true;
        }
        screen_.leave();
    }

private:
    void draw()
    {
        const screen_size size = screen_.size();
        page_ = std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(size.rows) - 4);
        screen_.show(frame_of(seen_, choice_, footer(), size, where_, wants_colours()));
    }

    [[nodiscard]] std::string footer() const
    {
        if (is_asking_) {
            return fmt::format("filter: {}_   Enter keeps it, Esc drops it", choice_.filter);
        }
        if (!choice_.alone.empty()) {
            return "q quit  Esc all objects  space now  arrows scroll";
        }
        return fmt::format("q quit  s sort  r reverse  / filter  i {} idle  space now  Enter one alone",
                           choice_.has_idle ? "hide" : "show");
    }

    /// False: quit.
    bool obey(const std::vector<key>& keys)
    {
        return std::all_of(keys.begin(), keys.end(), [this](const key& each) {
            if (is_asking_) {
                edit(each);
                return true;
            }
            return each.kind == key_kind::letter ? command(each.letter) : move(each.kind);
        });
    }

    void edit(const key& typed)
    {
        std::string& filter = choice_.filter;
        switch (typed.kind) {
        case key_kind::letter:
            filter += filter.size() + typed.letter.size() <= filter_most ? typed.letter : "";
            break;
        case key_kind::backspace:
            while (!filter.empty() && (static_cast<unsigned char>(filter.back()) & 0xc0U) == 0x80U) {
                filter.pop_back();
            }
            filter.resize(filter.size() - (filter.empty() ? 0 : 1));
            break;
        case key_kind::escape: filter.clear(); [[fallthrough]];
        case key_kind::enter: is_asking_ = false; break;
        default: break;
        }
    }

    bool command(const std::string& letter)
    {
        if (letter == "s") {
            constexpr int count = static_cast<int>(order::name) + 1;
            choice_.by = static_cast<order>((static_cast<int>(choice_.by) + 1) % count);
        } else if (letter == "r") {
            choice_.is_reversed = !choice_.is_reversed;
        } else if (letter == "i") {
            choice_.has_idle = !choice_.has_idle;
        } else if (letter == " ") {
            is_fresh_ = false;
        } else if (letter == "/") {
            is_asking_ = true;
            move(key_kind::escape);
        } else if (letter == "j" || letter == "k") {
            move(letter == "j" ? key_kind::down : key_kind::up);
        }
        return letter != "q" && letter != "Q";
    }

    bool move(key_kind which)
    {
        switch (which) {
        case key_kind::up: where_.move(-1); break;
        case key_kind::page_up: where_.move(-page_); break;
        case key_kind::down: where_.move(1); break;
        case key_kind::page_down: where_.move(page_); break;
        case key_kind::home: where_.to_begin(); break;
        case key_kind::end: where_.to_end(); break;
        case key_kind::enter:
            if (choice_.alone.empty() && !where_.chosen().empty()) {
                choice_.alone = where_.chosen();
                where_.go_in();
            }
            break;
        case key_kind::escape:
            if (!choice_.alone.empty()) {
                choice_.alone.clear();
                where_.go_out();
            }
            break;
        default: break;
        }
        return true;
    }

    top_choice choice_;
    full_screen screen_;
    moment seen_;
    std::string typed_;
    place where_;
    std::ptrdiff_t page_ = 1;
    bool is_asking_ = false;  // for the filter
    bool is_fresh_ = true;
};

// `count` 0: until nobody reads them.
void print_tables(const top_choice& choice, std::ptrdiff_t count)
{
    for (std::ptrdiff_t i = 0; count == 0 || i < count; ++i) {
        if (i > 0 && !pause_for(choice.interval)) {
            return;
        }
        print((i > 0 ? "\n" : "") + table_of(look_now(), choice));
    }
}

int show_top(const top_options& asked)
{
    top_choice choice{.by = order_of(asked.sort, "--sort"),
                      .has_idle = !asked.is_busy,
                      .filter = asked.filter,
                      .interval = duration_of(asked.interval, "--interval")};
    if (choice.interval < interval_least) {
        throw failure{usage, fmt::format("--interval: '{}' is less than 50ms", asked.interval)};
    }
    if (asked.count.empty() && full_screen::is_possible()) {
        session{choice}.run();
        return 0;
    }
    print_tables(choice, asked.count.empty() ? 0 : number_of(asked.count, "--count", 1, 1'000'000'000));
    return 0;
}

action declare(option_list& options)
{
    const auto chosen = std::make_shared<top_options>();
    options.value("-d,--interval", "DURATION", "look again after so long; the default is 1 second",
                  chosen->interval);
    options.value("-n,--count", "N", "print so many tables, one under the other, and end", chosen->count);
    options.value("-s,--sort", "ORDER", "waiting, longest (wait), held or name; the default is waiting",
                  chosen->sort);
    options.value("-f,--filter", "TEXT",
                  "only objects whose name, or whose holders' or waiters' command, label, user or pid it is "
                  "in",
                  chosen->filter);
    options.flag("-b,--busy", "only objects that somebody holds or waits for", chosen->is_busy);
    return [chosen](const command_line&) { return show_top(*chosen); };
}

}  // namespace

const command top_command{
    .name = "top",
    .synopsis = "[OPTION...]",
    .summary = "all objects with their holders and waiters, live",
    .description =
        "Shows all objects that this user can read, each with those that hold it and those that wait, as "
        "they change, on the whole screen of a terminal. Objects that wait for each other in a cycle are "
        "marked, and named above; so are holders that are gone, whose children hold on, and those that are "
        "dead, whose permits come back when somebody uses the object. Looking makes nobody a user, and "
        "gives nothing back.\n\n"
        "Keys: `q` quits; `s` sorts by the next of waiting, longest wait, held and name, and `r` the other "
        "way round; `/` asks for a filter; `i` hides what is idle; a blank looks at once. Arrows, Page Up, "
        "Page Down, Home and End, `j` and `k` choose an object; Enter shows it alone, and Escape all "
        "again.\n\n"
        "If standard input or output is no terminal, or with `--count`, it prints plain tables instead, one "
        "at each interval, until nobody reads them.",
    .executes = false,
    .declare = declare};

}  // namespace signalbox::tool
