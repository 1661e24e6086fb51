// Debian's package database as text: records that are separated by empty lines, made of lines `Field: value`.
//
// A line that begins with a space or a tab continues the field above. Field names are compared to the letter.
// Checked by   tests/example/database_test.cpp, tests/example/package_sizes_test.py
// Source       deb-control(5), deb822(5); Debian Policy, chapter 5
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace package_sizes {

// The file is not what it should be: in which line, and why.
class data_error : public std::runtime_error {
public:
    data_error(std::size_t line, const std::string& what) : std::runtime_error{what}, line_{line} {}
    [[nodiscard]] std::size_t line() const noexcept { return line_; }

private:
    std::size_t line_;
};

// The file can't be read at all.
class input_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// One record as it stands in the text.
struct record {
    std::size_t number = 0;  // counted from 0
    std::size_t line = 0;    // of its first line, counted from 1
    std::string_view text;
};

// What a record says of its package.
struct package {
    std::string_view name;
    std::string_view version{};
    std::string_view architecture{};  // empty where the record names none
    std::string_view section;         // "(none)" where the record names none
    std::uint64_t kib = 0;            // 0 where the record gives no size
    bool is_installed = true;  // false for a package of which only the configuration or nothing is left
};

// Reads a whole file.
// Errors  input_error: no such file, a directory, not readable, or larger than 256 MiB.
[[nodiscard]] std::string read_file(const std::string& path);

// Cuts the text into records, in order.
class record_reader {
public:
    explicit record_reader(std::string_view text) noexcept : rest_{text} {}

    // Returns  The next record, or nothing at the end.
    // Errors   data_error: a byte that no text holds, a file that ends within a line, or no record in it at
    //          all.
    [[nodiscard]] std::optional<record> next();

private:
    std::string_view take_line();

    std::string_view rest_;
    std::size_t line_ = 0;  // of the line that was taken last
    std::size_t records_ = 0;
};

// Reads the fields of a record.
// Errors  data_error: a line that is no field, a field given twice, no Package, no Version, or a size that is
//         no number.
[[nodiscard]] package parse(const record& record);

}  // namespace package_sizes
