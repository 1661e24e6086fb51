// The version of the headers, in each of its forms.
#include <string>

#include <gtest/gtest.h>

#include <signalbox/config.hpp>

namespace {

TEST(config, the_forms_of_the_version_agree)
{
    const std::string parts = std::to_string(SIGNALBOX_VERSION_MAJOR) + "." +
                              std::to_string(SIGNALBOX_VERSION_MINOR) + "." +
                              std::to_string(SIGNALBOX_VERSION_PATCH);
    EXPECT_EQ(parts, SIGNALBOX_VERSION_STRING);
    EXPECT_EQ(SIGNALBOX_VERSION / 10000, SIGNALBOX_VERSION_MAJOR);
    EXPECT_EQ(SIGNALBOX_VERSION / 100 % 100, SIGNALBOX_VERSION_MINOR);
    EXPECT_EQ(SIGNALBOX_VERSION % 100, SIGNALBOX_VERSION_PATCH);
}

}  // namespace
