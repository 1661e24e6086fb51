/* The counting semaphore: permit_word.hpp, and release() of semaphore.hpp and semaphore.cpp, above the
 * queue.
 *
 * Invariant 1  Never more permits are out than there are: put().
 * Invariant 2  A release fails only if it would go past the capacity, and then nobody else notices:
 *              `owed`, the permits that are out if mistaken releases count for nothing.
 * Because      WAITERS acquire, RELEASERS release (signalling), WORKERS do both (exclusion), CULPRITS
 *              release what nobody acquired; with LOOP workers do it for ever. Threads of one kind that
 *              act once begin in the order of their numbers, which leaves out only what differs by their
 *              names.
 * Lifetime     The object may be destroyed once every acquire has returned and every release has done its
 *              write.
 * Checked by   models/run
 */
#ifndef CAPACITY
#define CAPACITY 3
#endif
#ifndef INITIAL
#define INITIAL 0  /* permits that are free at first */
#endif
#ifndef WAITERS
#define WAITERS 0
#endif
#ifndef WORKERS
#define WORKERS 0
#endif
#ifndef RELEASERS
#define RELEASERS 0
#endif
#ifndef CULPRITS
#define CULPRITS 0
#endif
#ifndef MOST
#define MOST 1  /* an acquire asks for 1 or, if this is 2, for 1 or 2 */
#endif
#ifndef RELEASED
#define RELEASED 1  /* what one of the RELEASERS or CULPRITS releases */
#endif
#ifdef FIFO
#define STRICT true
#else
#define STRICT false
#endif

#define ACQUIRERS (WAITERS + WORKERS)
#define HAS_OWNER false
#define FREE (out >= 0 || mutant(mistake_can_be_taken) -> CAPACITY - out : 0)

#define IS_SETTLING (out < 0)
#define is_to_be_had(n) (CAPACITY - owed >= (n))

short out = CAPACITY - INITIAL;
short owed = CAPACITY - INITIAL;
byte waiters_begun;
byte workers_begun;
byte releasers_begun;

inline put(x)
{
    out = out + w[x].wanted;
    owed = owed + w[x].wanted;
    assert(owed <= CAPACITY)
}

#include "waiting.pml"

inline begin()
{
    if
#ifdef LOOP
    :: true
#else
    :: _pid == waiters_begun + 1 && _pid <= WAITERS -> waiters_begun++
    :: _pid == WAITERS + workers_begun + 1 && _pid <= ACQUIRERS -> workers_begun++
#endif
    fi;
    if
    :: self.wanted = 1
    :: MOST > 1 -> self.wanted = 2
    fi;
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

/* The call has what it wanted. A waiter keeps it. */
inline got()
{
    if
    :: _pid <= WAITERS -> self.has = 0; self.wanted = 0; part()
    :: else
    fi
}

inline refused()
{
    assert(!self.has);
    self.wanted = 0;
    part()
}

inline forget_wanted()
{
    if
    :: _pid <= ACQUIRERS -> self.wanted = 0
    :: else
    fi
}

/* The write of a release: what it releases is out no more, unless it was not out. */
inline write_release(n)
{
    out = out - (n);
    if
    :: _pid <= ACQUIRERS -> self.has = 0
    :: else
    fi;
    if
    :: out >= 0 -> owed = owed - (n); assert(owed >= 0); forget_wanted(); part()
    :: else -> assert(owed < (n))
    fi
}

#define MAY_RELEASE (_pid <= ACQUIRERS || _pid == ACQUIRERS + releasers_begun + 1)

/* release(). Ends at the label `end_done`. */
inline release(n)
{
        if
        :: atomic {
               MAY_RELEASE && (!mutant(release_looks_first) || queued) ->
                   releasers_begun = releasers_begun + (_pid > ACQUIRERS);
                   touch();
                   if
                   :: (n) > 1 && out < (n) && !mutant(many_are_added_blindly) ->  /* release_many() throws */
                       assert(owed < (n));
                       part();
                       goto end_done
                   :: else ->
                       d_step { write_release(n); visitors = visitors + (out >= 0 && queued); check() }
                       if
                       :: out < 0 -> goto mistaken
                       :: out >= 0 && queued && !mutant(release_visits_nobody) -> goto visit
                       :: else -> goto end_done
                       fi
                   fi
           }
        :: atomic {
               mutant(release_looks_first) && MAY_RELEASE && !queued ->
                   releasers_begun = releasers_begun + (_pid > ACQUIRERS);
                   goto blind
           }
        fi;

blind:  atomic { write_release(n); check(); goto end_done };

mistaken:  /* taken back; who throws has let nobody in, so that it may still read the word for its message */
        if
        :: atomic {
               d_step {
                   out = out + (n);
                   forget_wanted();
                   visitors = visitors + (queued && !mutant(mistake_visits_nobody));
                   part();
                   check()
               }
               if
               :: queued && !mutant(mistake_visits_nobody) -> goto visit
               :: else -> goto end_done
               fi
           }
        fi;

visit:
        if
        :: atomic {
               !bucket ->
                   visitors--;
                   if
                   :: length == 0 && mutant(visit_touches_always) -> touch(); goto end_done
                   :: length == 0 && !mutant(visit_touches_always) -> check(); goto end_done
                   :: else -> after_release()
                   fi;
                   if
                   :: !bucket -> goto end_done
                   :: else
                   fi
           }
        fi;
        serve();
        goto end_done
}

proctype waiting_thread()
{
        acquire();
acquired: end_gone:
        false
}

proctype working_thread()
{
again:  acquire();
acquired:
        release(self.wanted);
#ifdef LOOP
end_gone: end_done:
        goto again
#else
end_gone: end_done:
        false
#endif
}

proctype releasing_thread(byte n)
{
        release(n);
end_done:
        false
}

init
{
    byte i;
    atomic {
#ifdef MUTANTS
        c_code { now.chosen_mutant = getenv("MUTANT") ? atoi(getenv("MUTANT")) : 0; };
#endif
        users = ACQUIRERS + RELEASERS + CULPRITS;
        do
        :: i < WAITERS -> i++; run waiting_thread()
        :: i >= WAITERS && i < ACQUIRERS -> i++; run working_thread()
        :: i >= ACQUIRERS && i < ACQUIRERS + RELEASERS + CULPRITS -> i++; run releasing_thread(RELEASED)
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
        assert(!bucket && visitors == 0 && spinners == 0 && out == owed);
        assert(length == 0 || !can_take(w[head].wanted));
#ifdef LOOP
        assert(false);
#endif
        assert(length == 0 || WORKERS < ACQUIRERS || CULPRITS > 0);
        do
        :: i < ACQUIRERS -> i++; assert(w[i].state == awake || (w[i].state == parked && !w[i].is_stopped))
        :: else -> break
        od
    }
}
