// What a permit throws when it is asked for what it does not hold.
#pragma once

#include <cstddef>
#include <string>
#include <system_error>

namespace signalbox::detail {

/// Throws std::system_error `code`: "cannot VERB N HOW a permit that holds COUNT".
[[noreturn]] inline void refuse_permit(std::errc code, const char* verb, std::ptrdiff_t n, const char* how,
                                       std::ptrdiff_t count)
{
    throw std::system_error(std::make_error_code(code), std::string{"signalbox::permit: "} + verb + " " +
                                                            std::to_string(n) + how +
                                                            " a permit that holds " + std::to_string(count));
}

}  // namespace signalbox::detail
