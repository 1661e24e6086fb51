/* The condition variable and its move onto the mutex: condition_waiting.hpp above a mutex with a queue.
 *
 * Invariant 1  At most one owns the mutex: put().
 * Invariant 2  No notification is lost, none counts twice: who was moved reports that it was notified, and
 *              nobody else does: finish(). Who waits for what is so already does not wait: the end of `init`.
 * Invariant 3  No sleeper beside a free mutex: check().
 * Invariant 4  Nobody touches the condition after all were notified: touch().
 * Because      WAITERS wait until `is_so`, which NOTIFIERS write under the mutex before they notify, one
 *              thread or (ALL) all. With LEAVING a wait may time out or be stopped at any moment. The one
 *              who finds that nobody will use the condition any more destroys it at once. With ALL an unlock
 *              or a notify may call all that were moved before their turn, any number of times. Spinning
 *              and slices of the mutex are left to mutex.pml.
 * Checked by   models/run
 * Source       README.md beside this
 */
#ifdef MUTANTS
byte chosen_mutant;
#define mutant(name) (chosen_mutant == name)
#else
#define mutant(name) false
#endif
#include "mutants.pml"

#define THREADS (WAITERS + NOTIFIERS)

#define awake 0
#define parked 1
#define called 2
#define granted 3

#define nowhere 0
#define at_condition 1
#define at_mutex 2

typedef waiter {
    unsigned state : 2;
    unsigned place : 2;
    unsigned is_reserving : 1;
    unsigned is_stopped : 1;
    unsigned is_moved : 1;    /* ghost */
    unsigned is_back : 1;     /* it goes on to lock the mutex after its wait */
    unsigned has_failed : 1   /* it was not notified */
};

waiter w[THREADS + 1];
byte queue[THREADS];     /* of the mutex */
byte length;
byte sleepers[WAITERS];  /* of the condition */
byte asleep;
bit bucket;              /* of the mutex */
bit place_lock;          /* of the condition */
bit known;               /* the condition knows the mutex: somebody waits */

byte owner;
bit queued;
bit reserved;

bit is_so;               /* what all wait for, under the mutex */
bit is_destroyed;
byte users;              /* ghost: threads that may still touch the condition: once notified, none does */

hidden byte at;
hidden byte rest;
hidden byte early;       /* the chosen policy of one unlock or notify */

#define self w[_pid]
#define head queue[0]
#define is_first (head == _pid)

inline touch() { assert(!is_destroyed) }

inline part()
{
    users--;
    is_destroyed = (users == 0)
}

inline check()
{
    if
    :: !bucket ->
        assert(length == 0 || queued || w[head].state != parked);
        assert(length == 0 || w[head].state != parked || owner != 0);
        assert(!queued || length > 0);
        assert(reserved == (length > 0 && w[head].is_reserving))
    :: else
    fi
}

