// The simulated machine has no cache: a hint about it is no step.
#pragma once

namespace signalbox::platform {

inline void expect_to_write(const void* /*place*/) noexcept {}

}  // namespace signalbox::platform
