// What a lock or a permit writes down about its holder, and takes away again.
#include <memory>
#include <new>
#include <system_error>

#include <signalbox/inspect.hpp>  // is_tracking()
#include <signalbox/platform/clock.hpp>
#include <signalbox/platform/this_thread.hpp>

#include "core/holders.hpp"
#include "core/thread_registry.hpp"

namespace signalbox::detail {
namespace {

// The program's operator new may lock one of our mutexes in turn: that one is not noted. It is called as a
// function, for a new-expression may be taken to look at nothing, and so not at `is_noting`.
holder* make_holder(const holder& like) noexcept
{
    thread_context& me = platform::this_thread();
    me.is_noting = true;
    void* const place = ::operator new(sizeof(holder), std::nothrow);
    me.is_noting = false;
    return place == nullptr ? nullptr : std::construct_at(static_cast<holder*>(place), like);
}

// Null if it was not added.
holder* add(holder* made) noexcept
{
    if (made == nullptr || add_holder(*made)) {
        return made;
    }
    delete_holder(made);
    return nullptr;
}

// Who takes permits without waiting may have got none so far.
bool has_identity(thread_context& me) noexcept
{
    try {
        return identity_of(me) != 0;
    } catch (const std::system_error&) {
        return false;  // no identity for one thread more
    }
}

// Null if nothing is to be noted.
holder* note(const void* object, std::int64_t count, const call_site& at, holding_kind kind) noexcept
{
    thread_context& me = platform::this_thread();
    if (!is_tracking() || me.is_noting || !has_identity(me)) {
        return nullptr;
    }
    const call_site& where = me.site == nullptr ? at : *me.site;  // by Invariant 1 of call_site.hpp
    return add(make_holder({object, me.id, count, platform::now(), where, kind}));
}

void forget(holder* gone) noexcept
{
    take_holder(*gone);
    delete_holder(gone);
}

// Takes away one note of this kind, by the calling thread.
void forget(const void* object, holding_kind kind) noexcept
{
    const thread_context& me = platform::this_thread();
    if (!is_tracking() || me.is_noting) {
        return;
    }
    holder* const gone = take_holder(object, me.id, kind);
    if (gone != nullptr) {
        delete_holder(gone);
    }
}

}  // namespace

void note_owner(const void* object, const call_site& where) noexcept
{
    forget_owner(object);  // a note that was left behind (Invariant 2)
    note(object, 1, where, holding_kind::owner);
}

void note_reader(const void* object, const call_site& where) noexcept
{
    note(object, 1, where, holding_kind::reader);
}

void forget_owner(const void* object) noexcept
{
    forget(object, holding_kind::owner);
}

void forget_reader(const void* object) noexcept
{
    forget(object, holding_kind::reader);
}

noted_holding::noted_holding(const void* object, std::ptrdiff_t n, const noted_site& at) noexcept
    : holder_{n == 0 ? nullptr : note(object, n, at.get(), holding_kind::permits)}
{
}

void noted_holding::hold(std::ptrdiff_t n) noexcept
{
    if (holder_ == nullptr) {
        return;
    }
    if (n == 0) {
        forget(holder_);
        holder_ = nullptr;
        return;
    }
    change_holder(*holder_, n);
}

noted_holding noted_holding::again(std::ptrdiff_t n) const noexcept
{
    noted_holding second;
    if (holder_ == nullptr || n == 0) {
        return second;
    }
    holder like = *holder_;
    like.count = n;
    like.next = like.previous = nullptr;
    second.holder_ = add(make_holder(like));
    return second;
}

}  // namespace signalbox::detail
