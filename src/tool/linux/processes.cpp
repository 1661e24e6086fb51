// What /proc says of processes.
//
// Source       proc(5)
#include "linux/processes.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace signalbox::tool {
namespace {

constexpr std::size_t generations_most = 1000;

std::string read_file(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::string proc(std::int32_t pid, const char* name)
{
    return "/proc/" + std::to_string(pid) + "/" + name;
}

struct status {
    char state = 0;
    int parent = 0;
    unsigned long long start_time = 0;
};

status status_of(std::int32_t pid)
{
    const std::string text = read_file(proc(pid, "stat"));
    const std::size_t end = text.rfind(')');
    status found;
    if (end == std::string::npos ||
        std::sscanf(text.c_str() + end + 1,
                    " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                    &found.state, &found.parent, &found.start_time) != 3) {
        return {};
    }
    return found;
}

std::string user_of(std::int32_t pid)
{
    struct stat found {};
    if (::stat(proc(pid, "").c_str(), &found) != 0) {
        return "";
    }
    const passwd* const entry = ::getpwuid(found.st_uid);
    return entry != nullptr ? entry->pw_name : std::to_string(found.st_uid);
}

}  // namespace

process_view look_at(std::int32_t pid, std::uint64_t start_time)
{
    const status now = status_of(pid);
    const bool has_ended = now.state == 'Z' || now.state == 'X';  // and its parent does not know it yet
    if (has_ended || now.start_time == 0 || (start_time != 0 && now.start_time != start_time)) {
        return {};
    }
    process_view view{true, read_file(proc(pid, "cmdline")), user_of(pid)};
    while (!view.command.empty() && view.command.back() == '\0') {
        view.command.pop_back();
    }
    return view;
}

std::vector<std::int32_t> ancestry(std::int32_t pid)
{
    std::vector<std::int32_t> all;
    for (; pid > 0 && all.size() < generations_most; pid = status_of(pid).parent) {
        all.push_back(pid);
    }
    return all;
}

std::chrono::nanoseconds boot_time() noexcept
{
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

bool wants_colours()
{
    const char* const refused = std::getenv("NO_COLOR");
    return (refused == nullptr || *refused == '\0') && ::isatty(STDOUT_FILENO) == 1;
}

bool is_asked_at_terminal() noexcept
{
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

std::string resolved(const std::string& path)
{
    std::error_code failed;
    const auto whole = std::filesystem::weakly_canonical(std::filesystem::absolute(path), failed);
    return failed ? std::filesystem::absolute(path).lexically_normal().string() : whole.string();
}

std::string object_folder()
{
    const char* const given = std::getenv("SIGNALBOX_DIR");
    return given != nullptr && *given != '\0' ? given : "/dev/shm";
}

}  // namespace signalbox::tool
