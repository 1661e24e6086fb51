// The audit: a second, single-threaded pass over the file, compared with what the workers counted.
#include "audit.hpp"

#include <charconv>

#include <fmt/format.h>

namespace package_sizes {

namespace {

// The value, if the line is this field.
bool read_field(std::string_view line, std::string_view field, std::string_view& value)
{
    if (!line.starts_with(field) || !line.substr(field.size()).starts_with(": ")) {
        return false;
    }
    value = line.substr(field.size() + 2);
    return true;
}

struct recount {
    totals sections;
    std::size_t records = 0;
    std::size_t not_installed = 0;
};

// One line after the other, and an empty one at the end: each empty line after others closes a record.
recount count_again(std::string_view text)
{
    recount result;
    std::string_view name;
    std::string_view section;
    std::string_view status;
    std::string_view size;
    while (true) {
        const auto line = text.substr(0, text.find('\n'));
        if (!line.empty()) {
            read_field(line, "Package", name) || read_field(line, "Section", section) ||
                read_field(line, "Status", status) || read_field(line, "Installed-Size", size);
        } else if (!name.empty()) {
            ++result.records;
            if (status.ends_with(" config-files") || status.ends_with(" not-installed")) {
                ++result.not_installed;
            } else {
                total& sum = result.sections[section.empty() ? "(none)" : section];
                std::uint64_t kib = 0;
                std::from_chars(size.data(), size.data() + size.size(), kib);
                sum += total{1, kib};
            }
            name = section = status = size = {};
        }
        if (text.empty()) {
            return result;
        }
        text.remove_prefix(line.size() + 1);
    }
}

class findings {
public:
    template <class... Args>
    void expect(bool holds, fmt::format_string<Args...> sentence, Args&&... args)
    {
        if (!holds) {
            sentences_.push_back(fmt::format(sentence, std::forward<Args>(args)...));
        }
    }
    std::vector<std::string> take() { return std::move(sentences_); }

private:
    std::vector<std::string> sentences_;
};

void compare_sections(const totals& expected, const totals& counted, findings& found)
{
    for (const auto& [section, sum] : counted) {
        found.expect(expected.contains(section), "section '{}' was made up", section);
    }
    for (const auto& [section, sum] : expected) {
        const auto at = counted.find(section);
        const total mine = at == counted.end() ? total{} : at->second;
        found.expect(mine == sum, "section '{}': {} packages of {} KiB were counted, {} of {} KiB there are",
                     section, mine.packages, mine.kib, sum.packages, sum.kib);
    }
}

void check_each_once(std::size_t records, const std::vector<std::size_t>& handled, findings& found)
{
    std::vector<std::size_t> times(records);
    for (const auto number : handled) {
        found.expect(number < records, "record {} was handled, and there are only {}", number + 1, records);
        if (number < records) {
            ++times[number];
        }
    }
    for (std::size_t number = 0; number < records; ++number) {
        found.expect(times[number] == 1, "record {} was handled {} times", number + 1, times[number]);
    }
}

}  // namespace

std::vector<std::string> audit(std::string_view text, const tally& counted, const ring_usage& usage)
{
    const recount expected = count_again(text);
    findings found;
    check_each_once(expected.records, counted.handled(), found);
    compare_sections(expected.sections, counted.sections(), found);
    found.expect(expected.not_installed == counted.not_installed(),
                 "{} packages were counted as not installed, {} there are", counted.not_installed(),
                 expected.not_installed);
    found.expect(usage.in_use == 0, "{} of {} permits are not back", usage.in_use, usage.slots);
    found.expect(usage.most_in_use <= usage.slots, "{} of {} slots were in use at once", usage.most_in_use,
                 usage.slots);
    return found.take();
}

}  // namespace package_sizes
