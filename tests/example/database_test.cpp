// How the package database is read, and every way in which it can be wrong.
#include "database.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

using namespace package_sizes;

std::vector<record> read_all(std::string_view text)
{
    std::vector<record> records;
    record_reader reader{text};
    while (const auto next = reader.next()) {
        records.push_back(*next);
    }
    return records;
}

// "LINE: WHY" of the first thing that is wrong with the text, or "fine".
std::string complaint(std::string_view text)
{
    try {
        for (const record& each : read_all(text)) {
            (void)parse(each);
        }
        return "fine";
    } catch (const data_error& error) {
        return std::to_string(error.line()) + ": " + error.what();
    }
}

package parse_only(std::string_view text)
{
    return parse(read_all(text).at(0));
}

TEST(database, records_are_separated_by_empty_lines)
{
    const auto records = read_all("\n\nPackage: a\nVersion: 1\n\n\n\nPackage: b\nVersion: 1\n");
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].line, 3U);
    EXPECT_EQ(records[0].text, "Package: a\nVersion: 1\n");
    EXPECT_EQ(records[1].number, 1U);
    EXPECT_EQ(records[1].line, 8U);
}

TEST(database, a_record_says_name_section_and_size)
{
    const auto found =
        parse_only("Package: tar\nStatus: install ok installed\nSection:  utils \nInstalled-Size:\t3152\n"
                   "Version: 1.34\nDescription: tape\n Package: is not a field here\n");
    EXPECT_EQ(found.name, "tar");
    EXPECT_EQ(found.section, "utils");
    EXPECT_EQ(found.kib, 3152U);
    EXPECT_TRUE(found.is_installed);
}

TEST(database, size_and_section_may_be_missing)
{
    const auto found = parse_only("Package: a\nVersion: 1\n");
    EXPECT_EQ(found.section, "(none)");
    EXPECT_EQ(found.kib, 0U);
}

TEST(database, a_removed_package_is_not_installed)
{
    EXPECT_FALSE(parse_only("Package: a\nStatus: deinstall ok config-files\nVersion: 1\n").is_installed);
    EXPECT_FALSE(parse_only("Package: a\nStatus: purge ok not-installed\nVersion: 1\n").is_installed);
    EXPECT_TRUE(parse_only("Package: a\nStatus: install ok half-configured\nVersion: 1\n").is_installed);
}

TEST(database, a_size_is_a_whole_number_in_range)
{
    for (const char* size : {"", "x", "12x", "-1", "1.5", "1099511627777", "99999999999999999999"}) {
        EXPECT_EQ(complaint(std::string{"Package: a\nVersion: 1\nInstalled-Size: "} + size + "\n"),
                  std::string{"3: Installed-Size is '"} + size +
                      "'; it must be a whole number of KiB, at most 1099511627776");
    }
    EXPECT_EQ(complaint("Package: a\nVersion: 1\nInstalled-Size: 1099511627776\n"), "fine");
}

TEST(database, a_record_needs_a_package_and_a_version)
{
    EXPECT_EQ(complaint("Package: a\nVersion: 1\n\nSection: libs\nVersion: 2\n"),
              "4: the record that begins here has no Package field");
    EXPECT_EQ(complaint("Package:\nVersion: 2\n"), "1: the record that begins here has no Package field");
    EXPECT_EQ(complaint("Package: a\n"),
              "1: the record of package 'a' that begins here has no Version field; "
              "is the file cut short?");
}

TEST(database, a_field_stands_once_in_a_record)
{
    EXPECT_EQ(complaint("Package: a\nVersion: 1\nPackage: b\n"),
              "3: Package stands here again, after line 1");
    EXPECT_EQ(complaint("Package: a\nTag: x\nTag: y\nVersion: 1\n"), "fine")
        << "fields that nobody reads may repeat";
}

TEST(database, a_line_is_a_field_or_continues_one)
{
    EXPECT_EQ(complaint("Package: a\nwhat is this\n"), "2: 'what is this' is no 'Field: value'");
    EXPECT_EQ(complaint("Package: a\nno field: x\n"), "2: 'no field: x' is no 'Field: value'");
    EXPECT_EQ(complaint("Package: a\n: x\n"), "2: ': x' is no 'Field: value'");
    EXPECT_EQ(complaint(" Package: a\n"), "1: the record that begins here begins with a continuation line");
    EXPECT_EQ(complaint("Package: a\n" + std::string(99, 'x') + "\n"),
              "2: '" + std::string(40, 'x') + "...' is no 'Field: value'");
}

TEST(database, a_file_that_is_cut_short_is_noticed)
{
    EXPECT_EQ(complaint("Package: a\nVersion: 1\n\nPackage: b\nVers"),
              "5: the file ends within this line; it is cut short");
}

TEST(database, a_file_without_a_record_is_an_error)
{
    EXPECT_EQ(complaint(""), "1: the file holds no record of a package");
    EXPECT_EQ(complaint("\n\n"), "3: the file holds no record of a package");
}

TEST(database, bytes_that_no_text_holds_are_an_error)
{
    using namespace std::string_view_literals;
    EXPECT_EQ(complaint("Package: a\n\0\n"sv),
              "2: byte 0x00 at column 1 is no text; this is not a package database");
    EXPECT_EQ(complaint("Package: a\r\n"),
              "1: byte 0x0d at column 11 is no text; this is not a package database");
    EXPECT_EQ(complaint("\x7f"
                        "ELF\n"),
              "1: byte 0x7f at column 1 is no text; this is not a package database");
    EXPECT_EQ(complaint("Package: a\nVersion: 1\nMaintainer: J\xc3\xb6rg\n"), "fine") << "UTF-8 is text";
}

TEST(database, files_that_cannot_be_read_are_an_input_error)
{
    EXPECT_THROW((void)read_file("/nonexistent"), input_error);
    EXPECT_THROW((void)read_file("/"), input_error);
    EXPECT_EQ(read_file("/dev/null"), "");
}

}  // namespace
