// The end of a slice whose owner turns to something else.
#include "core/time_slice.hpp"

#include <signalbox/detail/owner_word.hpp>
#include <signalbox/detail/permit_word.hpp>
#include <signalbox/detail/shared_word.hpp>

#include "core/serving.hpp"

namespace signalbox::detail::time_slice {

void abandon(thread_context& me) noexcept
{
    // The address is all that is known: only a waiter that stands under it proves that the object is alive.
    void* const cell = const_cast<void*>(me.slice_of);
    if (cell == nullptr) {
        return;
    }
    end(me, false);
    switch (me.slice_kind) {
    case cell_kind::owner: return serve_queue(*static_cast<owner_cell*>(cell));
    case cell_kind::permits: return serve_queue(*static_cast<permit_cell*>(cell));
    case cell_kind::shared: return serve_queue(*static_cast<shared_cell*>(cell));
    case cell_kind::condition:
    case cell_kind::event:
    case cell_kind::latch:
    case cell_kind::barrier: return;  // nobody owns one
    }
}

}  // namespace signalbox::detail::time_slice
