// What `top` says: objects with their holders and waiters, sorted and filtered.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "graph.hpp"

namespace signalbox::tool {

enum class order { waiting, longest, held, name };

/// "waiting", and so on; and the order of that name. Errors: failure (usage) that names the option.
const char* name_of(order which) noexcept;
order order_of(const std::string& text, const std::string& option);

/// All objects at one moment, and the cycles between them.
struct moment {
    std::vector<object_view> objects;
    std::vector<cycle> cycles;  // of `objects`
    std::string time;
};

/// What of it is shown, and how.
struct top_choice {
    order by = order::waiting;
    bool is_reversed = false;
    bool has_idle = true;  // also objects that nobody holds or waits for
    std::string filter;
    std::string alone{};  // if there is one: the only object that is shown
    std::chrono::nanoseconds interval{};
};

enum class look { plain, head, title, idle, alarm };

struct line {
    look how = look::plain;
    std::string text;
    const object_view* object = nullptr;  // that begins here
};

/// What scrolls: a line for each object, holder and waiter.
std::vector<line> rows_of(const moment& seen, const top_choice& choice);
/// What stands above it: a summary, the cycles, the names of the columns.
std::vector<line> head_of(const moment& seen, const top_choice& choice);

/// Everything as text, for who is no terminal.
std::string table_of(const moment& seen, const top_choice& choice);

}  // namespace signalbox::tool
