// Text that others have written, as a terminal can show it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace signalbox::tool {

/// The text without what a terminal would take as a command, and without what is no UTF-8.
std::string visible(const std::string& text);

/// How many columns of a terminal it takes, and as much of it as fits into so many. Of visible text only.
std::size_t width_of(const std::string& text);
std::string cut(const std::string& text, std::size_t columns);

/// "3.2 s", "5 min", as people say it.
std::string spoken(std::chrono::nanoseconds span);

}  // namespace signalbox::tool
