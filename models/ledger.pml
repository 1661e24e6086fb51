/* The ledger between processes: holder_ledger.hpp, ledger.cpp, and recovery.cpp above them.
 *
 * Invariant 1  What a cell has stands in its entry of the number that the word names, or else in its entry of
 *              the number that `settled` says: check().
 * Invariant 2  free + what all cells have + what is out = the capacity, after every access: check().
 * Invariant 3  A plain release that is refused could not have been done at the moment of its last look.
 * Invariant 4  When nothing can move, what the dead held is free: the end of init.
 * Because      HOLDERS processes recover the dead, and WORKERS of them take and give back permits as often as
 *              they like within OPERATIONS; DEATHS are killed, each at any step, also of a recovery. A step
 *              is one access to shared memory. Everything happens in the compare-and-swap of the word: there
 *              the ghosts `held` and `out` change, and check() finds them again in what has been written.
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

#ifndef CAPACITY
#define CAPACITY 2
#endif
#ifndef WORKERS
#define WORKERS HOLDERS
#endif
#define capacity_cell 0

#define take 1
#define give 2
#define take_plain 3
#define give_plain 4
#define take_back 5  /* what a dead process held */
#define resize 6
#define is_plain (what == take_plain || what == give_plain)

typedef holder_cell {
    byte value[2];
    byte number[2];
    byte settled
};

holder_cell c[HOLDERS + 1];
short free = CAPACITY;  /* the word: what is free, and the last operation */
byte who;
byte named;

byte room;              /* the lock of the waiting room: its holder */
bool dead[HOLDERS + 1];
bool absent[HOLDERS + 1];
byte killed;
bool is_resized;

byte held[HOLDERS + 1]; /* ghosts */
byte out;

hidden byte at;
hidden short sum;

#define number_of(i) (who == i -> named : c[i].settled)
#define value_of(i) c[i].value[number_of(i) % 2]
#define is_left_behind(i) (dead[i] && !absent[i])
#define is_same (free == seen && who == seen_who && named == seen_named)

inline check()
{
    sum = free + out;
    at = 1;
    do
    :: at <= HOLDERS ->
        assert(c[at].number[number_of(at) % 2] == number_of(at));
        assert(value_of(at) == held[at]);
        sum = sum + value_of(at);
        at++
    :: else -> break
    od;
    assert(sum == value_of(capacity_cell))
}

inline write_entry(where)
{
    c[cell].value[where] = (what == take -> value + n : (what == give -> value - n : n));
    c[cell].number[where] = number + 1;
    check()
}

/* The compare-and-swap of operate(), which has found the word unchanged: `more` becomes free. */
inline swap(more)
{
    free = free + more;
    if
    :: is_plain -> out = out - more
    :: else ->
        who = cell;
        named = number + 1;
        if
        :: cell != capacity_cell -> held[cell] = held[cell] - more
        :: else
        fi
    fi
}

