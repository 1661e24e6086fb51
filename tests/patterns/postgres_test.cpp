// A pool of connections to a real PostgreSQL server, which is killed and started again under load.
#include <signalbox/patterns/pool.hpp>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <libpq-fe.h>

#include "../contract/harness.hpp"

namespace {

using namespace signalbox::contract;

// A server of this test's own.
class server {
public:
    server()
    {
        char pattern[] = "/tmp/signalbox-postgres-XXXXXX";
        folder_ = ::mkdtemp(pattern);
        std::filesystem::permissions(folder_,
                                     std::filesystem::perms{0755});  // the server may be another user's
        is_running_ = run("start") && std::getline(std::ifstream{folder_ + "/url"}, url_);
    }
    server(const server&) = delete;
    server& operator=(const server&) = delete;
    ~server()
    {
        run("stop");
        std::filesystem::remove_all(folder_);
    }

    bool run(const std::string& what) const
    {
        const std::string command =
            TOOLS "/postgres " + what + " " + folder_ + "/server > " + folder_ + "/url";
        return std::system(command.c_str()) == 0;
    }

    [[nodiscard]] bool is_running() const { return is_running_; }
    [[nodiscard]] const std::string& url() const { return url_; }

private:
    std::string folder_;
    std::string url_;
    bool is_running_ = false;
};

class connection {
public:
    explicit connection(const std::string& url) : handle_{PQconnectdb(url.c_str())}
    {
        if (PQstatus(handle_) != CONNECTION_OK) {
            const std::string why = PQerrorMessage(handle_);
            PQfinish(handle_);
            throw std::runtime_error{why};
        }
    }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection() { PQfinish(handle_); }

    /// The first value of the answer, if there is one.
    std::string run(const std::string& sql)
    {
        const std::unique_ptr<PGresult, void (*)(PGresult*)> result{PQexec(handle_, sql.c_str()), &PQclear};
        const auto status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            throw std::runtime_error{PQerrorMessage(handle_)};
        }
        return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
    }

private:
    PGconn* handle_;
};

using connections = signalbox::pool<connection>;

constexpr int threads = 12;
constexpr int rows = 60;  // of each thread at least

// Writes the rows of one thread, until there are enough and the server was killed and is back. Each is tried
// until the server says that it is there; a connection that fails is discarded.
class writer {
public:
    writer(connections& all, int thread, std::atomic<int>& written, const std::atomic<bool>& is_back)
        : all_{all}, thread_{thread}, written_{written}, is_back_{is_back}
    {
    }

    int write_all()
    {
        int failures = 0;
        for (int row = 0; row < rows || !is_back_; ++row) {
            while (!write(row)) {
                ++failures;
            }
            ++written_;
        }
        return failures;
    }

private:
    bool write(int row)
    {
        connections::lease db;
        try {
            db = all_.acquire();
            db->run("insert into t values (" + std::to_string(row * threads + thread_) +
                    ") on conflict do nothing");
            return true;
        } catch (const std::runtime_error&) {
            db.discard();
            return false;
        }
    }

    connections& all_;
    int thread_;
    std::atomic<int>& written_;
    const std::atomic<bool>& is_back_;
};

void expect_no_slot_is_lost(connections& all)
{
    std::vector<connections::lease> leases;
    for (int i = 0; i < 4; ++i) {
        leases.push_back(all.acquire(0ms));
        ASSERT_TRUE(leases.back());
        EXPECT_EQ(leases.back()->run("select 1"), "1");
    }
    EXPECT_FALSE(all.acquire(0ms));
    EXPECT_LE(std::stoi(leases[0]->run("select count(*) from pg_stat_activity where backend_type = "
                                       "'client backend'")),
              4);
}

TEST(pool_postgres, a_server_that_is_killed_under_load_costs_connections_but_no_row_no_slot_and_no_thread)
{
    const server postgres;
    if (!postgres.is_running()) {
        GTEST_SKIP() << "no PostgreSQL server can be started here";
    }
    connection{postgres.url()}.run("create table t (id int primary key)");
    connections all{
        [&] { return connection{postgres.url()}; },
        {.max = 4, .validate_after = -1ns, .warn_of_second = false, .validate = [](connection& each) {
             return each.run("select 1") == "1";
         }}};
    std::atomic<int> written{0};
    std::atomic<bool> is_back{false};
    std::vector<std::unique_ptr<task<int>>> writers;
    for (int i = 0; i < threads; ++i) {
        writers.push_back(std::make_unique<task<int>>([&, i] {
            return writer{all, i, written, is_back}.write_all();
        }));
    }
    require([&] { return written.load() > threads * rows / 4; });
    ASSERT_TRUE(postgres.run("kill"));
    require([&] { return all.statistics().failed > 0; });
    ASSERT_TRUE(postgres.run("start"));
    is_back = true;

    int failures = 0;
    for (auto& each : writers) {
        failures += each->get();
    }
    EXPECT_GT(failures, 0);
    const auto now = all.statistics();
    EXPECT_EQ(now.in_use + now.waiting + now.creating, 0U);
    EXPECT_GT(now.created, 4U) << "leases of dead connections were replaced";
    EXPECT_EQ(all.acquire()->run("select count(*) from t"), std::to_string(written));
    expect_no_slot_is_lost(all);
}

}  // namespace
