// What the harness asks of a primitive, and the lists that it chooses from.
//
// A peer adaptor is a small class: `name`, `what`, a constructor that takes the number of permits (1 for a
// mutex), enter(node) and leave(node). A node is a thread's own scratch (queue locks need one), empty for
// most. Adaptors are as thin as a user's own code would be: each call of the primitive is inlined where its
// header allows it.
#pragma once

#include <concepts>
#include <string_view>

#include "../harness/cell.hpp"

namespace bench {

struct no_node {};

template <class Peer>
concept peer = requires(Peer& object, typename Peer::node& node)
{
    {
        Peer::name
        } -> std::convertible_to<std::string_view>;
    {
        Peer::what
        } -> std::convertible_to<kind>;
    Peer(1U);
    object.enter(node);
    object.leave(node);
};

// Peers that can also try.
template <class Peer>
concept trying_peer = peer<Peer> && requires(Peer& object, typename Peer::node& node)
{
    {
        object.try_enter(node)
        } -> std::convertible_to<bool>;
};

// Peers that can also be entered to read, beside others.
template <class Peer>
concept sharing_peer = peer<Peer> && requires(Peer& object, typename Peer::node& node)
{
    object.enter_shared(node);
    object.leave_shared(node);
};

// Peers that lock nothing. All their sections read, since what some write needs a lock.
template <class Peer>
concept floor_peer = sharing_peer<Peer> && Peer::is_floor;

template <class... Peers>
struct peer_list {
    // Calls visit.template operator()<Peer>() for each.
    template <class Visit>
    static void for_each(Visit&& visit)
    {
        (visit.template operator()<Peers>(), ...);
    }
};

template <class... Lists>
struct joined;
template <class... Peers>
struct joined<peer_list<Peers...>> {
    using type = peer_list<Peers...>;
};
template <class... First, class... Second, class... Rest>
struct joined<peer_list<First...>, peer_list<Second...>, Rest...> {
    using type = typename joined<peer_list<First..., Second...>, Rest...>::type;
};

}  // namespace bench
