// A pool of connections to a real SQLite database.
#include <signalbox/patterns/pool.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "../contract/harness.hpp"

namespace {

using namespace signalbox::contract;

class connection {
public:
    explicit connection(const std::string& path)
    {
        if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) {
            sqlite3_close(handle_);
            throw std::runtime_error{"can't open " + path};
        }
        sqlite3_busy_timeout(handle_, 60'000);
    }
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;
    ~connection() { sqlite3_close(handle_); }

    void run(const std::string& sql)
    {
        char* error = nullptr;
        if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK) {
            const std::string text = error != nullptr ? error : "?";
            sqlite3_free(error);
            throw std::runtime_error{text};
        }
    }

    [[nodiscard]] int number(const std::string& sql)
    {
        int result = 0;
        const auto take = [](void* to, int, char** values, char**) {
            *static_cast<int*>(to) = std::atoi(values[0]);
            return 0;
        };
        sqlite3_exec(handle_, sql.c_str(), take, &result, nullptr);
        return result;
    }

private:
    sqlite3* handle_ = nullptr;
};

class pool_sqlite : public ::testing::Test {
protected:
    pool_sqlite()
    {
        char pattern[] = "/tmp/signalbox-sqlite-XXXXXX";
        folder_ = ::mkdtemp(pattern);
        connection{file()}.run("pragma journal_mode=wal; create table t (thread int, round int)");
    }
    ~pool_sqlite() override { std::filesystem::remove_all(folder_); }
    [[nodiscard]] std::string file() const { return folder_ + "/db"; }

    std::string folder_;
};

TEST_F(pool_sqlite, eight_threads_write_every_row_through_three_connections)
{
    signalbox::pool<connection> connections{
        [this] { return connection{file()}; },
        {.max = 3, .validate_after = -1ns, .validate = [](connection& each) {
             return each.number("select 1") == 1;
         }}};
    std::vector<std::unique_ptr<task<bool>>> threads;
    for (int i = 0; i < 8; ++i) {
        threads.push_back(std::make_unique<task<bool>>([&, i] {
            for (int round = 0; round < 20; ++round) {
                auto db = connections.acquire();
                db->run("pragma synchronous=off; insert into t values (" + std::to_string(i) + ", " +
                        std::to_string(round) + ")");
                if (round == 10) {
                    db.discard();
                }
            }
            return true;
        }));
    }
    for (auto& each : threads) {
        EXPECT_TRUE(each->get());
    }
    EXPECT_EQ(connections.acquire()->number("select count(distinct thread * 100 + round) from t"), 160);
    const auto now = connections.statistics();
    EXPECT_EQ(now.invalid, 0U);
    EXPECT_EQ(now.closed, 8U);
    EXPECT_LE(now.created, 3U + 8U);
}

TEST_F(pool_sqlite, a_database_that_cannot_be_opened_is_an_error_for_each_and_nobody_hangs)
{
    signalbox::pool<connection> connections{[] { return connection{"/nonexistent/db"}; }, {.max = 1}};
    std::vector<std::unique_ptr<task<bool>>> threads;
    for (int i = 0; i < 4; ++i) {
        threads.push_back(std::make_unique<task<bool>>([&] {
            try {
                return !connections.acquire();
            } catch (const std::runtime_error&) {
                return true;
            }
        }));
    }
    for (auto& each : threads) {
        EXPECT_TRUE(each->get());
    }
    EXPECT_EQ(connections.statistics().failed, 4U);
}

}  // namespace