proctype user()
{
    byte what, cell, n, value, number, settled, seen_who, seen_named, i;
    short seen, total;
    byte last_value, last_number;  /* the lease: what its thread knows of its cell */
    byte left;

    {
    left = (_pid <= WORKERS -> OPERATIONS : 0);
end_idle:
    atomic {
        if
        :: left > 0 && last_value == 0 -> left--; what = take; cell = _pid; n = 1
        :: left > 0 && last_value == 0 -> left--; what = take; cell = _pid; n = CAPACITY
        :: last_value > 0 -> what = give; cell = _pid; n = last_value
#ifdef PLAIN
        :: left > 0 -> left--; what = take_plain; n = 1
        :: left > 0 -> left--; what = give_plain; n = 1
#endif
#ifdef RESIZING
        :: left > 0 && !is_resized && (room == 0 || dead[room]) ->
               left--; is_resized = 1; room = _pid; what = resize; cell = capacity_cell; n = CAPACITY - 1
#endif
        :: (room == 0 || dead[room]) && is_left_behind(1) -> cell = 1; room = _pid; what = take_back; n = 0
        :: (room == 0 || dead[room]) && is_left_behind(2) -> cell = 2; room = _pid; what = take_back; n = 0
#if HOLDERS > 2
        :: (room == 0 || dead[room]) && is_left_behind(3) -> cell = 3; room = _pid; what = take_back; n = 0
#endif
        fi
        if
        :: what == take_back && mutant(absent_before_its_cells) -> absent[cell] = 1
        :: else
        fi
    }

again:  /* transact() */
    atomic {
        seen = free; seen_who = who; seen_named = named; i = 0;
        if
        :: what == give_plain -> goto look
        :: what == take_plain -> goto operate
        :: else ->
            if
            :: seen_who == cell || mutant(settle_nothing) -> goto changing
            :: else -> settled = c[seen_who].settled
            fi
        fi
    }

    /* settle() */
    number = c[seen_who].number[seen_named % 2];
    atomic {
        if
        :: !is_same && !mutant(settle_without_look) -> number = 0; settled = 0; goto again
        :: else -> assert(number == seen_named)  /* else: corrupt */
        fi;
        if
        :: settled == number -> goto changing
        :: else
        fi
    }
    atomic {
        if
        :: c[seen_who].settled == settled || mutant(settle_stores) ->
            c[seen_who].settled = number; check(); goto changing
        :: else
        fi;
        if
        :: mutant(settle_ignores_a_failure) -> goto changing
        :: else -> number = 0; settled = 0; goto again
        fi
    }

changing:
    atomic {
        number = 0; settled = 0;
        if
        :: what == take && seen < n -> goto done
        :: what == take && seen >= n -> value = last_value; number = last_number; goto write
        :: what == give -> value = last_value; number = last_number; goto write
        :: else -> i = cell
        fi
    }

look:   /* entry_at() of the cell i; for a plain release, of one after the other: are_out() */
    number = (seen_who == i && !mutant(look_at_settled) -> seen_named : c[i].settled);
    atomic {
        if
        :: c[i].number[number % 2] == number -> value = c[i].value[number % 2]
        :: else -> assert(!is_same); number = 0; goto again  /* the same: corrupt */
        fi;
        if
        :: what == take_back && value == 0 && is_same -> goto done
        :: what == take_back && value == 0 && !is_same -> number = 0; goto again
        :: what == resize || (what == take_back && value > 0) -> goto write
        :: what == give_plain -> total = (i == capacity_cell -> value : total - value)
        fi;
        if
        :: i < HOLDERS -> i++; goto look
        :: else
        fi
    }
    atomic {
        if
        :: !is_same && !mutant(sum_without_look) -> number = 0; value = 0; total = 0; goto again
        :: else
        fi;
        if
        :: total - seen < 1 -> assert(out < 1); goto done
        :: else -> number = 0; value = 0; total = 0
        fi
    }
    goto operate;

write:  /* the entry that is not valid */
    atomic {
        if
        :: mutant(swap_before_write) -> skip
        :: mutant(write_valid_entry) -> write_entry(number % 2)
        :: else -> write_entry((number + 1) % 2)
        fi
    }

operate:
    atomic {
        if
        :: what == take_plain && seen < 1 -> goto done
        :: else
        fi;
        if
        :: !is_same && !mutant(swap_without_compare) -> number = 0; value = 0; goto again
        :: else
        fi;
        if
        :: what == take -> swap(-n)
        :: what == give -> swap(n)
        :: what == take_plain -> swap(-1)
        :: what == give_plain -> swap(1)
        :: what == take_back -> swap(value)
        :: what == resize -> swap(n - value)
        fi;
        if
        :: what == take || what == give -> last_number = number + 1; last_value = held[_pid]
        :: else
        fi;
        check()
    }

done:   atomic {
            if
            :: what == take_back -> absent[cell] = 1; room = 0
            :: what == resize -> room = 0
            :: else
            fi;
            what = 0; cell = 0; n = 0; value = 0; number = 0; settled = 0; i = 0;
            seen = 0; seen_who = 0; seen_named = 0; total = 0;
            goto end_idle
        }
    } unless { dead[_pid] -> end_dead: false }
}

/* SIGKILL: of anybody, at any step. */
proctype killer()
{
    do
    :: atomic { killed < DEATHS && !dead[1] -> dead[1] = 1; killed++ }
    :: atomic { killed < DEATHS && !dead[2] -> dead[2] = 1; killed++ }
#if HOLDERS > 2
    :: atomic { killed < DEATHS && !dead[3] -> dead[3] = 1; killed++ }
#endif
    :: break
    od
}

init
{
    byte i;
    atomic {
#ifdef MUTANTS
        c_code { now.chosen_mutant = getenv("MUTANT") ? atoi(getenv("MUTANT")) : 0; };
#endif
        c[capacity_cell].value[0] = CAPACITY;
        do
        :: i < HOLDERS -> i++; run user()
        :: else -> break
        od;
        run killer()
    }
    timeout;
    do
    :: i > 0 && killed < HOLDERS -> assert(!dead[i] || absent[i]); assert(held[i] == 0); i--
    :: i > 0 && killed == HOLDERS -> i--  /* nobody is left */
    :: else -> break
    od
}
