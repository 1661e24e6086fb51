// The table in a file of SQLite's.
#include <array>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "store.hpp"

namespace package_index {

namespace {

class sqlite_store final : public store {
public:
    explicit sqlite_store(const std::string& path) : path_{path}
    {
        const int code =
            sqlite3_open_v2(path.c_str(), &handle_,
                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
        if (code != SQLITE_OK) {
            const std::string why = sqlite3_errstr(code);
            sqlite3_close(handle_);
            throw store_error{fmt::format("can't open the database {}: {}", path, why)};
        }
        sqlite3_busy_timeout(handle_, 60'000);
        run("pragma synchronous=off");
    }
    ~sqlite_store() override { sqlite3_close(handle_); }

    void prepare() override
    {
        run("pragma journal_mode=wal");
        run("drop table if exists packages");
        run("create table packages (number integer primary key, name text, version text, "
            "architecture text, section text, kib integer, worker integer)");
    }

    void write(const std::vector<row>& rows) override
    {
        run("begin immediate");
        try {
            const statement insert{*this, "insert into packages values (?, ?, ?, ?, ?, ?, ?) on conflict do "
                                          "nothing"};
            for (const row& each : rows) {
                insert.bind(1, static_cast<std::int64_t>(each.number));
                insert.bind(2, each.name);
                insert.bind(3, each.version);
                insert.bind(4, each.architecture);
                insert.bind(5, each.section);
                insert.bind(6, static_cast<std::int64_t>(each.kib));
                insert.bind(7, std::int64_t{each.worker});
                (void)insert.step();
                sqlite3_reset(insert.get());
            }
        } catch (...) {
            sqlite3_exec(handle_, "rollback", nullptr, nullptr, nullptr);
            throw;
        }
        run("commit");
    }

    bool is_alive() override
    {
        return sqlite3_exec(handle_, "select 1", nullptr, nullptr, nullptr) == SQLITE_OK;
    }

    std::vector<std::string> all() override
    {
        const statement select{
            *this, "select name || ' ' || version || ' ' || architecture from packages order by number"};
        std::vector<std::string> found;
        while (select.step()) {
            found.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(select.get(), 0)));
        }
        return found;
    }

    std::vector<std::string> connections(const std::vector<std::uint32_t>&) override { return {}; }

private:
    class statement {
    public:
        statement(sqlite_store& of, const char* sql) : of_{of}
        {
            of.check(sqlite3_prepare_v2(of.handle_, sql, -1, &handle_, nullptr));
        }
        statement(const statement&) = delete;
        statement& operator=(const statement&) = delete;
        ~statement() { sqlite3_finalize(handle_); }

        void bind(int at, std::int64_t value) const { of_.check(sqlite3_bind_int64(handle_, at, value)); }
        void bind(int at, std::string_view value) const
        {
            const char* const text = value.empty() ? "" : value.data();  // a null pointer would be NULL
            of_.check(sqlite3_bind_text(handle_, at, text, static_cast<int>(value.size()), SQLITE_STATIC));
        }
        // False when there is no further row.
        [[nodiscard]] bool step() const
        {
            const int code = sqlite3_step(handle_);
            if (code != SQLITE_ROW && code != SQLITE_DONE) {
                of_.check(code);
            }
            return code == SQLITE_ROW;
        }
        [[nodiscard]] sqlite3_stmt* get() const { return handle_; }

    private:
        sqlite_store& of_;
        sqlite3_stmt* handle_ = nullptr;
    };

    void check(int code) const
    {
        if (code != SQLITE_OK) {
            throw store_error{fmt::format("the database {} fails: {}", path_, sqlite3_errmsg(handle_))};
        }
    }
    void run(const char* sql) { check(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr)); }

    std::string path_;
    sqlite3* handle_ = nullptr;
};

}  // namespace

std::unique_ptr<store> open_sqlite(const std::string& path)
{
    return std::make_unique<sqlite_store>(path);
}

}  // namespace package_index
