/* What processes share where permits rest: the pockets, the queue, and the lock of the waiting room; and what
 * is done with the room locked (room_lock.cpp, room_queue.cpp). A part of pocket.pml.
 */
#define empty 0
#define in_use 1
#define resting 2
#define seizing 3
#define seized 4
#define nothing 7     /* in a store buffer */
#define all_called 7  /* in serve_from */

#define open 0
#define closing 1
#define closed 2

typedef thread {
    unsigned pocket : 3;
    unsigned buffer : 3;      /* a store to the pocket that nobody else sees yet */
    unsigned books : 2;       /* what its cell has in the ledger */
    unsigned has : 1;         /* ghost: a permit object of its own holds one */
    unsigned is_queued : 1;
    unsigned is_called : 1;
    unsigned is_dead : 1;
    unsigned is_absent : 1;
    unsigned ends : 1
};

thread t[THREADS + 1];
byte free = PERMITS;
bit queued;
byte serve_from;              /* a release serves only if so many are free */
byte pockets;
byte room;                    /* the lock: its holder */
bit again;
byte killed;

hidden byte at;
hidden byte sum;
hidden byte having;

#define self t[_pid]
#define mine (self.buffer != nothing -> self.buffer : self.pocket)
#define is_unheld (room == 0 || t[room].is_dead)
#define is_left_behind(i) (t[i].is_dead && !t[i].is_absent)
#define is_anybody_left_behind \
    (killed > 0 && (is_left_behind(1) || is_left_behind(2) || is_left_behind(THREADS)))
#define drain(i) if :: t[i].buffer != nothing -> t[i].pocket = t[i].buffer; t[i].buffer = nothing :: else fi

inline check()
{
    at = 1; sum = free; having = 0;
    do
    :: at <= THREADS ->
        sum = sum + t[at].books;
        having = having + (t[at].is_dead -> 0 : t[at].has);
        assert(!t[at].has || t[at].is_dead || t[at].books > 0);
        at++
    :: else -> break
    od;
    assert(sum == PERMITS && having <= PERMITS)
}

/* room::call_for(), and the wake-ups after the lock: calls those whose turn it is, and says from how many
 * free ones on there will be more to do. */
inline call_for(next)
{
    at = 1; next = 0;
    do
    :: at <= THREADS ->
        if
        :: t[at].is_queued && next >= free && !t[at].is_called -> next++; break
        :: t[at].is_queued && (next < free || t[at].is_called) -> next++; t[at].is_called = 1
        :: else
        fi;
        at++
    :: else -> next = all_called; break
    od
}

inline write_flag()
{
    queued = 0; at = 1;
    do
    :: at <= THREADS -> queued = queued || t[at].is_queued; at++
    :: else -> break
    od
}

inline call_all()
{
    at = 1;
    do
    :: at <= THREADS -> t[at].is_called = t[at].is_called || t[at].is_queued; at++
    :: else -> break
    od
}

/* What a thread does with the room locked. */
#define to_wait 1     /* it comes to wait, or has waited: takes, or stands in the queue */
#define to_serve 2
#define to_gather 3
#define to_open 4
#define to_recover 5

#define lock_for(what) is_unheld -> room = _pid; drain(_pid); task = what; goto locked

/* SIGKILL: of anybody, at any step. */
proctype killer()
{
    do
    :: atomic { killed < DEATHS && !t[1].is_dead -> t[1].is_dead = 1; killed++ }
    :: atomic { killed < DEATHS && !t[2].is_dead -> t[2].is_dead = 1; killed++ }
#if THREADS > 2
    :: atomic { killed < DEATHS && !t[3].is_dead -> t[3].is_dead = 1; killed++ }
#endif
    :: break
    od
}

/* Store buffers: what was stored is seen by others at some time. */
proctype memory()
{
end_waiting:
    do
    :: atomic { t[1].buffer != nothing -> drain(1) }
    :: atomic { t[2].buffer != nothing -> drain(2) }
#if THREADS > 2
    :: atomic { t[3].buffer != nothing -> drain(3) }
#endif
    od
}
