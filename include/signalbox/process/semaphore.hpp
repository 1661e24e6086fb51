// A counting semaphore for the processes of one machine: crash-safe, named or anonymous.
//
// Invariant 1  A permit is free, held by a process, or out: free + held + out = capacity, always. What a
//              `permit` object holds comes back when its process ends, in whatever way; no release() can
//              give it back. What plain acquire() took is out: owed by nobody, given back by anybody.
// Fairness     As between threads: bounded lets newcomers overtake until the first of the queue has come and
//              found nothing, or for a turn of at most 1 ms; fifo never does.
// Lifetime     A handle may be moved, also while permits exist, and must outlive them. Destroying the last
//              one of a process gives back what the process still holds. A named object lives until remove().
// Crash        SIGKILL at any instruction loses, doubles and strands nothing: docs/recovery.md.
// Edges        release() -> acquire(): what came before a release is visible to who gets its permits.
// Checked by   tests/process/semaphore_test.cpp, tests/crash/every_instruction_test.cpp
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <signalbox/config.hpp>
#include <signalbox/limit.hpp>
#include <signalbox/outcome.hpp>
#include <signalbox/permit.hpp>
#include <signalbox/process/info.hpp>
#include <signalbox/semaphore.hpp>  // fairness

namespace signalbox::process {

namespace detail {
class attachment;
struct lease;
}  // namespace detail

struct semaphore_options {
    std::ptrdiff_t capacity = 1;
    std::optional<std::ptrdiff_t> initial{};  // free permits at first; default: all
    unsigned mode = 0600;                     // permission of the file, exactly as given
    signalbox::fairness fairness = signalbox::fairness::bounded;
    std::string label{};  // what others see of this process in holders() and waiters(); 47 characters
};

/// A handle to a shared semaphore. Any thread may call any function; only release() may be called from a
/// signal handler (and not in the child of a fork before the child has used the semaphore).
///
/// All functions that open or make one throw std::system_error: invalid_argument for a bad name, bad options
/// or a file that is no such object (foreign, truncated, older, newer, a mutex); otherwise what the system
/// said. A wait on one that was removed throws identifier_removed; one that contradicts itself
/// state_not_recoverable.
class semaphore {
public:
    using options = semaphore_options;

    /// Makes one. `name`: 1 to 64 of A-Z a-z 0-9 . _ -   Errors: also file_exists.
    [[nodiscard]] SIGNALBOX_API static semaphore create(const std::string& name, const options& how = {});
    /// Opens one. Errors: also no_such_file_or_directory.
    [[nodiscard]] SIGNALBOX_API static semaphore open(const std::string& name, const std::string& label = {});
    /// Opens it if it is there, whatever its capacity; otherwise makes it.
    [[nodiscard]] SIGNALBOX_API static semaphore open_or_create(const std::string& name,
                                                                const options& how = {});
    /// One without a name: for the children of this process, or sent by native_handle().
    [[nodiscard]] SIGNALBOX_API static semaphore anonymous(const options& how = {});
    /// From a descriptor that another process has sent; the caller keeps the descriptor.
    [[nodiscard]] SIGNALBOX_API static semaphore from_handle(int handle, const std::string& label = {});
    /// Removes the name, and ends the waits of all its users. False if there is none.
    SIGNALBOX_API static bool remove(const std::string& name);
    /// The names of all semaphores of the directory that this user may open.
    [[nodiscard]] SIGNALBOX_API static std::vector<std::string> list();
    /// Removes those of them that no process uses and of which no permit is out; returns their names.
    SIGNALBOX_API static std::vector<std::string> collect();

    SIGNALBOX_API semaphore(semaphore&& other) noexcept;
    SIGNALBOX_API semaphore& operator=(semaphore&& other) noexcept;
    semaphore(const semaphore&) = delete;
    semaphore& operator=(const semaphore&) = delete;
    SIGNALBOX_API ~semaphore();

    /// The most permits that one can have.
    [[nodiscard]] static constexpr std::ptrdiff_t max() noexcept { return (std::ptrdiff_t{1} << 30) - 1; }

    /// Takes `n` permits at once or none; they are out. n == 0 does nothing, n < 0 throws invalid_argument.
    /// Errors      invalid_argument: more than the capacity, or a resize() made it so meanwhile;
    ///             operation_canceled: it is, or was, closed; no_space_on_device: nobody has waited, or held
    ///             a permit, in that place before, and the file system is full.
    /// Complexity  One compare-and-swap if they are free.
    SIGNALBOX_API void acquire(std::ptrdiff_t n = 1);
    /// Returns  acquired, timed_out, stopped or closed.
    SIGNALBOX_API outcome acquire(std::ptrdiff_t n, const limit& until);
    /// Takes `n` permits if they are free and not reserved for somebody who waits.
    [[nodiscard]] SIGNALBOX_API bool try_acquire(std::ptrdiff_t n = 1) noexcept;

