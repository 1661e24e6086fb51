// Reads Debian's package database record by record, and says what is wrong with it and where.
#include "database.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>
#include <system_error>

#include <fmt/format.h>

namespace package_sizes {

namespace {

constexpr std::size_t bytes_max = std::size_t{1} << 28;    // a package database has some MB
constexpr std::uint64_t kib_max = std::uint64_t{1} << 40;  // 1 PiB; sums of these can't overflow

bool is_text(char c) noexcept
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 ? byte != 0x7f : c == '\t';
}

void check_text(std::string_view line, std::size_t number)
{
    const auto bad = std::find_if_not(line.begin(), line.end(), is_text);
    if (bad == line.end()) {
        return;
    }
    throw data_error{number,
                     fmt::format("byte 0x{:02x} at column {} is no text; this is not a package database",
                                 static_cast<unsigned char>(*bad), bad - line.begin() + 1)};
}

std::string_view trim(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::uint64_t parse_kib(std::string_view text, std::size_t line)
{
    std::uint64_t kib = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), kib);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || kib > kib_max) {
        throw data_error{line,
                         fmt::format("Installed-Size is '{}'; it must be a whole number of KiB, at most {}",
                                     text, kib_max)};
    }
    return kib;
}

struct field {
    std::string_view name;
    std::string_view value;
};

field split_field(std::string_view line, std::size_t number)
{
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon);
    if (colon == std::string_view::npos || name.empty() ||
        name.find_first_of(" \t") != std::string_view::npos) {
        constexpr std::size_t shown = 40;
        throw data_error{number, fmt::format("'{}{}' is no 'Field: value'", line.substr(0, shown),
                                             line.size() > shown ? "..." : "")};
    }
    return {name, trim(line.substr(colon + 1))};
}

// The fields that are wanted; each may stand in a record once.
class wanted_fields {
public:
    void note(const field& found, std::size_t line)
    {
        const auto at = std::find(names.begin(), names.end(), found.name);
        if (at == names.end()) {
            return;
        }
        entry& mine = entries_[static_cast<std::size_t>(at - names.begin())];
        if (mine.line != 0) {
            throw data_error{line, fmt::format("{} stands here again, after line {}", found.name, mine.line)};
        }
        mine = {found.value, line};
    }

    [[nodiscard]] package make(std::size_t first_line) const
    {
        const auto& [name, version, section, status, size, architecture] = entries_;
        if (name.value.empty()) {
            throw data_error{first_line, "the record that begins here has no Package field"};
        }
        if (version.value.empty()) {
            throw data_error{first_line,
                             fmt::format("the record of package '{}' that begins here has no Version field; "
                                         "is the file cut short?",
                                         name.value)};
        }
        package result{.name = name.value,
                       .version = version.value,
                       .architecture = architecture.value,
                       .section = section.value.empty() ? "(none)" : section.value};
        if (size.line != 0) {
            result.kib = parse_kib(size.value, size.line);
        }
        const auto state = status.value.substr(status.value.rfind(' ') + 1);
        result.is_installed = state != "config-files" && state != "not-installed";
        return result;
    }

private:
    struct entry {
        std::string_view value;
        std::size_t line = 0;  // 0: not seen
    };
    static constexpr std::array<std::string_view, 6> names{"Package", "Version",        "Section",
                                                           "Status",  "Installed-Size", "Architecture"};
    std::array<entry, names.size()> entries_;
};

}  // namespace

std::string read_file(const std::string& path)
{
    const auto fail = [&](const std::string& why) {
        return input_error{fmt::format("can't read {}: {}", path, why)};
    };
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rb"), &std::fclose};
    if (!file) {
        throw fail(std::generic_category().message(errno));
    }
    std::string text;
    std::array<char, 1 << 16> chunk{};
    while (const auto size = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
        text.append(chunk.data(), size);
        if (text.size() > bytes_max) {
            throw fail("it is larger than 256 MiB; that is no package database");
        }
    }
    if (std::ferror(file.get()) != 0) {
        throw fail(std::generic_category().message(errno));
    }
    return text;
}

std::string_view record_reader::take_line()
{
    const auto end = rest_.find('\n');
    const auto line = rest_.substr(0, end);
    ++line_;
    check_text(line, line_);
    if (end == std::string_view::npos) {
        throw data_error{line_, "the file ends within this line; it is cut short"};
    }
    rest_.remove_prefix(end + 1);
    return line;
}

std::optional<record> record_reader::next()
{
    while (rest_.starts_with('\n')) {
        take_line();
    }
    if (rest_.empty()) {
        if (records_ == 0) {
            throw data_error{line_ + 1, "the file holds no record of a package"};
        }
        return std::nullopt;
    }
    record result{.number = records_++, .line = line_ + 1, .text = rest_};
    while (!rest_.empty() && !rest_.starts_with('\n')) {
        take_line();
    }
    result.text.remove_suffix(rest_.size());
    return result;
}

package parse(const record& record)
{
    wanted_fields fields;
    auto rest = record.text;
    for (auto line = record.line; !rest.empty(); ++line) {
        const auto end = rest.find('\n');
        const auto text = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        const bool continues = text.front() == ' ' || text.front() == '\t';
        if (!continues) {
            fields.note(split_field(text, line), line);
        }
        if (continues && line == record.line) {
            throw data_error{line, "the record that begins here begins with a continuation line"};
        }
    }
    return fields.make(record.line);
}

}  // namespace package_sizes
