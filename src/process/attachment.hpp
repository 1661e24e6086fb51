// What one process knows of one shared object that it uses: the mapping, its place among the participants,
// and the cells of its threads. All handles of a process on the same file share one.
//
// Invariant 1  While `slot` is not `no_slot`, `file` holds the lock on that byte of the file, and no other
//              process has that slot.
// Invariant 2  A cell of this participant is leased to one thread at most.
// Because      Identity is a slot that a lock of the kernel guards; a process id is only what people are
//              shown.
// Lifetime     Counted: the last handle detaches. Between fork(2) and its first operation a child is no
//              participant; then it becomes one of its own, and holds nothing.
// Crash        The kernel drops the byte; whoever finds the participant without it gives everything back.
// Checked by   tests/process/fork_test.cpp
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <signalbox/platform/liveness.hpp>
#include <signalbox/platform/shared_memory.hpp>
#include <signalbox/platform/thread_slots.hpp>

#include "process/ledger.hpp"

namespace signalbox::process::detail {

struct blueprint;

inline constexpr std::uint32_t no_slot = ~std::uint32_t{0};

class attachment {
public:
    /// The attachment of the open file, which this takes over; shared if the process has one.
    /// Errors  std::system_error: it is no sound object of that kind, or there is no room for a process more.
    static attachment* attach(int file, const std::string& name, object_kind kind, const char* label);
    /// The same of a file of zeros that nobody else knows, which it fills.
    static attachment* attach_new(int file, const platform::file_status& status, const std::string& name,
                                  const blueprint& plan, const char* label);
    /// One that this process has under that name, which may have lost its name; null: none. A handle more.
    static attachment* find_named(const std::string& name, object_kind kind) noexcept;
    /// Call it before `part` of the mapped file is touched for the first time of all.
    /// Errors  no_space_on_device and the like; nothing has changed.
    void reserve(const void* part, std::size_t size) const;

    void add_handle() noexcept;
    void drop_handle() noexcept;

    attachment(const attachment&) = delete;
    attachment& operator=(const attachment&) = delete;

    /// The calling thread's cell, if it has been here lately; otherwise null.
    [[nodiscard]] lease* known_lease() const noexcept
    {
        const platform::thread_slot& slot = platform::slot_of_thread(serial);
        return slot.key == serial ? static_cast<lease*>(slot.value) : nullptr;
    }

    /// The calling thread's cell. Errors: std::system_error resource_unavailable_try_again: none is left.
    lease& my_lease()
    {
        lease* const known = known_lease();
        return known != nullptr ? *known : find_lease();
    }

    /// A cell more for the calling thread. Errors: as my_lease().
    std::unique_ptr<lease> make_lease();

    /// This process's slot; after a fork it is taken now.
    std::uint32_t my_slot();

    [[nodiscard]] bool is_slot(std::uint32_t slot) const noexcept { return slot_.load() == slot; }

    /// Whether the file has lost its name under its users.
    [[nodiscard]] bool is_removed() const noexcept;

    /// Which file it is; the rest as it was when this process opened it.
    [[nodiscard]] const platform::file_status& identity() const noexcept { return identity_; }

    /// Arms the mark of life again if the thread that had armed it has ended.
    void renew_mark(std::uint32_t slot);

    /// From now on the byte alone says that this participant lives; and the other way round.
    void hold_with_children();
    void hold_alone();

    object_layout* shared = nullptr;
    object_traits traits;
    std::string name;  // empty: anonymous
    ledger books;
    std::uint64_t serial = 0;  // of this attachment, in this process: a child has another one
    int file = -1;
    bool may_rest = false;                           // whether this process takes part in heavy barriers
    platform::atomic<std::uint32_t> releases{0};     // while others waited
    platform::atomic<int> spin_luck{0};              // above 0: waiting awake has paid lately
    platform::atomic<std::uint32_t> inside_room{0};  // threads of this process that have its lock, or try to
    bool has_recovered = false;      // a mutex: its last owner had died when this process locked it
    std::uint32_t locked_again = 0;  // a recursive mutex: how often its owner did; the owner's alone

private:
    friend struct registry;

    attachment(int file, object_layout* mapped, const object_traits& what, std::string called);
    ~attachment();

    static attachment* map(int file, const std::string& name, const object_traits& what, const char* label);
    void rename(const char* label) noexcept;
    void reserve_far_record(std::uint32_t slot) const;
    void join(const platform::file_status& identity);
    lease& find_lease();
    void take_slot();
    bool try_slot(std::uint32_t slot);
    void make_mark(std::uint32_t slot);
    void leave() noexcept;
    void become_child() noexcept;

    platform::atomic<std::uint32_t> slot_{no_slot};
    std::vector<std::unique_ptr<lease>> leases_;
    platform::life_mark mark_;
    platform::file_status identity_;
    char label_[label_most] = {};
    int handles_ = 1;
    platform::atomic<bool> has_no_marks_{false};  // this system has none to offer, or they shall not count
};

}  // namespace signalbox::process::detail
