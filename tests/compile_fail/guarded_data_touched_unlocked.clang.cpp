// Clang's analysis finds guarded data that is touched without the mutex.
// Refused: reading variable 'value' requires holding mutex 'guard'
#include <signalbox/mutex.hpp>

struct guarded {
    signalbox::mutex guard;
    int value SIGNALBOX_GUARDED_BY(guard) = 0;

    int use()
    {
#ifdef MISUSE
        return value;
#else
        guard.lock();
        const int copy = value;
        guard.unlock();
        return copy;
#endif
    }
};

int use(guarded& object)
{
    return object.use();
}