inline put(x)
{
    assert(owner == 0 && (!reserved || head == x));
    owner = x
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

inline remove_sleeper(x)
{
    at = 0;
    do
    :: sleepers[at] != x -> at++
    :: else -> break
    od;
    asleep--;
    do
    :: at < asleep -> sleepers[at] = sleepers[at + 1]; at++
    :: else -> break
    od;
    sleepers[at] = 0
}

inline write_flags()
{
    queued = (length > 0);
    reserved = (length > 0 && w[head].is_reserving)
}

/* serve(), with the bucket locked: it is one access, since a mutex is given once. */
inline serve()
{
    if
    :: length > 0 && owner == 0 && !reserved ->
        if
        :: w[head].state == parked -> w[head].state = called
        :: else
        fi
    :: length > 0 && owner == 0 && reserved ->
        rest = head;
        put(rest);
        remove(rest);
        write_flags();
        w[rest].state = granted
    :: else
    fi
}

/* Whether call_early() comes next: with ALL, as somebody pleases. */
inline choose_early()
{
#ifdef ALL
    if
    :: early = 1
    :: early = 0
    fi
#else
    early = 0
#endif
}

inline call_early()
{
    at = 0;
    do
    :: early && at < length ->
        if
        :: w[queue[at]].is_moved && w[queue[at]].state == parked -> w[queue[at]].state = called
        :: else
        fi;
        at++
    :: else -> break
    od;
    at = 0
}

/* wait_in_queue() of the mutex. The bucket is free, and self stands in its queue. */
inline look()
{
    if
    :: self.is_stopped ->  /* only a mutant comes here: a moved one has nothing to do with its limit */
        d_step { remove(_pid); write_flags(); serve(); check() }
        self.has_failed = 1;
        goto finish
    :: !self.is_stopped && owner == 0 && (is_first || (self.state == called && !reserved)) ->
        d_step { put(_pid); remove(_pid); write_flags(); self.state = awake; check() }
        goto locked
    :: else ->
        d_step {
            queued = 1;
            reserved = reserved || (is_first && self.is_reserving);
            self.state = parked;
            check()
        }
        goto end_at_mutex
    fi
}

/* unlock(): the write, and release_and_visit() in one step, for the bucket hides what lies between. */
inline let_go()
{
    atomic {
        !queued || !bucket;
        assert(owner == _pid);
        choose_early();
        d_step {
            owner = 0;
            if
            :: queued -> write_flags(); serve(); call_early()
            :: else
            fi;
            check()
        }
    }
}

inline unlock_conditions()
{
    place_lock = 0;
    bucket = 0
}

proctype user()
{
lock:   if
        :: atomic { owner == 0 && !reserved -> d_step { put(_pid); check() } goto locked }
        :: atomic {
               !bucket ->
                   d_step { queue[length] = _pid; length++; self.place = at_mutex; self.state = called }
                   look()
           }
        fi;

end_at_mutex:
        if
        :: atomic { self.state == granted -> self.state = awake; goto locked }
        :: atomic {
               !bucket && self.state == called -> self.is_reserving = self.is_reserving || is_first; look()
           }
        fi;

locked: atomic {
            self.is_reserving = 0;
            self.place = nowhere;
            assert(owner == _pid);
            if
            :: _pid > WAITERS -> is_so = 1; goto notify
            :: _pid <= WAITERS && (self.is_back || is_so) -> goto finish
            :: else -> self.is_back = 1
            fi
        }
        if
        :: mutant(join_after_unlock) -> let_go()
        :: else
        fi;
        atomic {  /* join() */
            !place_lock ->
                touch();
                sleepers[asleep] = _pid;
                asleep++;
                known = 1;
                self.place = at_condition;
                self.state = parked
        }
        if
        :: !mutant(join_after_unlock) -> let_go()
        :: else
        fi;

end_asleep:
        if
        :: atomic { self.state == granted -> self.state = awake; goto locked }  /* moved, and served */
        :: atomic {
               self.state == called && self.place == at_mutex && !bucket ->
                   self.is_reserving = self.is_reserving || is_first;
                   look()
           }
#ifdef LEAVING
        :: atomic {  /* leaves(): its time is over, or a stop has called it */
               !place_lock && (self.place == at_condition || mutant(leave_though_moved)) ->
                   if
                   :: self.place == at_condition ->
                       touch();
                       d_step {
                           remove_sleeper(_pid);
                           known = (asleep > 0);
                           self.place = nowhere;
                           self.is_stopped = 0;
                           self.state = awake
                       }
                   :: else  /* only a mutant */
                   fi;
                   self.has_failed = 1;
                   goto lock
           }
        :: atomic {  /* stop() */
               !place_lock && !self.is_stopped && (self.place == at_condition || mutant(stop_though_moved)) ->
                   self.is_stopped = 1;
                   self.state = called;
                   goto end_asleep
           }
#endif
        fi;

notify: if
        :: owner == _pid -> let_go()  /* it may notify before its unlock, or after */
        :: true
        fi;
        if
        :: atomic { !known -> part(); goto notified }
        :: atomic { known && !place_lock && !bucket -> place_lock = 1; bucket = 1 }
        fi;
        atomic {  /* move_waiters() */
            touch();
            d_step {
                rest = length;
                do
                :: asleep > 0 ->
                    w[sleepers[0]].place = at_mutex;
                    w[sleepers[0]].is_moved = 1;
                    users--;
                    w[sleepers[0]].is_stopped = (mutant(move_keeps_stop) -> w[sleepers[0]].is_stopped : 0);
                    queue[length] = sleepers[0];
                    length++;
                    remove_sleeper(sleepers[0]);
#ifndef ALL
                    break
#endif
                :: else -> break
                od;
                known = (asleep > 0);
                part();
                if
                :: rest == 0 && length > 0 && !mutant(move_writes_no_flags) -> write_flags()
                :: else
                fi
            }
        }
        atomic {
            choose_early();
            d_step {
                if
                :: !mutant(move_serves_nobody) -> serve()
                :: else
                fi;
                if
                :: owner == 0 && !mutant(move_serves_nobody) -> call_early()
                :: else
                fi;
                unlock_conditions();
                check()
            }
            if
            :: mutant(notify_touches_late) -> goto late
            :: else -> goto notified
            fi
        }
late:   touch();
notified:
        if
        :: owner == _pid -> let_go()
        :: else
        fi;
        goto end_done;

finish: atomic {  /* the wait has ended, with the mutex locked */
            assert(!self.is_moved || !self.has_failed);
            assert(self.is_moved || self.has_failed || !self.is_back);
            assert(owner == _pid)
        }
        if
        :: atomic { self.is_moved -> skip }
        :: atomic { !self.is_moved -> part() }
        fi;
        let_go();
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
        users = THREADS;
        do
        :: i < THREADS -> i++; run user()
        :: else -> break
        od
    }
    timeout;
    assert(!bucket && !place_lock && owner == 0 && length == 0 && !queued && !reserved);
    assert(asleep == 0)
}
