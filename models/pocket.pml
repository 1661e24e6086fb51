/* Permits that rest: resting.hpp, resting.cpp, with the room of room.hpp and the recovery above.
 *
 * Invariant 1  In the books, free + what the cells have = PERMITS, after every access; who is alive has no
 *              more than that: check().
 * Invariant 2  A permit that rests is taken once: check().
 * Invariant 3  No sleeper beside a permit: when nothing can move, everybody alive has had its turns, and
 *              nothing waits for a lock of the dead: the end of init.
 * Because      THREADS processes with a thread each take a permit, wait for it if they must, and give it
 *              back, TURNS times; DEATHS of them are killed, each at any step. An operation of the ledger is
 *              one step (ledger.pml). A plain store of `resting` or `empty` lies in the processor's store
 *              buffer until the memory takes it, at any later step; what its thread reads of its own pocket
 *              comes from there, and a locked instruction empties it. The heavy barrier empties the buffer of
 *              everybody else: the light side is before its store, or its store is seen, or it will see
 *              `closing`.
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

#include "room.pml"

proctype user()
{
    byte turns, i, task, lost, seen, next;

    {
    turns = TURNS;

acquire:
    atomic {
        if
        :: turns > 0 && mine == resting -> turns--
        :: turns > 0 && mine != resting -> turns--; goto claim
        :: turns == 0 -> goto end_idle
        fi
    }
    if
    :: atomic { pockets != open -> goto claim }
    :: atomic {  /* take_again(): the compare-and-swap */
           pockets == open ->
               drain(_pid);
               if
               :: self.pocket == resting -> self.pocket = in_use; self.has = 1; check(); goto release
               :: else -> goto claim
               fi
       }
    fi;

claim:
    if
    :: atomic {
           mine == resting -> drain(_pid);
           if
           :: self.pocket == resting -> self.pocket = in_use; turns++; goto give  /* and comes again */
           :: else -> goto claim
           fi
       }
    :: atomic { mine == seizing && !mutant(claim_ignores_seizing) && lock_for(to_gather) }
    :: atomic {  /* note_alone() */
           pockets == closed && mine != resting && mine != seizing && lock_for(to_open)
       }
    :: atomic {
           mine == empty || mine == seized || (mine == seizing && mutant(claim_ignores_seizing)) ->
               drain(_pid); self.buffer = in_use
       }
    fi;
    if
    :: atomic { free > 0 -> drain(_pid); free--; self.books++; self.has = 1; check(); goto release }
    :: atomic { free == 0 && lock_for(to_wait) }
    fi;

end_asleep:
    atomic { (self.is_called || is_anybody_left_behind) && lock_for(to_wait) }

release:  /* put_down() */
    if
    :: atomic { pockets != open -> goto give }
    :: pockets == open
    fi;
    atomic { drain(_pid); self.has = 0; self.buffer = resting };
    if
    :: atomic { pockets == open || mutant(put_down_looks_first) -> goto acquire }
    :: atomic {  /* pick_up() */
           pockets != open -> drain(_pid);
           if
           :: self.pocket == resting || mutant(pick_up_blindly) -> self.pocket = in_use; goto give
           :: else -> goto acquire
           fi
       }
    fi;

give:   /* put_back() */
    atomic {
        drain(_pid); self.has = 0;
        if
        :: mutant(give_asks_first) -> next = serve_from
        :: else
        fi
    }
    atomic {
        self.books--; free++; i = queued && !mutant(give_calls_nobody); seen = free;
        check();
        self.buffer = empty  /* nobody else looks at a pocket in use */
    }
    atomic {  /* after_release() */
        if
        :: !mutant(give_asks_first) -> next = serve_from
        :: else
        fi;
        if
        :: seen < next -> i = 0
        :: else
        fi;
        seen = 0; next = 0
    }
    if
    :: atomic { i == 0 -> goto acquire }
    :: atomic { i == 1 && room != 0 -> i = 0; drain(_pid); again = 1; goto acquire }
    :: atomic { i == 1 && room == 0 -> i = 0; drain(_pid); room = _pid; task = to_serve; goto locked }
    fi;

