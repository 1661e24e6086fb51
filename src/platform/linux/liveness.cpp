// Liveness on Linux: /proc, kill(2) and the robust list that the C library registers for each thread.
//
// Invariant 1  As in liveness.hpp.
// Because      A thread has one robust list, and the C library owns it. It keeps the word of a lock 32 bytes
//              before its node, links nodes in both directions (the back link lies before the node), and
//              never reads the links of a node that it does not remove: so ours may stand among its own.
// Crash        A kill between the word and its link leaves no mark: then the locked byte decides.
// Source       get_robust_list(2), the kernel's Documentation/locking/robust-futex-ABI.rst; proc(5)
#include <signalbox/platform/liveness.hpp>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace signalbox::platform {
namespace {

constinit thread_local std::int32_t known_thread = 0;

constexpr unsigned long exiting = 0x4;  // PF_EXITING in the flags of proc(5)'s stat
constexpr int robust_list_most = 2048;  // as many as the kernel follows

struct task_status {
    bool is_known = false;
    unsigned long flags = 0;
    long threads = 0;
    std::uint64_t start_time = 0;
    char command[16] = {};
};

task_status read_status(const char* path) noexcept
{
    task_status status;
    char text[512];
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return status;
    }
    const ssize_t length = ::read(file, text, sizeof text - 1);
    ::close(file);
    text[length > 0 ? length : 0] = '\0';
    const char* const begin = std::strchr(text, '(');
    const char* const end = std::strrchr(text, ')');
    if (begin == nullptr || end == nullptr) {
        return status;
    }
    const auto named = static_cast<std::size_t>(end - begin - 1);
    std::memcpy(status.command, begin + 1, named < 15 ? named : 15);
    unsigned long long start = 0;
    status.is_known = std::sscanf(end + 2,
                                  "%*c %*d %*d %*d %*d %*d %lu %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
                                  "%ld %*d %llu",
                                  &status.flags, &status.threads, &start) == 3;
    status.start_time = start;
    return status;
}

// Of this process, read once; a child asks again (forget_identity()). 0: not yet.
constinit atomic<std::uint64_t> known_namespace{0};
constinit process_identity known_identity{};
enum knowledge { unknown, being_written, known };
constinit atomic<int> identity_state{unknown};

std::uint64_t own_namespace() noexcept
{
    std::uint64_t known = known_namespace.load();
    struct stat found {};
    if (known == 0 && ::stat("/proc/self/ns/pid", &found) == 0) {
        known = found.st_ino;
        known_namespace.store(known);
    }
    return known;
}

// Whether every thread of the process has entered its exit, from which it does not return to user code.
bool are_all_exiting(std::int32_t pid) noexcept
{
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR* const tasks = ::opendir(path);
    if (tasks == nullptr) {
        return false;
    }
    bool are_exiting = true;
    int count = 0;
    while (const dirent* const entry = are_exiting ? ::readdir(tasks) : nullptr) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        std::snprintf(path, sizeof path, "/proc/%d/task/%.10s/stat", pid, entry->d_name);
        const task_status status = read_status(path);
        are_exiting = status.is_known && (status.flags & exiting) != 0;
        ++count;
    }
    ::closedir(tasks);
    return are_exiting && count > 0;
}

// The node's own address is where the kernel and the C library expect the forward link.
struct list_node {
    list_node* next;
};

list_node* untagged(list_node* node) noexcept
{
    return reinterpret_cast<list_node*>(reinterpret_cast<char*>(node) -
                                        (reinterpret_cast<std::uintptr_t>(node) & 1));
}

list_node*& back_link(list_node* node) noexcept
{
    return reinterpret_cast<list_node**>(node)[-1];
}

list_node* own_list() noexcept
{
    robust_list_head* head = nullptr;
    std::size_t length = 0;
    if (::syscall(SYS_get_robust_list, 0, &head, &length) != 0 || head == nullptr ||
        head->futex_offset != -static_cast<long>(life_mark_page - life_mark_offset)) {
        return nullptr;
    }
    return reinterpret_cast<list_node*>(&head->list);
}

