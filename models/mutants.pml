/* What can be broken on purpose, each with what it stands for. models/run reads this list, and expects
 * that each one is found: the name says what the broken code does.
 *
 * The checker is made with -DMUTANTS and reads a number from the environment (MUTANT=7 ./pan), so that one
 * serves for all. Without it the model is whole.
 */
#define call_wakes_nobody 1        /* call() notes nobody to wake */
#define grant_wakes_nobody 2       /* grant() notes nobody to wake */
#define grant_before_remove 3      /* serve() grants first, and reads and unlinks the waiter then */
#define touch_after_last_grant 4   /* serve() reads the word once more after it granted to the last waiter */
#define serve_grants_one 5         /* serve() does not go on after a grant */
#define discount_for_nobody 6      /* call_takers() leaves a permit to a spinner that isn't there */
#define slice_over_untimed 7       /* start_slice() does not ask whether the first waiter is patient */
#define slice_over_reserved 8      /* start_slice() does not ask whether the word is reserved */
#define patience_for_ever 9        /* park() of a patient waiter sets no timer */
#define take_leaves_flags 10       /* take_or_flag(), taking, does not write the flags for the rest */
#define take_serves_nobody 11      /* take_or_flag(), taking, does not serve those that remain */
#define take_stays_in_queue 12     /* take_or_flag(), taking, does not leave the queue */
#define take_passes_first 13       /* take_or_flag() takes what is reserved for the first waiter */
#define park_without_flag 14       /* take_or_flag() does not set `queued` */
#define park_without_look 15       /* take_or_flag() sets `queued`, but does not look once more */
#define leave_leaves_flags 16      /* leave() does not write the flags for those that remain */
#define leave_serves_nobody 17     /* leave() does not serve those that remain */
#define leave_forgets_grant 18     /* wait_in_queue() does not ask under the lock whether it was granted */
#define stop_forgets_grant 19      /* stop() does not ask whether the waiter was granted */
#define stop_calls_nobody 20       /* stop() does not call the waiter */
#define spinner_leaves 21          /* a spinner whose limit is over returns without joining the queue */
#define spinner_clears_late 22     /* a spinner that gives up clears `spinning` after its last look */
#define spinner_takes_reserved 23  /* a spinner does not ask whether the word is reserved */
#define newcomer_takes_reserved 24 /* take_free() does not ask whether the word is reserved */
#define release_looks_first 25     /* release() reads `queued` before it adds its permits */
#define release_visits_nobody 26   /* release() does not visit the queue */
#define visit_touches_always 27    /* a release reads the word although nobody stands in the queue */
#define mistake_visits_nobody 28   /* a mistaken release is taken back without a visit */
#define mistake_can_be_taken 29    /* can_take() does not ask whether a mistake is being taken back */
#define many_are_added_blindly 30  /* release() of several permits adds them without a look */
#define unlock_before_bucket 31    /* unlock() lets go before it locks the bucket, then clears the flags */
#define spinner_passes_nobody 32   /* a spinner that joins the queue does not take what was kept for it */
#define leave_while_settling 33    /* a call times out while a mistaken release is being taken back */
#define reader_passes_reserved 34  /* take_free() of a shared mutex does not ask whether it is reserved */
#define reader_at_the_end 35       /* next_in_turn() puts a reader behind every writer */
#define raise_at_the_end 36        /* next_in_turn() puts who raises behind the others */
#define writer_leaves_silently 37  /* a writer whose time is over does not let readers go on */
#define downgrade_in_two_steps 38  /* downgrade() lets go first, and then reads */
#define downgrade_serves_nobody 39 /* downgrade() does not let waiting readers in */
#define last_reader_visits_nobody 40 /* unlock_shared() of the last reader does not visit the queue */
#define serve_lets_one_in 41       /* serve() of a shared mutex does not go on after a grant */
#define two_upgraders 42           /* can_take() lets one hold it for upgrade beside another */
#define writer_reserves_nothing 43 /* reserves() does not ask whether readers are inside */
#define newcomer_serves_nobody 44  /* who reads past the queue does not see to it: let_others_share() */
#define join_after_unlock 45       /* wait() unlocks the mutex before it joins the condition's queue */
#define leave_though_moved 46      /* leaves() does not ask whether the waiter was moved */
#define stop_though_moved 47       /* stop() does not ask whether the waiter was moved */
#define move_keeps_stop 48         /* move_waiters() leaves a stop in force that came before */
#define move_writes_no_flags 49    /* move_waiters() does not set `queued` above an empty queue */
#define move_serves_nobody 50      /* move_waiters() calls nobody for a free mutex */
#define notify_touches_late 51     /* notify() touches the condition after it has moved the waiters */
#define settle_nothing 52          /* transact() names its cell without settling the one before */
#define settle_without_look 53     /* settle() does not look at the word again after it read the entry */
#define settle_stores 54           /* settle() stores the number instead of comparing and swapping it */
#define look_at_settled 55         /* entry_at() does not ask whether the word names the cell */
#define sum_without_look 56        /* a plain release does not look at the word again after adding up */
#define write_valid_entry 57       /* operate() writes the entry that is valid */
#define swap_before_write 58       /* operate() swaps the word before it writes the entry */
#define swap_without_compare 59    /* operate() stores the word instead of comparing and swapping it */
#define absent_before_its_cells 60 /* recover() makes the dead absent before its cells are empty */
#define settle_ignores_a_failure 61 /* settle() goes on although `settled` was changed by somebody else */
#define gather_without_barrier 62  /* room::gather() makes no heavy barrier */
#define put_down_looks_first 63    /* put_down() does not look again whether the pockets are open */
#define pick_up_blindly 64         /* pick_up() stores `in_use` instead of comparing and swapping it */
#define claim_ignores_seizing 65   /* claim() goes on although its pocket is being seized */
#define seized_before_the_books 66 /* seize() sets `seized` before the permits are free */
#define closed_before_seizing 67   /* gather() sets `closed` before it has looked into the pockets */
#define open_beside_a_queue 68     /* open_pockets() does not ask whether somebody waits */
#define give_calls_nobody 69       /* put_back() does not serve the queue */
#define join_without_look 70       /* who has joined the queue does not serve it once more */
#define unlock_forgets_again 71    /* unlock() does not look for the mark `again` */
#define recover_asks_the_pocket 72 /* recover() gives back only what is in use */
#define recover_calls_nobody 73    /* recover() calls nobody */
#define give_asks_first 74         /* after_release() reads `serve_from` before the permits are given back */
#define serve_looks_once 75        /* serve() does not look again after it wrote `serve_from` */
