/* The shared mutex: shared_word.hpp, phases.hpp and shared_mutex.cpp above one queue of threads that write,
 * read, or hold for upgrade.
 *
 * Invariant 1  One writes and nobody reads, or any number read, one of them for upgrade: put().
 * Invariant 2  No sleeper beside what it could have: check().
 * Invariant 3  Nobody overtakes a parked first writer once readers are inside: put(), newcomer().
 * Invariant 4  A reader waits behind one writer's turn, and behind who raises: check().
 * Because      Each of THREADS threads makes one use of it, of a kind that is free: it writes, and may become
 *              a reader or the upgrader; it reads; it holds for upgrade, and may raise. With LEAVING each
 *              wait may end by its limit. A step makes one access to the word, as in serving.pml; slices and
 *              spinning, which have nothing to do with modes, are left to semaphore.pml and mutex.pml.
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

#define exclusive 1
#define shared_ 2
#define upgrade_ 3
#define raise 4

#define awake 0
#define parked 1
#define called 2
#define granted 3

typedef waiter {
    unsigned state : 2;
    unsigned mode : 3;
    unsigned is_reserving : 1;
    unsigned back : 2  /* where the thread that serves goes on */
};
#define to_acquired 0
#define to_refused 1
#define to_end 2
#define to_reading 3

waiter w[THREADS + 1];
byte queue[THREADS];
byte length;
bit bucket;

byte holder;    /* the word */
bit upgrade;
byte readers;
bit queued;
bit reserved;

byte visitors;  /* ghost: threads that will lock the bucket for what they have released */
byte begun;

hidden byte at;
hidden byte rest;

#define self w[_pid]
#define head queue[0]
#define is_first (head == _pid)
#define is_shared (readers > 0 || upgrade)
#define can_take(x) ((w[x].mode == exclusive && readers == 0 && holder == 0) || \
                     (w[x].mode == shared_ && (holder == 0 || upgrade)) || \
                     (w[x].mode == upgrade_ && (holder == 0 || (upgrade && mutant(two_upgraders)))) || \
                     (w[x].mode == raise && readers == 0))
#define reserves(x) (w[x].is_reserving || (is_shared && !mutant(writer_reserves_nothing) && \
                                           (w[x].mode != upgrade_ || holder == 0)))

#define stands(i) (i < length)
#define writers(i) (w[queue[i]].mode == exclusive || w[queue[i]].mode == upgrade_)

inline check()
{
    if
    :: !bucket ->
        assert((length > 0) == queued);
        assert(!reserved || length > 0);
        assert(length == 0 || w[head].state != parked || !can_take(head) || visitors > 0);
        assert(!stands(1) || w[queue[1]].mode != raise);
        assert(!stands(2) || w[queue[2]].mode != shared_ || writers(0) + writers(1) <= 1);
#if THREADS > 3
        assert(!stands(3) || w[queue[3]].mode != shared_ || writers(0) + writers(1) + writers(2) <= 1)
#endif
    :: else
    fi
}

