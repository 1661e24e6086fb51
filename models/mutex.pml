/* The mutex: owner_word.hpp, and unlock() of mutex.hpp and mutex.cpp, above the queue.
 *
 * Invariant 1  At most one thread owns it, and the word says who: put(), unlock_mutex().
 * Because      LOCKERS lock and unlock, each once or, with LOOP, for ever. Those that do it once begin in
 *              the order of their numbers, which leaves out only what differs by their names.
 * Lifetime     The object may be destroyed once every unlock has done its write and no other call is under
 *              way.
 * Checked by   models/run
 */
#ifndef LOCKERS
#define LOCKERS 3
#endif

#define ACQUIRERS LOCKERS
#define HAS_OWNER true
#define STRICT false
#define FREE (owner == 0 -> 1 : 0)

#define IS_SETTLING false
#define is_to_be_had(n) (owner == 0)

byte owner;
byte lockers_begun;

inline put(x)
{
    assert(owner == 0);
    owner = x
}

#include "waiting.pml"

inline begin()
{
    if
#ifdef LOOP
    :: true
#else
    :: _pid == lockers_begun + 1 -> lockers_begun++
#endif
    fi;
    assert(owner != _pid);
    self.wanted = 1;
    if
    :: true
#ifdef LEAVING
    :: self.may_leave = 1
#endif
    fi
}

/* The thread needs the object no more: it will not call it again. */
inline part()
{
#ifndef LOOP
    users--
#else
    skip
#endif
}

inline got() { skip }

inline refused()
{
    assert(!self.has && owner != _pid);
    self.wanted = 0;
    part()
}

/* The write that lets go, give(): the unlock that finds the count of releases full forgets the spinner. */
inline give()
{
    touch();
    assert(owner == _pid && self.has);
    if
    :: true
    :: spinning -> spinning = 0
    fi;
    d_step {
        owner = 0;
        self.has = 0;
        self.wanted = 0
    }
    part()
}

/* unlock(). Ends at the label `end_done`. */
inline unlock_mutex()
{
        if
        :: atomic { !queued -> give(); check(); goto end_done }
        :: atomic { queued && !mutant(unlock_before_bucket) -> touch(); goto visit }
        :: atomic { queued && mutant(unlock_before_bucket) -> visitors++; give(); goto visit }
        fi;

visit:  /* release_and_visit() */
        if
        :: atomic {
               !bucket ->
                   bucket = 1;
                   visitors = visitors - mutant(unlock_before_bucket);
                   if
                   :: length == 0 ->
                       if
                       :: !mutant(unlock_before_bucket) -> give()
                       :: else -> touch()
                       fi;
                       write_flags();
                       unlock();
                       check();
                       goto end_done
                   :: else ->
                       if
                       :: !mutant(unlock_before_bucket) -> give()
                       :: else
                       fi
                   fi
           }
        fi;
        if
        :: atomic {
               bucket -> after_release();
               if
               :: !bucket -> goto end_done
               :: else
               fi
           }
        fi;
        serve();
        goto end_done
}

proctype locking_thread()
{
again:  acquire();
acquired:
        unlock_mutex();
#ifdef LOOP
end_gone: end_done:
        goto again
#else
end_gone: end_done:
        false
#endif
}

init
{
    byte i;
    atomic {
#ifdef MUTANTS
        c_code { now.chosen_mutant = getenv("MUTANT") ? atoi(getenv("MUTANT")) : 0; };
#endif
        users = LOCKERS;
        do
        :: i < LOCKERS -> i++; run locking_thread()
        :: else -> break
        od;
        if
        :: SLICES > 0 -> run slice_keeper()
        :: else
        fi;
        i = 0
    }
    timeout;
    d_step {
#ifdef LOOP
        assert(false);
#endif
        assert(!bucket && length == 0 && owner == 0 && spinners == 0 && users == 0);
        assert(!queued && !reserved && !spinning);
        do
        :: i < LOCKERS -> i++; assert(w[i].state == awake)
        :: else -> break
        od
    }
}
