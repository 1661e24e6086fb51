// Command line of the form --name value, or --name alone.
//
// Edges        An unknown name or a value that is no number ends the program with exit code 2 and a message.
#pragma once

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

inline std::vector<std::string> split(std::string_view text, char between)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(between), text.size());
        if (end != 0)
            parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

class options {
public:
    // `valued`: names that take a value; `flags`: names that don't.
    options(int count, char** words, const std::set<std::string>& valued, const std::set<std::string>& flags)
    {
        for (int i = 1; i < count; ++i) {
            const std::string word = words[i];
            const std::string name = word.rfind("--", 0) == 0 ? word.substr(2) : "";
            if (flags.count(name) != 0) {
                values_[name] = "1";
            } else if (valued.count(name) != 0 && i + 1 < count) {
                values_[name] = words[++i];
            } else {
                fail(word, "is unknown or lacks its value; bench/README.md lists the options");
            }
        }
    }

    bool has(const std::string& name) const { return values_.count(name) != 0; }

    std::string text(const std::string& name, const std::string& otherwise) const
    {
        const auto found = values_.find(name);
        return found == values_.end() ? otherwise : found->second;
    }

    double number(const std::string& name, double otherwise) const
    {
        const auto found = values_.find(name);
        if (found == values_.end())
            return otherwise;
        char* end = nullptr;
        const double value = std::strtod(found->second.c_str(), &end);
        if (found->second.empty() || *end != '\0' || !(value >= 0))
            fail("--" + name, "takes a number from 0");
        return value;
    }

    unsigned count(const std::string& name, unsigned otherwise) const
    {
        const double value = number(name, otherwise);
        if (value > 1e9)
            fail("--" + name, "is too large");
        return static_cast<unsigned>(value);
    }

    [[noreturn]] static void fail(const std::string& what, const char* why)
    {
        std::fprintf(stderr, "%s %s\n", what.c_str(), why);
        std::exit(2);
    }

private:
    std::map<std::string, std::string> values_;
};

}  // namespace bench
