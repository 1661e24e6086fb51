// The bytes of an object's file are the input: whatever they are, no operation crashes, hangs, or leaves the
// mapping.
//
// The input's first byte says which kind of object and which operations; the others are written over a sound
// file, in pieces {where, how long, bytes}, so that a short input reaches any field.
//
// Source       libFuzzer (llvm.org/docs/LibFuzzer.html)
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include <unistd.h>

#include <signalbox/process/event.hpp>
#include <signalbox/process/objects.hpp>
#include <signalbox/process/recursive_mutex.hpp>
#include <signalbox/process/semaphore.hpp>

#include "process/layout.hpp"

namespace {

using namespace std::chrono_literals;
using namespace signalbox;
namespace layout = signalbox::process::detail;

// Where the pieces go: what is read from these is what the operations believe.
constexpr std::size_t regions[] = {
    0,
    offsetof(layout::object_layout, head.word),
    offsetof(layout::object_layout, holders),
    offsetof(layout::object_layout, waiters),
    offsetof(layout::object_layout, participants),
    offsetof(layout::object_layout, participants) + sizeof(layout::participant_page),
    offsetof(layout::object_layout, participants) + layout::offset_of_participant(0) * 0 +
        offsetof(layout::participant_page, life),
    offsetof(layout::object_layout, head.died),
    offsetof(layout::object_layout, near),
};

struct input {
    const std::uint8_t* at;
    std::size_t left;

    std::uint8_t byte()
    {
        if (left == 0) {
            return 0;
        }
        --left;
        return *at++;
    }
};

void damage(int file, input& bytes)
{
    while (bytes.left > 3) {
        const std::size_t region = regions[bytes.byte() % std::size(regions)];
        const std::size_t offset = region + bytes.byte() * 4U;
        const std::size_t count = std::min<std::size_t>(bytes.byte() % 64U + 1, bytes.left);
        if (::pwrite(file, bytes.at, count, static_cast<off_t>(offset)) < 0) {
            std::abort();
        }
        bytes.at += count;
        bytes.left -= count;
    }
}

template <class Function>
void attempt(Function function)
{
    try {
        function();
    } catch (const std::system_error&) {
        return;  // refused
    }
}

void use(process::semaphore& object)
{
    attempt([&] { (void)object.available(); });
    attempt([&] { (void)object.holders(); });
    attempt([&] { (void)object.waiters(); });
    attempt([&] { (void)object.out(); });
    attempt([&] { (void)object.acquire(2, 1us); });
    attempt([&] { object.release(2); });
    attempt([&] { (void)permit{object, 1, 1us}; });
    attempt([&] { (void)permit{object, 1, std::adopt_lock}; });
    attempt([&] { (void)(permit{object, 1, std::try_to_lock}).forget(); });
    attempt([&] { object.resize(5); });
    attempt([&] { object.close(); });
    attempt([&] { (void)object.acquire(1, 1us); });
}

template <class Mutex>
void use_mutex(Mutex& object)
{
    attempt([&] {
        if (is_acquired(object.lock(1us))) {
            object.unlock();
        }
    });
    attempt([&] { (void)object.recovered_from(); });
    attempt([&] { object.repair(); });
    attempt([&] { object.unlock(); });
    attempt([&] {
        if (object.try_lock()) {
            object.unlock();
        }
    });
    attempt([&] { (void)object.waiters(); });
}

void use(process::mutex& object)
{
    use_mutex(object);
}

void use(process::recursive_mutex& object)
{
    use_mutex(object);
}

void use(process::event& object)
{
    attempt([&] { (void)object.wait(1us); });
    attempt([&] { object.set(); });
    attempt([&] { object.reset(); });
    attempt([&] { (void)object.waiters(); });
}

// `is_late`: the file is damaged under its user, not before it is opened.
template <class Object>
void run(input bytes, bool is_late)
{
    {
        auto made = Object::create("fuzzed");
        use(made);
        if (!is_late) {
            damage(made.native_handle(), bytes);
            use(made);
        }
    }
    attempt([&] {
        auto object = Object::open("fuzzed");
        if (is_late) {
            damage(object.native_handle(), bytes);
        }
        use(object);
    });
    (void)process::list();
    attempt([] { (void)process::semaphore::collect(); });
    std::error_code ignored;
    std::filesystem::remove(std::string{std::getenv("SIGNALBOX_DIR")} + "/signalbox.fuzzed", ignored);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/)
{
    static char directory[] = "/dev/shm/signalbox-fuzz-XXXXXX";
    if (::mkdtemp(directory) == nullptr) {
        return 1;
    }
    ::setenv("SIGNALBOX_DIR", directory, 1);
    std::atexit([] { std::filesystem::remove_all(directory); });
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    input bytes{data, size};
    const std::uint8_t how = bytes.byte();
    const bool is_late = (how & 4U) != 0;
    switch (how & 3U) {
    case 0: run<process::semaphore>(bytes, is_late); break;
    case 1: run<process::mutex>(bytes, is_late); break;
    case 2: run<process::recursive_mutex>(bytes, is_late); break;
    default: run<process::event>(bytes, is_late); break;
    }
    return 0;
}
