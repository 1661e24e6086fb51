/* The flags of the word, the queue, and what a release does with them: parking_table.cpp, serving.hpp,
 * keep_slice().
 *
 * Invariant 1  No sleeper beside a permit: check(), whenever the bucket is unlocked.
 * Invariant 2  Nobody overtakes a first waiter that reserves, and nobody is given twice: take().
 * Invariant 3  Nobody touches an object that may be destroyed: touch().
 * Because      A step (atomic or d_step) makes one access to the word at most. A loop around a
 *              compare-and-swap is one step, its last round. What is done to the queue under the bucket's
 *              lock joins the access beside it; `bucket` stays set from step to step where a locked region
 *              makes several accesses.
 * Checked by   models/run
 * Source       README.md beside this: what the names stand for, and why what is left out may be left out.
 *
 * The including file defines: ACQUIRERS, processes 1 to ACQUIRERS, each a thread that acquires; FREE, how
 * many may be taken; put(x), which writes into the word that x takes; STRICT; HAS_OWNER. Options: SPINS;
 * SLICES, how many may end (0: none); LEAVING, calls may have a limit and a stop token; LOOP, threads call
 * again and again, and slices have no end.
 */
#include "mutants.pml"

#ifdef MUTANTS
byte chosen_mutant;
#define mutant(name) (chosen_mutant == name)
#else
#define mutant(name) false
#endif

#ifndef SLICES
#define SLICES 0
#endif
#ifdef LOOP
#define SLICE 0
#else
#define SLICE 1
#endif

bit queued;
bit reserved;
bit spinning;

#define awake 0
#define parked 1
#define called 2
#define granted 3

typedef waiter {
    unsigned state : 2;
    unsigned wanted : 2;
    unsigned is_reserving : 1;
    unsigned is_patient : 1;
    unsigned is_stopped : 1;
    unsigned may_leave : 1;  /* its call has a limit and a stop token */
    unsigned has : 1;        /* ghost: it took permits or was granted them, and has not given them back */
    unsigned leaves : 1;     /* ghost: it has the bucket's lock, and will leave with nothing */
    unsigned deaf : 1;       /* mutants only: its wake-up was forgotten */
    unsigned late : 1        /* mutants only: it joined with `spinning` still to be cleared */
};

waiter w[ACQUIRERS + 1];  /* w[0] stands for nobody */
byte queue[ACQUIRERS];    /* oldest first; the unused end is 0 */
byte length;
bit bucket;               /* the bucket is locked */
bit hands_over;           /* argument of the serve() that runs; 0 while the bucket is unlocked */

/* Ghosts: who is on the way to the queue, and who keeps the object alive. */
byte visitors;  /* releases that found `queued` and have not locked the bucket yet */
byte spinners;  /* threads that set `spinning` and have neither taken nor joined the queue */
byte users;     /* threads that are inside a call during which nobody may destroy the object, or before it */
byte slices;    /* slices that have ended */
byte granted_early;  /* mutants only: it stands in the queue still */

hidden byte at;
hidden byte rest;

#define self w[_pid]
#define head queue[0]
#define is_first (head == _pid)
#define can_take(n) (FREE >= (n))
#define reserves(x) (w[x].is_reserving || STRICT || (!HAS_OWNER && w[x].wanted > 1))
#define is_timed(x) (w[x].is_patient && !w[x].is_reserving && !mutant(patience_for_ever))

inline touch() { assert(users > 0) }

/* Invariant 1 of waiting.hpp in its three cases; what it is for; and that the flags tell the truth. */
inline check()
{
    if
    :: !bucket ->
        assert(length == 0 || queued || w[head].state != parked || is_timed(head));
        assert(length == 0 || w[head].state != parked || is_timed(head) || !can_take(w[head].wanted) ||
               visitors > 0 || spinners > 0);
        assert(!queued || length > 0);
        assert(reserved == (length > 0 && reserves(head)));
        assert(!spinning || spinners > 0)
    :: else
    fi
}

/* Takes from the word for x, which wants it or to which it is granted. */
inline take(x)
{
    assert(length == 0 || head == x || !reserves(head) || w[head].leaves);
    assert(!w[x].has);
    w[x].has = 1;
    put(x)
}

/* --- The queue (parking_table.cpp) */

inline push()
{
    queue[length] = _pid;
    length++
}

