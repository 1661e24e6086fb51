/* How a thread gets what is not free: waiting.hpp, spinning.hpp, queuing.hpp, for any cell.
 *
 * Invariant 1  A call that returns `acquired` has what it wanted, any other has nothing:
 *              return_from_queue().
 * Because      What decides speed alone is a free choice, so that the invariants hold for every policy:
 *              who spins and for how long, who is patient, who was expelled, when a timer fires, who has a
 *              limit, when it is over.
 * Checked by   models/run
 * Source       README.md beside this
 *
 * The including file defines begin(), got() and refused(): what a thread does as it begins and ends a
 * call, in the same step. A call ends at the label `acquired` or `end_gone` of the process that makes it.
 */
#include "serving.pml"

#ifdef SPINS
#define MAY_SPIN (!STRICT && !spinning && (HAS_OWNER || (!reserved && self.wanted == 1)))
#define MAY_SPIN_IN_QUEUE (is_first && reserves(_pid))
#else
#define MAY_SPIN false
#define MAY_SPIN_IN_QUEUE false
#endif

#if SLICES > 0
#define MAY_BE_PATIENT (!STRICT)
#else
#define MAY_BE_PATIENT false
#endif

#ifdef LEAVING
#define MAY_LEAVE self.may_leave
#else
#define MAY_LEAVE false
#endif

/* When a sleep may end by itself. Whom a stop should have called has a limit that never ends. */
#define SLEEP_IS_OVER ((MAY_LEAVE && !self.is_stopped) || is_timed(_pid))

/* The end of run(): the waiter on the stack is gone. */
inline return_from_queue()
{
    d_step {
        self.state = awake;
        self.is_reserving = 0;
        self.is_patient = 0;
        self.is_stopped = 0;
        self.may_leave = 0;
        self.leaves = 0
    }
    if
    :: self.has -> got(); goto acquired
    :: else -> refused(); goto end_gone
    fi
}

/* After an access in which the thread left the queue: serves those that remain. */
inline serve_the_rest()
{
    if
    :: length > 0 && !(self.has && mutant(take_serves_nobody)) &&
           !(!self.has && mutant(leave_serves_nobody)) ->
        bucket = 1;
        goto serving
    :: else -> d_step { unlock(); check() } return_from_queue()
    fi
}

/* may_pass_: it was called, or has just come (which look() sees by its state as well). */
#define MAY_TAKE (is_first || (self.state == called && !reserved) || mutant(take_passes_first))

/* One round of the loop in wait_in_queue(), or its part up to the second access: take_or_flag(), then
 * leave() or sleep or spin. The bucket was free; self stands in the queue. */
inline look()
{
    if
    :: self.is_stopped -> self.leaves = 1; bucket = 1; goto leaving
    :: !self.is_stopped && MAY_TAKE && can_take(self.wanted) && !mutant(park_without_look) ->
        d_step {
            take(_pid);
            if
            :: !mutant(take_stays_in_queue) -> remove(_pid)
            :: else
            fi;
            if
            :: !mutant(take_leaves_flags) -> write_flags()
            :: else
            fi
        }
        serve_the_rest()
    :: else ->
        d_step {
            queued = queued || (is_first && !mutant(park_without_flag));
            reserved = reserved || (is_first && reserves(_pid))
        }
        if
        :: MAY_LEAVE && (!IS_SETTLING || mutant(leave_while_settling)) ->
            assert(!MAY_TAKE || !is_to_be_had(self.wanted));
            self.leaves = 1; bucket = 1; goto leaving
        :: d_step { self.state = parked; check() } goto end_in_queue
        :: MAY_SPIN_IN_QUEUE -> d_step { self.state = awake; check() } goto end_in_queue
        fi
    fi
}

/* run() until it has joined the queue and looked. The bucket is free. Who stands aside is patient, and
 * does not pass by others; who has spun may be patient, and may pass. */
inline join(has_spun)
{
    d_step {
        push();
        self.is_patient = (length > 1 && w[head].is_patient);
        self.state = called
    }
    if
    :: true
    :: MAY_BE_PATIENT && has_spun -> self.is_patient = 1
    :: MAY_BE_PATIENT && !has_spun -> self.is_patient = 1; self.state = awake
    fi;
    if
    :: mutant(spinner_passes_nobody) && has_spun -> self.state = awake
    :: else
    fi;
    if
    :: true
    :: MAY_LEAVE -> self.is_stopped = 1
    fi;
    look()
}

/* reconsider(): the first waiter reserves if it was called, or if its patience is over (a timer may be
 * early). That it was called, look() sees by its state. */
inline reconsider()
{
    if
    :: is_first && (self.state == called || (self.state == parked && self.is_patient)) ->
        self.is_reserving = 1
    :: !is_first || self.state == awake || self.state == parked
    fi
}

/* acquire(). Whoever was expelled, or finds nothing free, joins the queue; since anybody may have been
 * expelled, anybody may join it at once. */
inline acquire()
{
        if
        :: atomic {
               begin();
               if
               :: can_take(self.wanted) && (!reserved || mutant(newcomer_takes_reserved)) ->
                   d_step { take(_pid); self.may_leave = 0; check() }
                   got();
                   goto acquired
               :: MAY_SPIN -> spinning = 1; spinners++; goto spin
               :: !bucket -> join(false)
               fi
           }
        fi;

spin:   if
        :: atomic {
               can_take(self.wanted) && (!reserved || mutant(spinner_takes_reserved)) ->
                   d_step { spinning = 0; spinners--; take(_pid); self.may_leave = 0; check() }
                   got();
                   goto acquired
           }
        :: atomic { !mutant(spinner_clears_late) -> spinning = 0; goto gave_up }
        :: atomic { mutant(spinner_clears_late) -> self.late = 1; goto gave_up }
        fi;

gave_up:
        if
        :: atomic { !bucket -> spinners--; join(true) }
        :: atomic { mutant(spinner_leaves) && MAY_LEAVE -> spinners--; check(); refused(); goto end_gone }
        fi;

end_in_queue:
        if
        :: atomic { self.state == granted && !self.deaf -> return_from_queue() }
        :: atomic {
               !bucket && !self.deaf && self.state != granted &&
                   (self.state != parked || SLEEP_IS_OVER) ->
                   reconsider();
                   look()
           }
        :: atomic {  /* stop() */
               MAY_LEAVE && !bucket && !self.is_stopped &&
                   (self.state != granted || mutant(stop_forgets_grant)) ->
                   d_step {
                       self.is_stopped = 1;
                       if
                       :: !mutant(stop_calls_nobody) -> call(_pid)
                       :: else
                       fi;
                       check()
                   }
                   goto end_in_queue
           }
        :: atomic {
               mutant(leave_forgets_grant) && MAY_LEAVE && !bucket && self.state == granted ->
                   refused();
                   goto end_gone
           }
        :: atomic { self.late -> self.late = 0; spinning = 0; check(); goto end_in_queue }
        fi;

leaving:
        if
        :: atomic {
               d_step {
                   remove(_pid);
                   if
                   :: !mutant(leave_leaves_flags) -> write_flags()
                   :: else
                   fi
               }
               serve_the_rest()
           }
        fi;

serving:
        do
        :: atomic {
               serve_once();
               if
               :: !bucket -> return_from_queue()
               :: else
               fi
           }
        od
}
