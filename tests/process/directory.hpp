// A folder of its own for the named objects of a test.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace signalbox::contract {

class own_directory : public ::testing::Test {
protected:
    own_directory()
    {
        char pattern[] = "/dev/shm/signalbox-test-XXXXXX";
        directory_ = ::mkdtemp(pattern);
        ::setenv("SIGNALBOX_DIR", directory_.c_str(), 1);
    }

    ~own_directory() override
    {
        ::unsetenv("SIGNALBOX_DIR");
        std::filesystem::remove_all(directory_);
    }

    [[nodiscard]] std::string path(const std::string& name) const
    {
        return directory_ + "/signalbox." + name;
    }

    std::string directory_;
};

}  // namespace signalbox::contract