locked:
    atomic {
        lost = 0;
        if
        :: is_left_behind(1) -> lost = 1
        :: is_left_behind(2) -> lost = 2
        :: is_left_behind(THREADS) -> lost = THREADS
        :: else ->
            if
            :: task == to_wait || task == to_gather -> goto gather
            :: task == to_serve -> goto serving
            :: task == to_open ->
                if
                :: !queued || mutant(open_beside_a_queue) -> pockets = open
                :: else
                fi;
                goto unlock
            :: task == to_recover -> goto unlock
            fi
        fi
    }

    /* recover() */
    atomic {
        drain(lost);
        t[lost].is_queued = 0;
        if
        :: mutant(recover_asks_the_pocket) && t[lost].pocket != in_use -> skip
        :: else -> free = free + t[lost].books; t[lost].books = 0
        fi;
        check()
    }
    atomic { t[lost].pocket = empty; t[lost].has = 0; if :: pockets == closing -> goto gather :: else fi }
recovered:
    t[lost].is_absent = 1;
    atomic {
        write_flag();
        if
        :: mutant(recover_calls_nobody) -> goto locked
        :: else -> goto serving
        fi
    }

gather:
    atomic {
        i = 1;
        if
        :: pockets == closed -> goto gathered
        :: pockets == open -> pockets = closing
        :: pockets == closing
        fi
    }
    atomic {  /* heavy_barrier() */
        if
        :: mutant(gather_without_barrier) -> skip
        :: else ->
            at = 1;
            do
            :: at <= THREADS -> drain(at); at++
            :: else -> break
            od
        fi;
        if
        :: mutant(closed_before_seizing) -> pockets = closed
        :: else
        fi
    }
seize:
    if
    :: atomic {
           i <= THREADS && t[i].pocket == resting ->
               t[i].pocket = (mutant(seized_before_the_books) -> seized : seizing)
       }
    :: atomic { i <= THREADS && t[i].pocket == seizing }
    :: atomic { i <= THREADS && t[i].pocket != resting && t[i].pocket != seizing -> i++; goto seize }
    :: atomic { i > THREADS -> pockets = closed; goto gathered }
    fi;
    atomic { free = free + t[i].books; t[i].books = 0; check() }
    atomic { t[i].pocket = seized; i++; goto seize }

gathered:
    atomic {
        i = 0;
        if
        :: lost > 0 -> goto recovered
        :: lost == 0 && task == to_gather -> goto unlock
        :: lost == 0 && task == to_wait ->
            if
            :: free > 0 ->
                free--; self.books++; self.has = 1; check();
                self.is_queued = 0; self.is_called = 0;
                write_flag();
                goto serving
            :: free == 0  /* too few: it joins, or stays */
            fi
        fi
    }
    if
    :: atomic { self.is_queued = 1; self.is_called = 0; queued = 1 }
    :: atomic { self.is_called; /* it looks once more without sleeping */ }
    fi;
    if  /* its last look */
    :: atomic { mutant(join_without_look) -> goto unlock }
    :: atomic { !mutant(join_without_look) -> skip }
    fi;

serving:  /* room::serve() */
    atomic { call_for(next) }
    atomic { serve_from = next }
    atomic {
        if
        :: free >= next && !mutant(serve_looks_once) -> goto serving
        :: else -> next = 0
        fi;
        if
        :: lost > 0 -> call_all(); goto locked
        :: else
        fi
    }

unlock:
    atomic {
        if
        :: again && !mutant(unlock_forgets_again) -> again = 0
        :: else -> room = 0; again = 0;
            if
            :: task == to_wait && self.is_queued -> task = 0; goto end_asleep
            :: task == to_wait && !self.is_queued -> task = 0; goto release
            :: task == to_serve -> task = 0; goto acquire
            :: task == to_gather || task == to_open -> task = 0; goto claim
            :: task == to_recover -> task = 0; goto end_idle
            fi
        fi
    }
    goto serving;

end_idle:  /* whoever comes by recovers the dead */
    self.ends = 1;
end_waiting:
    atomic { is_anybody_left_behind && lock_for(to_recover) }
    } unless { self.is_dead -> end_dead: false }
}

init
{
    byte i;
    atomic {
#ifdef MUTANTS
        c_code { now.chosen_mutant = getenv("MUTANT") ? atoi(getenv("MUTANT")) : 0; };
#endif
        do
        :: i < THREADS -> i++; t[i].buffer = nothing; run user()
        :: else -> break
        od;
        run killer();
        run memory()
    }
    timeout;
    do
    :: i > 0 && killed < THREADS ->
        assert(t[i].is_dead || t[i].ends);
        assert(!t[i].is_dead || (t[i].is_absent && t[i].books == 0));
        i--
    :: i > 0 && killed == THREADS -> i--  /* nobody is left */
    :: else -> break
    od
}
