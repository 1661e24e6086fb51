// Where packages are written: a table in SQLite or PostgreSQL.
//
// Invariant 1  A record is in the table once, by its number, however often it is written.
// Checked by   tests/example/package_index_test.py
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace package_index {

struct row {
    std::size_t number = 0;  // of the record in the text, from 0
    std::string_view name;
    std::string_view version;
    std::string_view architecture;
    std::string_view section;
    std::uint64_t kib = 0;
    std::uint32_t worker = 0;
};

// The database can't be reached, or refuses.
class store_error : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// One connection; for one thread at a time. Every function throws store_error.
class store {
public:
    store() = default;
    store(const store&) = delete;
    store& operator=(const store&) = delete;
    virtual ~store() = default;

    // Makes the table anew.
    virtual void prepare() = 0;
    // Writes the rows in one transaction; those that are there already stay as they are.
    virtual void write(const std::vector<row>& rows) = 0;
    [[nodiscard]] virtual bool is_alive() = 0;
    // "name version architecture" of every row, in the order of their numbers.
    [[nodiscard]] virtual std::vector<std::string> all() = 0;
    // The connections of the workers, by numbers that the database server has for them; none without one.
    // `dead`: workers that were killed, whose end the server may not have noticed yet.
    [[nodiscard]] virtual std::vector<std::string> connections(const std::vector<std::uint32_t>& dead) = 0;
};

[[nodiscard]] bool is_postgres(const std::string& database);
// `who` is 0 for the master, or the number of a worker.
[[nodiscard]] std::unique_ptr<store> open_store(const std::string& database, std::uint32_t who);
[[nodiscard]] std::unique_ptr<store> open_sqlite(const std::string& path);
[[nodiscard]] std::unique_ptr<store> open_postgres(const std::string& url, std::uint32_t who);

}  // namespace package_index
