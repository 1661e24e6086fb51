// Clang's analysis finds a use of what try_lock() may not have locked.
// Refused: writing variable 'value' requires holding mutex 'guard'
#include <chrono>

#include <signalbox/mutex.hpp>

struct guarded {
    signalbox::mutex guard;
    int value SIGNALBOX_GUARDED_BY(guard) = 0;

    void use()
    {
        const bool is_locked = guard.try_lock_for(std::chrono::seconds{1});
#ifdef MISUSE
        value = 1;
#endif
        if (is_locked) {
            value = 2;
            guard.unlock();
        }
    }
};

void use(guarded& object)
{
    object.use();
}
