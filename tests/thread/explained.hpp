// What the tests of explain() and dump() share: texts with times in them.
#pragma once

#include <regex>
#include <string>

#include <gtest/gtest.h>

namespace signalbox::contract {

/// Says whether all of `text` is like `pattern`, in which # stands for a time such as "0.3 s".
inline testing::AssertionResult is_like(const std::string& text, std::string pattern)
{
    pattern = std::regex_replace(pattern, std::regex{"#"}, "[0-9]+\\.[0-9] s");
    return std::regex_match(text, std::regex{pattern})
               ? testing::AssertionSuccess()
               : testing::AssertionFailure() << "\n  " << text << "\nis not like\n  " << pattern;
}

}  // namespace signalbox::contract
