// A scenario names all its threads itself: there are none of the library's own beside them.
//
// Checked by   tests/simulated/pool_test.cpp
#pragma once

#include <system_error>

namespace signalbox::platform {

class background_thread {
public:
    [[noreturn]] background_thread(void* (*)(void*), void*)
    {
        throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again),
                                "the simulated platform has no threads but those of the scenario");
    }
    void join() noexcept {}
};

}  // namespace signalbox::platform
