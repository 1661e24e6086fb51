// Traces as text.
#include "trace.hpp"

#include <algorithm>
#include <cstdio>

#include "arena.hpp"

namespace signalbox::simulated {

void trace::begin(bool recording)
{
    recording_ = recording;
    lines_ = 0;
    text_.clear();
    threads_.clear();
    objects_.clear();
}

void trace::name_thread(unsigned thread, std::string_view name)
{
    const arena::suspended ordinary_heap;
    threads_.emplace_back(thread, name);
}

void trace::name_object(const void* object, std::string_view name)
{
    const arena::suspended ordinary_heap;
    objects_.emplace_back(object, name);
}

std::string trace::name_of_thread(unsigned thread) const
{
    const arena::suspended ordinary_heap;
    const auto found = std::find_if(threads_.begin(), threads_.end(),
                                    [thread](const auto& named) { return named.first == thread; });
    return found == threads_.end() ? "thread " + std::to_string(thread) : found->second;
}

std::string trace::name_of_object(const void* object)
{
    const arena::suspended ordinary_heap;
    const auto found = std::find_if(objects_.rbegin(), objects_.rend(),
                                    [object](const auto& named) { return named.first == object; });
    if (found != objects_.rend()) {
        return found->second;
    }
    objects_.emplace_back(object, "object " + std::to_string(objects_.size() + 1));
    return objects_.back().second;
}

void trace::write(unsigned thread, const char* what, const void* object, std::string_view text, site at,
                  std::optional<std::uint64_t> value)
{
    const arena::suspended ordinary_heap;
    std::string line = std::to_string(++lines_);
    line.resize(std::max<std::size_t>(line.size() + 1, 5), ' ');
    line += name_of_thread(thread);
    line.resize(std::max<std::size_t>(line.size() + 1, 20), ' ');
    line += what;
    line += object == nullptr ? "" : " " + name_of_object(object);
    line += text.empty() ? "" : " ";
    line += text;
    line += value ? " " + shown(*value) : "";
    line.resize(std::max<std::size_t>(line.size() + 2, 76), ' ');
    text_ += line + where(at) + "\n";
}

std::string trace::take()
{
    return std::move(text_);
}

const char* name_of(std::memory_order order) noexcept
{
    switch (order) {
    case std::memory_order::relaxed: return "relaxed";
    case std::memory_order::consume: return "consume";
    case std::memory_order::acquire: return "acquire";
    case std::memory_order::release: return "release";
    case std::memory_order::acq_rel: return "acq_rel";
    case std::memory_order::seq_cst: return "seq_cst";
    }
    return "?";
}

std::string where(site at)
{
    if (at.line == 0) {
        return "";
    }
    std::string_view file = at.file;
    file.remove_prefix(file.find_last_of('/') + 1);
    return std::string{file} + ":" + std::to_string(at.line);
}

std::string shown(std::uint64_t value)
{
    constexpr std::uint64_t readable = 99'999;
    if (value <= readable) {
        return std::to_string(value);
    }
    char text[32];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

}  // namespace signalbox::simulated
