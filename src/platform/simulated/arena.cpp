// One mapping for all simulated threads, and the `new` and `delete` that use it.
//
// Because      Addresses below are handed out upwards and never taken back before reset(); a thread that asks
//              for more than its heap holds gets ordinary memory.
#include "arena.hpp"

#include <sys/mman.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "sanitizer.hpp"
#include "vector_clock.hpp"

namespace signalbox::simulated::arena {
namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t stack_bytes = std::size_t{256} << 10;
constexpr std::size_t heap_bytes = std::size_t{768} << 10;
constexpr std::size_t slot_bytes = stack_bytes + heap_bytes;  // the stack's lowest page is a guard
constexpr std::size_t total_bytes = max_threads * slot_bytes;
constexpr std::uintptr_t wanted_address = 0x5b0000000000;

std::byte* map_area() noexcept
{
    constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void* area = mmap(reinterpret_cast<void*>(wanted_address), total_bytes, PROT_READ | PROT_WRITE,
                      flags | MAP_FIXED_NOREPLACE, -1, 0);
    if (area == MAP_FAILED) {
        area = mmap(nullptr, total_bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    }
    if (area == MAP_FAILED) {
        std::abort();
    }
    auto* const begin = static_cast<std::byte*>(area);
    for (unsigned thread = 0; thread < max_threads; ++thread) {
        mprotect(begin + thread * slot_bytes, page, PROT_NONE);
        sanitizer::poison({begin + thread * slot_bytes + stack_bytes, heap_bytes});
    }
    return begin;
}

std::byte* begin_of_area() noexcept
{
    static std::byte* const begin = map_area();
    return begin;
}

std::byte* area = nullptr;  // null until the first use
std::array<std::size_t, max_threads> used{};

std::byte* heap_of(unsigned thread) noexcept
{
    return area + thread * slot_bytes + stack_bytes;
}

/// Null if the request is not the arena's business.
void* take(std::size_t size, std::size_t alignment) noexcept
{
    if (heap_owner == max_threads) {
        return nullptr;
    }
    const std::size_t begin = (used[heap_owner] + alignment - 1) & ~(alignment - 1);
    if (size > heap_bytes || begin + size + sanitizer::redzone > heap_bytes) {
        return nullptr;
    }
    used[heap_owner] = begin + size + sanitizer::redzone;
    std::byte* const block = heap_of(heap_owner) + begin;
    sanitizer::forget_poison({block, size});
    return block;
}

}  // namespace

std::span<std::byte> stack_of(unsigned thread)
{
    area = begin_of_area();
    return {area + thread * slot_bytes + page, stack_bytes - page};
}

void reset() noexcept
{
    area = begin_of_area();
    for (unsigned thread = 0; thread < max_threads; ++thread) {
        sanitizer::poison({heap_of(thread), used[thread]});
        used[thread] = 0;
    }
}

bool contains(const void* address) noexcept
{
    const auto offset = reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(area);
    return area != nullptr && offset < total_bytes;
}

}  // namespace signalbox::simulated::arena

namespace {

namespace arena = signalbox::simulated::arena;

void* allocate(std::size_t size, std::size_t alignment)
{
    if (void* const block = arena::take(size, alignment)) {
        return block;
    }
    const std::size_t whole = (size + alignment - 1) & ~(alignment - 1);
    void* const block = std::aligned_alloc(alignment, whole == 0 ? alignment : whole);
    if (block == nullptr) {
        throw std::bad_alloc{};
    }
    return block;
}

void give_back(void* block, std::size_t size) noexcept
{
    if (arena::contains(block)) {
        signalbox::simulated::sanitizer::poison({static_cast<std::byte*>(block), size});
    } else {
        std::free(block);
    }
}

constexpr std::size_t usual_alignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

}  // namespace

void* operator new(std::size_t size)
{
    return allocate(size, usual_alignment);
}

void* operator new(std::size_t size, std::align_val_t alignment)
{
    return allocate(size, static_cast<std::size_t>(alignment));
}

void operator delete(void* block) noexcept
{
    give_back(block, 0);
}

void operator delete(void* block, std::size_t size) noexcept
{
    give_back(block, size);
}

void operator delete(void* block, std::align_val_t) noexcept
{
    give_back(block, 0);
}

void operator delete(void* block, std::size_t size, std::align_val_t) noexcept
{
    give_back(block, size);
}
