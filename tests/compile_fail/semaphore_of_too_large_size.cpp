// A semaphore that could hold more permits than its word can count is refused where it is named.
// Refused: LeastMax is too large
#include <cstddef>

#include <signalbox/semaphore.hpp>

#ifdef MISUSE
using made = signalbox::counting_semaphore<PTRDIFF_MAX>;
#else
using made = signalbox::counting_semaphore<(std::ptrdiff_t{1} << 39) - 1>;
#endif

void use()
{
    made semaphore{0};
}
