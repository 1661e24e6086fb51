// How a child process says that it has come somewhere.
#pragma once

#include <atomic>

#include <sys/mman.h>

namespace signalbox::contract {

/// Seen by all processes that are forked after it was made.
class signpost {
public:
    signpost()
        : word_{static_cast<std::atomic<bool>*>(
              ::mmap(nullptr, 64, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))}
    {
    }

    signpost(const signpost&) = delete;
    signpost& operator=(const signpost&) = delete;

    ~signpost() { ::munmap(word_, 64); }

    bool raise()
    {
        word_->store(true);
        return true;
    }

    [[nodiscard]] bool is_raised() const { return word_->load(); }

private:
    std::atomic<bool>* word_;
};

}  // namespace signalbox::contract