atomic<std::uint32_t>& word_in(void* pages) noexcept
{
    return *reinterpret_cast<atomic<std::uint32_t>*>(static_cast<char*>(pages) + life_mark_offset);
}

list_node* node_in(void* pages) noexcept
{
    return reinterpret_cast<list_node*>(static_cast<char*>(pages) + life_mark_page);
}

// Takes the node out of the calling thread's list; false if it is not there.
bool unlink(list_node* node) noexcept
{
    list_node* const head = own_list();
    list_node* before = head;
    for (int i = 0; head != nullptr && i < robust_list_most; ++i) {
        list_node* const next = untagged(before->next);
        if (next == node) {
            before->next = node->next;
            back_link(untagged(node->next)) = before;
            return true;
        }
        if (next == head || next == nullptr) {
            break;
        }
        before = next;
    }
    return false;
}

}  // namespace

process_identity this_process() noexcept
{
    if (identity_state.load() == known) {
        return known_identity;
    }
    process_identity me;
    me.pid = ::getpid();
    me.pid_namespace = own_namespace();
    const task_status status = read_status("/proc/self/stat");
    me.start_time = status.start_time;
    std::memcpy(me.command, status.command, sizeof me.command);
    int seen = unknown;
    if (identity_state.compare_exchange_strong(seen, being_written)) {
        known_identity = me;
        identity_state.store(known);
    }
    return me;
}

void forget_identity() noexcept
{
    known_namespace.store(0);
    identity_state.store(unknown);
    known_thread = 0;
}

std::int32_t kernel_thread() noexcept
{
    if (known_thread == 0) {
        known_thread = static_cast<std::int32_t>(::syscall(SYS_gettid));
    }
    return known_thread;
}

bool is_first_thread() noexcept
{
    return kernel_thread() == ::getpid();
}

bool is_certainly_gone(const process_identity& who) noexcept
{
    const int saved = errno;
    bool is_gone = false;
    if (who.pid > 0 && who.pid_namespace != 0 && who.pid_namespace == own_namespace()) {
        char path[32];
        std::snprintf(path, sizeof path, "/proc/%d/stat", who.pid);
        const task_status status = read_status(path);
        // a process with one thread, which is exiting, can't get another one
        is_gone = (::kill(who.pid, 0) != 0 && errno == ESRCH) ||
                  (status.is_known &&
                   (status.start_time != who.start_time ||
                    (status.threads > 1 ? are_all_exiting(who.pid) : (status.flags & exiting) != 0)));
    }
    errno = saved;
    return is_gone;
}

life_mark make_life_mark(int file, std::size_t offset) noexcept
{
    list_node* const head = own_list();
    if (head == nullptr) {
        return {};
    }
    void* const pages =
        ::mmap(nullptr, 2 * life_mark_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        return {};
    }
    if (::mmap(pages, life_mark_page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file,
               static_cast<off_t>(offset)) == MAP_FAILED) {
        ::munmap(pages, 2 * life_mark_page);
        return {};
    }
    const life_mark mark{pages, kernel_thread()};
    word_in(pages).store(static_cast<std::uint32_t>(mark.thread));
    list_node* const node = node_in(pages);
    node->next = head->next;
    back_link(node) = head;
    back_link(untagged(head->next)) = node;
    __asm__ __volatile__("" ::: "memory");  // the node is whole before the kernel can find it
    head->next = node;
    return mark;
}

void drop_life_mark(life_mark& mark) noexcept
{
    if (mark.pages == nullptr) {
        return;
    }
    word_in(mark.pages).store(0);
    if (mark.thread == kernel_thread() && unlink(node_in(mark.pages))) {
        ::munmap(mark.pages, 2 * life_mark_page);
    }
    mark = {};
}

void forget_life_mark(life_mark& mark) noexcept
{
    if (mark.pages != nullptr) {
        ::munmap(mark.pages, 2 * life_mark_page);
    }
    mark = {};
}

std::int64_t boot_nanoseconds() noexcept
{
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace signalbox::platform