inline remove(x)
{
    at = 0;
    do
    :: queue[at] != x -> at++
    :: else -> break
    od;
    length--;
    do
    :: at < length -> queue[at] = queue[at + 1]; at++
    :: else -> break
    od;
    queue[at] = 0
}

inline call(x)
{
    w[x].deaf = (mutant(call_wakes_nobody) && w[x].state == parked);
    w[x].state = called
}

inline grant(x)
{
    w[x].deaf = (mutant(grant_wakes_nobody) && w[x].state == parked);
    w[x].state = granted
}

/* --- The releaser's side (serving.hpp) */

/* flags_for() the first waiter, as a part of a step that accesses the word, or as set_flags(). */
inline write_flags()
{
    queued = (length > 0);
    reserved = (length > 0 && reserves(head))
}

inline call_takers()
{
    rest = FREE;
    if
    :: rest > 0 && (spinning || mutant(discount_for_nobody)) -> rest--
    :: else
    fi;
    at = 0;
    do
    :: at < length && w[queue[at]].wanted <= rest ->
        rest = rest - w[queue[at]].wanted;
        if
        :: w[queue[at]].state == parked -> call(queue[at])
        :: else
        fi;
        at++
    :: else -> break
    od
}

inline unlock()
{
    bucket = 0;
    hands_over = 0
}

/* One round of the loop in serve(): one access. Unlocks the bucket if it is the last round. */
inline serve_once()
{
    d_step {
        touch();
        if
        :: granted_early != 0 ->
            assert(w[granted_early].state == granted);  /* else its call has returned: the waiter is gone */
            remove(granted_early);
            granted_early = 0;
            write_flags()
        :: else
        fi;
        if
        :: length == 0 -> unlock()  /* only a mutant comes here */
        :: else ->
            if
            :: !reserved && (!hands_over || spinning) -> call_takers(); unlock()
            :: (reserved || (hands_over && !spinning)) && !can_take(w[head].wanted) -> unlock()
            :: else ->
                rest = head;
                take(rest);
                grant(rest);
                if
                :: mutant(grant_before_remove) -> granted_early = rest
                :: else -> remove(rest); write_flags()
                fi;
                if
                :: granted_early == 0 && ((length == 0 && !mutant(touch_after_last_grant)) ||
                                          mutant(serve_grants_one)) -> unlock()
                :: else
                fi
            fi
        fi;
        check()
    }
}

/* Entered with the bucket locked and somebody in the queue; left with the bucket unlocked. */
inline serve()
{
    do
    :: atomic {
           bucket -> serve_once();
           if
           :: !bucket -> break
           :: else
           fi
       }
    od
}

#define SLICE_MAY_START (w[head].state == parked && (w[head].is_patient || mutant(slice_over_untimed)) && \
                         (!reserved || mutant(slice_over_reserved)))

/* after_release() up to its first access: start_slice(), or the first round of serve(). The bucket is ours
 * or free, and the queue not empty. Whether a releaser comes back (`returning`) is a free choice, but for
 * owners: they do. An owner may leave the flag for a turn in which it measures, or share its slice. */
inline after_release()
{
    if
    :: SLICE_MAY_START -> d_step { touch(); queued = 0; unlock(); check() }
    :: HAS_OWNER && SLICE_MAY_START -> d_step { touch(); unlock(); check() }
    :: HAS_OWNER && SLICE_MAY_START -> bucket = 1; call(head); serve_once()
    :: !SLICE_MAY_START -> bucket = 1; serve_once()
    :: !HAS_OWNER -> bucket = 1; hands_over = 1; serve_once()
    fi
}

/* keep_slice() when a slice is due, and abandon(). Whose slice it is makes no difference, so one process
 * does it for all threads, SLICES times at most: it calls the first waiter, or ends the slice; or it is
 * never due again. */
proctype slice_keeper()
{
end:    if
        :: atomic {
               slices < SLICES && !bucket && length > 0 && w[head].state == parked ->
                   d_step { slices = slices + SLICE; call(head); check() }
                   goto end
           }
        :: atomic {
               slices < SLICES && !bucket && length > 0 ->
                   d_step { slices = slices + SLICE; touch(); write_flags(); bucket = 1 }
           }
        :: atomic { slices < SLICES -> slices = SLICES; goto end }
        fi;
        serve();
        goto end
}
