// The name that a semaphore gets from its options: where it shows, and when it ends.
#include <memory>
#include <string>

#include <signalbox/name.hpp>
#include <signalbox/semaphore.hpp>

#include "../contract/harness.hpp"

namespace signalbox::contract {
namespace {

TEST(semaphore_name, shows_in_the_messages_of_its_errors)
{
    std::string name = "database";
    semaphore named{1, {.capacity = 1, .name = name}};
    name = "overwritten";
    EXPECT_EQ(name_of(named), "database") << "a copy";
    const auto text = refusal(std::errc::value_too_large, [&] { named.release(); });
    ASSERT_TRUE(text);
    EXPECT_NE(text->find("semaphore database ("), std::string::npos) << *text;
    const semaphore unnamed{1, {.capacity = 1}};
    EXPECT_EQ(name_of(unnamed), "");
}

TEST(semaphore_errors, say_what_a_request_was_too_large_for)
{
    semaphore few{1, {.capacity = 3}};
    const auto text = refusal(std::errc::invalid_argument, [&] { few.acquire(4); });
    ASSERT_TRUE(text);
    EXPECT_NE(text->find("the capacity is 3"), std::string::npos) << *text;
}

TEST(semaphore_name, is_forgotten_with_the_semaphore)
{
    alignas(semaphore) std::byte place[sizeof(semaphore)];
    for (const char* name : {"first", "second", ""}) {
        auto* const made = std::construct_at(reinterpret_cast<semaphore*>(place), 1,
                                             semaphore_options{.capacity = 1, .name = name});
        EXPECT_EQ(name_of(*made), name);
        made->acquire();
        made->release();
        made->resize(1'025);
        made->close();
        std::destroy_at(made);
        EXPECT_EQ(detail::name_of(place), "");
    }
}

TEST(semaphore_name, a_semaphore_without_one_is_still_initialised_at_compile_time)
{
    constinit static semaphore made{3};
    static_assert(sizeof made == 16);
    EXPECT_EQ(made.available(), 3);
}

}  // namespace
}  // namespace signalbox::contract
