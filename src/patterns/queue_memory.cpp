// Memory for the slots of a queue; or why there can be no such queue, in words.
#include <signalbox/detail/queue_slots.hpp>

#include <cstdint>
#include <string>
#include <system_error>

namespace signalbox::detail {
namespace {

[[noreturn]] void refuse(std::errc code, std::size_t capacity, const std::string& why)
{
    throw std::system_error(std::make_error_code(code),
                            "signalbox: bounded_queue(" + std::to_string(capacity) + "): " + why);
}

}  // namespace

void* allocate_slots(std::size_t capacity, std::size_t bytes_each, std::align_val_t alignment)
{
    if (capacity == 0) {
        refuse(std::errc::invalid_argument, capacity, "its capacity must be at least 1");
    }
    const std::size_t most = static_cast<std::size_t>(PTRDIFF_MAX) / bytes_each;
    if (capacity > most) {
        refuse(std::errc::value_too_large, capacity,
               "its capacity can be at most " + std::to_string(most) + " with items of this size");
    }
    void* const place = ::operator new(capacity* bytes_each, alignment, std::nothrow);
    if (place == nullptr) {
        refuse(std::errc::not_enough_memory, capacity,
               "there is no memory for " + std::to_string(capacity) + " slots of " +
                   std::to_string(bytes_each) + " bytes");
    }
    return place;
}

}  // namespace signalbox::detail
