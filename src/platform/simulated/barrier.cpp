// The heavy half of an uneven barrier: one step.
#include <signalbox/simulated/access.hpp>

#include "machine.hpp"

namespace signalbox::simulated {

bool has_heavy_barriers = true;

void heavy_barrier(site at) noexcept
{
    machine& m = machine::instance();
    if (!m.is_exploring()) {
        return;
    }
    m.announce("heavy barrier", nullptr, at);
    m.absorb(0, m.objects().settle());
    m.tracer().line(m.running(), "heavy barrier", nullptr, "", at);
}

}  // namespace signalbox::simulated