inline put(x)
{
    assert(!reserved || head == x || w[x].mode == raise);
    if
    :: w[x].mode == exclusive -> assert(readers == 0 && holder == 0); holder = x
    :: w[x].mode == shared_ -> assert(holder == 0 || upgrade); readers++
    :: w[x].mode == upgrade_ -> assert(holder == 0); holder = x; upgrade = 1
    :: w[x].mode == raise -> assert(holder == x && upgrade && readers == 0); upgrade = 0
    fi
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

/* next_in_turn(): where the thread joins. */
inline push()
{
    at = length;
    if
    :: self.mode == raise && !mutant(raise_at_the_end) -> at = 0
    :: self.mode == shared_ && length > 0 && w[queue[length - 1]].mode != shared_ &&
           !mutant(reader_at_the_end) ->
        at = (w[head].mode != shared_ && reserves(head) -> 1 : 0);
        do
        :: at < length && w[queue[at]].mode == shared_ -> at++
        :: else -> break
        od
    :: else
    fi;
    rest = length;
    do
    :: rest > at -> queue[rest] = queue[rest - 1]; rest--
    :: else -> break
    od;
    queue[at] = _pid;
    length++
}

inline write_flags()
{
    queued = (length > 0);
    reserved = (length > 0 && reserves(head))
}

/* One round of serve(), with the bucket locked; unlocks it with the last one. */
inline serve_once()
{
    d_step {
        if
        :: length == 0 -> bucket = 0
        :: length > 0 && !reserved ->
            if
            :: can_take(head) && w[head].state == parked -> w[head].state = called
            :: else
            fi;
            bucket = 0
        :: length > 0 && reserved && !can_take(head) -> bucket = 0
        :: else ->
            rest = head;
            put(rest);
            remove(rest);
            write_flags();
            w[rest].state = granted;
            bucket = (length > 0 && !mutant(serve_lets_one_in))
        fi;
        check()
    }
}

/* After an access with which the thread left the queue: serves those that remain. */
inline serve_the_rest(where)
{
    if
    :: length > 0 -> self.back = where; bucket = 1; goto serving
    :: else -> check()
    fi
}

/* The bucket is free, and self stands in the queue. */
inline look()
{
    if
    :: (is_first || (self.state == called && !reserved)) && can_take(_pid) ->
        d_step { put(_pid); remove(_pid); write_flags(); self.state = awake }
        serve_the_rest(to_acquired);
        goto acquired
    :: else ->
        d_step {
            queued = 1;
            reserved = (is_first -> reserved || reserves(_pid) : reserved)
        }
        if
#ifdef LEAVING
        :: true ->
            d_step { remove(_pid); write_flags(); self.state = awake }
            if
            :: !mutant(writer_leaves_silently) -> serve_the_rest(to_refused)
            :: else -> check()
            fi;
            goto refused
#endif
        :: d_step { self.state = parked; check() } goto end_in_queue
        fi
    fi
}

/* What a change of mode found in the word: whether it will lock the bucket. */
inline see_queued()
{
    if
    :: queued && !mutant(downgrade_serves_nobody) -> self.back = to_reading; visitors++
    :: else -> self.back = to_end
    fi
}

proctype user()
{
begin:  if
        :: atomic { _pid == begun + 1 -> begun++; self.mode = exclusive }
        :: atomic { _pid == begun + 1 -> begun++; self.mode = shared_ }
        :: atomic { _pid == begun + 1 -> begun++; self.mode = upgrade_ }
        fi;

acquire:  /* take_free(), or raise(); anybody may have been expelled and queue at once */
        if
        :: atomic {
               can_take(_pid) && (!reserved || self.mode == raise || mutant(reader_passes_reserved)) ->
                   d_step {
                       /* newcomer: past a parked first writer no reader joins the others */
                       assert(self.mode != shared_ || readers == 0 || length == 0 || bucket ||
                              w[head].mode != exclusive || w[head].state != parked || visitors > 0);
                       put(_pid)
                   }
                   if
                   :: queued && !reserved && is_shared && self.mode != raise &&
                      !mutant(newcomer_serves_nobody) ->
                       visitors++;
                       goto share
                   :: else -> check(); goto acquired
                   fi
           }
        :: atomic { !bucket -> d_step { push() } self.state = called; look() }
        fi;

share:  atomic {  /* let_others_share() */
            !bucket ->
                visitors--;
                if
                :: length > 0 -> write_flags(); self.back = to_acquired; bucket = 1; goto serving
                :: else -> check(); goto acquired
                fi
        }

end_in_queue:
        if
        :: atomic { self.state == granted -> self.state = awake; goto acquired }
        :: atomic {
               !bucket && self.state == called ->
                   self.is_reserving = self.is_reserving || is_first;
                   look()
           }
#ifdef LEAVING
        :: atomic { !bucket && self.state == parked -> self.state = awake; look() }
#endif
        fi;

refused:  /* who raised in vain holds it for upgrade */
        atomic {
            self.is_reserving = 0;
            if
            :: self.mode == raise -> self.mode = upgrade_; goto let_go
            :: else -> goto end_done
            fi
        }

acquired:
        atomic {
            self.is_reserving = 0;
            if
            :: self.mode == shared_ -> goto read
            :: self.mode == upgrade_ -> goto let_go
            :: self.mode == upgrade_ -> self.mode = raise; goto acquire
            :: self.mode == upgrade_ -> goto become_reader
            :: self.mode == exclusive || self.mode == raise -> goto let_go
            :: self.mode == exclusive || self.mode == raise -> goto become_reader
            :: self.mode == exclusive || self.mode == raise -> goto become_upgrader
            fi
        }

become_reader:  /* downgrade(), unlock_upgrade_and_lock_shared() */
        atomic {
            assert(holder == _pid);
            self.mode = shared_;
            holder = 0;
            upgrade = 0;
            see_queued();
            if
            :: mutant(downgrade_in_two_steps) -> goto second_step
            :: else -> readers++; goto others_may_read
            fi
        }
second_step:
        atomic { assert(holder == 0 || upgrade); readers++; goto others_may_read }

become_upgrader:  /* unlock_and_lock_upgrade() */
        atomic {
            assert(holder == _pid); self.mode = upgrade_; upgrade = 1; see_queued();
            goto others_may_read
        }

others_may_read:  /* having seen `queued`, serve_queue() */
        if
        :: atomic { self.back == to_reading && !bucket ->
                        visitors--;
                        write_flags();
                        if
                        :: length > 0 -> self.back = to_reading; bucket = 1; goto serving
                        :: else -> check(); goto less
                        fi
           }
        :: atomic { self.back != to_reading -> check(); goto less }
        fi;
less:   if
        :: self.mode == shared_ -> goto read
        :: self.mode == upgrade_ -> goto let_go
        fi;

read:   atomic {  /* unlock_shared() */
            assert(readers > 0);
            readers--;
            if
            :: readers == 0 && queued && !mutant(last_reader_visits_nobody) -> visitors++
            :: else -> check(); goto end_done
            fi
        }
        atomic {
            !bucket ->
                visitors--;
                self.back = to_end;
                bucket = (length > 0);
                check();
                if
                :: bucket -> goto serving
                :: else -> goto end_done
                fi
        }

let_go: if
        :: atomic { !queued -> assert(holder == _pid); holder = 0; upgrade = 0; check(); goto end_done }
        :: atomic {
               queued && !bucket ->
                   holder = 0;
                   upgrade = 0;
                   self.back = to_end;
                   bucket = 1;
                   goto serving
           }
        fi;

serving:
        do
        :: atomic {
               serve_once();
               if
               :: bucket
               :: !bucket && self.back == to_acquired -> goto acquired
               :: !bucket && self.back == to_refused -> goto refused
               :: !bucket && self.back == to_reading -> goto less
               :: !bucket && self.back == to_end -> goto end_done
               fi
           }
        od;
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
        do
        :: i < THREADS -> i++; run user()
        :: else -> break
        od
    }
    timeout;
    assert(!bucket && length == 0 && holder == 0 && readers == 0 && visitors == 0 && !queued && !reserved)
}
