// Stop tokens of the linux platform: the standard library's, unchanged.
#pragma once

#include <stop_token>

namespace signalbox::platform {

using stop_token = std::stop_token;
using stop_source = std::stop_source;

template <class Callback>
using stop_callback = std::stop_callback<Callback>;

}  // namespace signalbox::platform
