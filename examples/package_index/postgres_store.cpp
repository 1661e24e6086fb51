// The table in a PostgreSQL server.
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "store.hpp"

namespace package_index {

namespace {

using answer = std::unique_ptr<PGresult, void (*)(PGresult*)>;

class postgres_store final : public store {
public:
    postgres_store(const std::string& url, std::uint32_t who) : handle_{PQconnectdb(url.c_str()), &PQfinish}
    {
        if (PQstatus(handle_.get()) != CONNECTION_OK) {
            throw store_error{fmt::format("can't connect to the database: {}", complaint())};
        }
        run(fmt::format("set application_name = 'package_index {}'", who).c_str());
        run("set client_min_messages = warning");
    }

    void prepare() override
    {
        run("drop table if exists packages");
        run("create table packages (number bigint primary key, name text, version text, "
            "architecture text, section text, kib bigint, worker bigint)");
    }

    void write(const std::vector<row>& rows) override
    {
        run("begin");
        try {
            for (const row& each : rows) {
                write(each);
            }
        } catch (...) {
            PQclear(PQexec(handle_.get(), "rollback"));
            throw;
        }
        run("commit");
    }

    bool is_alive() override
    {
        const answer result{PQexec(handle_.get(), "select 1"), &PQclear};
        return PQresultStatus(result.get()) == PGRES_TUPLES_OK;
    }

    std::vector<std::string> all() override
    {
        const answer result =
            run("select name || ' ' || version || ' ' || architecture from packages order by number");
        return column(result);
    }

    std::vector<std::string> connections(const std::vector<std::uint32_t>& dead) override
    {
        std::string others = "'package_index 0'";
        for (const std::uint32_t each : dead) {
            others += fmt::format(", 'package_index {}'", each);
        }
        const answer result = run(fmt::format("select pid from pg_stat_activity where application_name "
                                              "like 'package_index %' and application_name not in ({})",
                                              others)
                                      .c_str());
        return column(result);
    }

private:
    static std::vector<std::string> column(const answer& result)
    {
        std::vector<std::string> found;
        for (int i = 0; i < PQntuples(result.get()); ++i) {
            found.emplace_back(PQgetvalue(result.get(), i, 0));
        }
        return found;
    }

    void write(const row& each)
    {
        const std::array<std::string, 7> texts{std::to_string(each.number), std::string{each.name},
                                               std::string{each.version},   std::string{each.architecture},
                                               std::string{each.section},   std::to_string(each.kib),
                                               std::to_string(each.worker)};
        std::array<const char*, 7> values{};
        for (std::size_t i = 0; i < texts.size(); ++i) {
            values[i] = texts[i].c_str();
        }
        check({PQexecParams(handle_.get(),
                            "insert into packages values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
                            7, nullptr, values.data(), nullptr, nullptr, 0),
               &PQclear});
    }

    answer run(const char* sql) { return check({PQexec(handle_.get(), sql), &PQclear}); }

    answer check(answer result) const
    {
        const auto status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            throw store_error{fmt::format("the database fails: {}", complaint())};
        }
        return result;
    }

    // The server's message without its line end.
    [[nodiscard]] std::string complaint() const
    {
        std::string text = PQerrorMessage(handle_.get());
        while (text.ends_with('\n')) {
            text.pop_back();
        }
        return text;
    }

    std::unique_ptr<PGconn, void (*)(PGconn*)> handle_;
};

}  // namespace

std::unique_ptr<store> open_postgres(const std::string& url, std::uint32_t who)
{
    return std::make_unique<postgres_store>(url, who);
}

bool is_postgres(const std::string& database)
{
    return database.starts_with("postgres://") || database.starts_with("postgresql://");
}

std::unique_ptr<store> open_store(const std::string& database, std::uint32_t who)
{
    if (is_postgres(database)) {
        return open_postgres(database, who);
    }
    if (database.find("://") != std::string::npos) {
        throw store_error{
            fmt::format("{} is neither a file nor the URL postgres://... of a server", database)};
    }
    return open_sqlite(database);
}

}  // namespace package_index
