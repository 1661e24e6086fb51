// Kernel ids by identity, in chunks that are made when their first thread comes and are kept.
//
// Because      An identity is a number below four million, most of them never used at the same time.
// Edges        E1  chunk_for() -> kernel_id_at(): a chunk is zeroed before it can be seen.
#include <signalbox/platform/thread_name.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <signalbox/platform/atomic.hpp>
#include <signalbox/platform/this_thread.hpp>

namespace signalbox::platform {
namespace {

constexpr std::uint32_t chunk_size = 1024;
constexpr std::uint32_t chunk_count = 4096;

using kernel_id = atomic<pid_t>;
constinit atomic<kernel_id*> chunks[chunk_count]{};

kernel_id* chunk_for(std::uint32_t id) noexcept
{
    auto& place = chunks[id / chunk_size % chunk_count];
    kernel_id* found = place.load(std::memory_order_acquire);  // E1 acquire: pairs with the exchange below
    if (found != nullptr) {
        return found;
    }
    auto* const made = static_cast<kernel_id*>(std::calloc(chunk_size, sizeof(kernel_id)));
    // E1 acq_rel: pairs with the loads here and in kernel_id_at(); E1 acquire: somebody else was first
    if (!place.compare_exchange_strong(found, made, std::memory_order_acq_rel, std::memory_order_acquire)) {
        std::free(made);
        return found;
    }
    return made;
}

kernel_id* kernel_id_at(std::uint32_t id) noexcept
{
    // E1 acquire: pairs with the exchange in chunk_for()
    kernel_id* const chunk = chunks[id / chunk_size % chunk_count].load(std::memory_order_acquire);
    return chunk == nullptr ? nullptr : chunk + id % chunk_size;
}

// The child has one thread, under another kernel id; the others' ids may soon be those of its new threads.
void forget_the_parents_threads() noexcept
{
    for (auto& place : chunks) {
        kernel_id* const chunk = place.load(std::memory_order_relaxed);  // relaxed: the child has one thread
        for (std::uint32_t i = 0; chunk != nullptr && i < chunk_size; ++i) {
            chunk[i].store(0, std::memory_order_relaxed);  // relaxed: the child has one thread
        }
    }
    if (this_thread().id != detail::thread_context::unregistered) {
        note_thread(this_thread().id);
    }
}

[[gnu::constructor(101)]] void know_forks() noexcept
{
    pthread_atfork(nullptr, nullptr, forget_the_parents_threads);
}

kernel_name read_name(const char* path) noexcept
{
    kernel_name name;
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        const ssize_t count = ::read(file, name.text, kernel_name::most);
        ::close(file);
        name.text[std::max<ssize_t>(count, 0)] = '\0';
        name.text[std::strcspn(name.text, "\n")] = '\0';
    }
    return name;
}

}  // namespace

void note_thread(std::uint32_t id) noexcept
{
    if (kernel_id* const chunk = chunk_for(id); chunk != nullptr) {
        chunk[id % chunk_size].store(::gettid(),
                                     std::memory_order_relaxed);  // relaxed: read for messages only
    }
}

void forget_thread(std::uint32_t id) noexcept
{
    if (kernel_id* const place = kernel_id_at(id); place != nullptr) {
        place->store(0, std::memory_order_relaxed);  // relaxed: read for messages only
    }
}

void name_this_thread(std::string_view name) noexcept
{
    kernel_name text;
    std::copy_n(name.data(), std::min(name.size(), kernel_name::most), text.text);
    pthread_setname_np(pthread_self(), text.text);
}

kernel_name name_of_thread(std::uint32_t id) noexcept
{
    const kernel_id* const place = kernel_id_at(id);
    // relaxed: read for messages only
    const pid_t thread = place == nullptr ? 0 : place->load(std::memory_order_relaxed);
    if (thread == 0) {
        return {};
    }
    char path[64];
    std::snprintf(path, sizeof path, "/proc/self/task/%d/comm", static_cast<int>(thread));
    const kernel_name name = read_name(path);
    const kernel_name program = read_name("/proc/self/comm");
    return std::strcmp(name.text, program.text) == 0 ? kernel_name{} : name;
}

}  // namespace signalbox::platform