    template <class Rep, class Period>
    [[nodiscard]] bool try_acquire_for(const std::chrono::duration<Rep, Period>& span, std::ptrdiff_t n = 1)
    {
        return acquire(n, limit{span}) == outcome::acquired;
    }

    template <class Clock, class Duration>
    [[nodiscard]] bool try_acquire_until(const std::chrono::time_point<Clock, Duration>& when,
                                         std::ptrdiff_t n = 1)
    {
        return acquire(n, limit{when}) == outcome::acquired;
    }

    /// Gives back `n` permits that are out, or new ones. May be called from a signal handler.
    /// Errors      value_too_large: fewer are out (those that are held can't be given back); nothing changes.
    /// Complexity  One compare-and-swap; after an operation of a permit object also a load for each thread
    ///             that ever held one.
    SIGNALBOX_API void release(std::ptrdiff_t n = 1);

    void wait(std::ptrdiff_t n = 1) { acquire(n); }
    outcome wait(std::ptrdiff_t n, const limit& until) { return acquire(n, until); }
    void signal(std::ptrdiff_t n = 1) { release(n); }

    /// Permits that are free; negative while a capacity that shrank is owed. Gives back what the dead held.
    [[nodiscard]] SIGNALBOX_API std::ptrdiff_t available() const;
    [[nodiscard]] SIGNALBOX_API std::ptrdiff_t capacity() const;
    /// Who holds permits, by process; and who waits, in order (and how many).
    [[nodiscard]] SIGNALBOX_API std::vector<holder_info> holders() const;
    [[nodiscard]] SIGNALBOX_API waiter_list waiters() const;
    /// This process, as others see it: to whom they can transfer permits.
    [[nodiscard]] SIGNALBOX_API participant_info self() const;
    /// How many permits are out.
    [[nodiscard]] SIGNALBOX_API std::ptrdiff_t out() const;

    /// Changes the capacity. Errors: invalid_argument unless 0 <= capacity <= max().
    SIGNALBOX_API void resize(std::ptrdiff_t capacity);
    /// Every wait, now and later, ends with closed; permits can still be given back.
    SIGNALBOX_API void close();
    [[nodiscard]] SIGNALBOX_API bool is_closed() const noexcept;

    /// From now on this process counts as alive while any process has this descriptor: what it holds, also
    /// after it was killed, is given back when the last child that inherited a duplicate of native_handle()
    /// has ended. hold_alone() ends that; call it before the next operation on this object.
    SIGNALBOX_API void hold_with_children();
    SIGNALBOX_API void hold_alone();

    [[nodiscard]] SIGNALBOX_API const std::string& name() const noexcept;
    /// The descriptor of the file; another process makes a semaphore of it by from_handle().
    [[nodiscard]] SIGNALBOX_API int native_handle() const noexcept;

private:
    template <class Semaphore>
    friend class signalbox::permit;

    explicit semaphore(detail::attachment* object) noexcept : object_{object} {}

    // What permits are made of: permits that this process holds. `place`: the pocket that they lie in, or
    // null. `serial` tells a process from its forks.
    SIGNALBOX_API detail::lease* hold(std::ptrdiff_t n);
    SIGNALBOX_API outcome hold(std::ptrdiff_t n, const limit& until, detail::lease*& place);
    SIGNALBOX_API bool try_hold(std::ptrdiff_t n, detail::lease*& place) noexcept;
    SIGNALBOX_API bool adopt(std::ptrdiff_t n, detail::lease*& place);
    SIGNALBOX_API static void give_back(detail::attachment& object, std::ptrdiff_t n, detail::lease* place);
    SIGNALBOX_API static void give_back_or_keep(detail::attachment& object, std::ptrdiff_t n,
                                                detail::lease* place) noexcept;
    SIGNALBOX_API static void let_go(detail::attachment& object, std::ptrdiff_t n,
                                     detail::lease* place) noexcept;
    SIGNALBOX_API static void hand_over(detail::attachment& object, std::ptrdiff_t n, detail::lease* place,
                                        const participant_info& to);
    SIGNALBOX_API static void loosen(detail::attachment& object, detail::lease& place) noexcept;
    SIGNALBOX_API static std::uint64_t serial_of(const detail::attachment& object) noexcept;

    detail::attachment* object_;
};

}  // namespace signalbox::process

#include <signalbox/process/permit.hpp>  // IWYU pragma: export (a permit of this semaphore is an owned one)
