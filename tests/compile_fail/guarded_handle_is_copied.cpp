// Two handles would unlock twice.
// Refused: deleted (function|constructor)
#include <utility>

#include <signalbox/guarded.hpp>

void use(signalbox::guarded<int>& count)
{
    auto held = count.lock();
#ifdef MISUSE
    auto other = held;
#else
    auto other = std::move(held);
#endif
}
