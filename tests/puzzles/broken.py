#!/usr/bin/env python3
"""Breaks the synchronization of each puzzle in one place, and expects its check to say what broke.

  broken.py COMPILER LIBSIGNALBOX [PUZZLE...]     run by hand: each line is compiled anew

A puzzle whose check can't fail shows nothing. Each entry is (puzzle, what is replaced, by what, what it must say).
"""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HANGS = "somebody waits for ever"
BREAKS = [
    ("signaling", "is_written.acquire();", "", "it was read before it was written"),
    ("rendezvous", "has_arrived.at(other).acquire();", "", "one went on before the other had arrived"),
    ("rendezvous", "has_arrived.at(mine).release();", "", HANGS),
    ("mutex", "const std::lock_guard inside{one_at_a_time};", "", "additions were lost"),
    ("multiplex", "semaphore places{most}", "semaphore places{most + 1}", "more than three are inside"),
    ("multiplex", "semaphore places{most}", "semaphore places{1}", HANGS),
    ("barrier", "everybody{parties}", "everybody{parties - 1}", "one passed before all had arrived"),
    ("reusable_barrier", "everybody{parties,", "everybody{1,", "one is more than a step apart"),
    ("queue", "mine.waits_for_partner.acquire();", "", "one dances without a partner"),
    ("exclusive_queue", "group_space::one", "group_space::any", "dance"),
    ("exclusive_queue", "{{1, 1}}", "{{1, 0}, {0, 1}}", "a dancer's partner is another one"),
    ("producer_consumer", "        ready_.acquire();", "", "somebody takes from an empty buffer"),
    ("producer_consumer", "        spaces_.acquire();", "", "the buffer is overfull"),
    ("readers_writers", "const permit inside{room};\n        act();\n    }\n};\n\nstruct nobody",
     "act();\n    }\n};\n\nstruct nobody", "write"),
    ("readers_writers", "const std::lock_guard no_newcomers{entrance};\n        const permit inside{room};", "",
     "write"),
    ("readers_writers", "entrance.pass();", "", HANGS),
    ("readers_writers", "const std::shared_lock stop_readers{writers};", "", HANGS),
    ("readers_writers", "permit newcomer{no_readers};", "permit<semaphore> newcomer;", HANGS),
    ("no_starve_mutex", "second_door_.acquire();", "", "two are inside at the same time"),
    ("no_starve_mutex", "(was_last ? second_door_ : first_door_)", "first_door_", HANGS),
    ("no_starve_mutex", "door_{1, {.capacity = 1,", "door_{2, {.capacity = 2,", "two are inside at the same time"),
    ("dining_philosophers", "chairs{seats - 1}", "chairs{seats}", "deadlock"),
    ("dining_philosophers", "fork.at(me == 0 ? right_of(me) : me)};\n        luck.dawdle();\n        const std::lock_guard second{fork.at(me == 0 ? me : right_of(me))}",
     "fork.at(me)};\n        luck.dawdle();\n        const std::lock_guard second{fork.at(right_of(me))}", "deadlock"),
    ("dining_philosophers", "may_eat.at(me).wait();", "", "two eat with the same fork"),
    ("dining_philosophers", "acquire_all(fork.at(me), fork.at(right_of(me)))", "acquire_all(fork.at(me))",
     "two eat with the same fork"),
    ("starving_tanenbaums", "since_.at(other) < since_.at(one)", "false", HANGS),
    ("starving_tanenbaums", "since_.at(other) < since_.at(one)", "true", HANGS),
    ("starving_tanenbaums", "party five{false}", "party five{true}", HANGS),
    ("starving_tanenbaums", "states_.at(other) == state::eating ||", "false ||", "two eat with the same fork"),
    ("cigarette_smokers", "ingredient_.at(kind).acquire();", "", "somebody smokes without the other ingredients"),
    ("cigarette_smokers", "++lying_.at(kind);", "", HANGS),
    ("cigarette_smokers", "smoker_.at(kinds - kind - other)", "smoker_.at(kind)", "ingredient"),
    ("dining_savages", "in.is_full.wait();", "", "somebody eats from an empty pot"),
    ("dining_savages", "const std::lock_guard mine{in.pot};", "", ""),
    ("barbershop", "places{chairs}", "places{chairs + 1}", "more customers are in the shop than it has chairs"),
    ("barbershop", "at.barber_is_ready.acquire();", "", "two have their hair cut at the same time"),
    ("fifo_barbershop", "queue_.push_back(&me)", "queue_.push_front(&me)", "served before one who came earlier"),
    ("hilzers_barbershop", "sofa{seats,", "sofa{seats + 1,", "more than four sit on the sofa"),
    ("hilzers_barbershop", "chairs{barbers,", "chairs{barbers + 1,", "more customers sit in chairs"),
    ("hilzers_barbershop", "floor{standing}", "floor{standing + 1}", "more than twenty are in the shop"),
    ("hilzers_barbershop", "const std::lock_guard mine{at.cash_register};", "", "two barbers are at the cash register"),
    ("santa_claus", "if (at.back == reindeer) {\n            at.back = 0;\n            ++at.year;\n        } else if (at.asking == 3) {",
     "if (at.back == reindeer && at.asking != 3) {\n            at.back = 0;\n            ++at.year;\n        } else if (at.asking == 3) {",
     "elves are helped while the sleigh waits"),
    ("santa_claus", "if (at.back == reindeer) {", "if (at.back > 0) {", "a sleigh left without one of its reindeer"),
    ("santa_claus", "group_space::one", "group_space::any", ""),
    ("building_h2o", "group_space::one", "group_space::any", ""),
    ("building_h2o", "{{2, 1}}", "{{1, 1}}", ""),
    ("river_crossing", "{{2, 2}, {4, 0}, {0, 4}}", "{{3, 1}, {1, 3}, {4, 0}, {0, 4}}", "one is alone among three"),
    ("roller_coaster", "on.may_leave.acquire();", "", "leave"),
    ("roller_coaster", "on.aboard.acquire(seats);", "", "the car leaves before it is full"),
    ("multi_car_roller_coaster", "mine.may_load.acquire();", "", "car"),
    ("multi_car_roller_coaster", "mine.may_unload.acquire();", "", "a car has overtaken another one"),
    ("search_insert_delete", "const std::lock_guard alone{inserting_};", "", "two insert at the same time"),
    ("search_insert_delete", "const std::lock_guard alone{mutex_};", "", "delete"),
    ("unisex_bathroom", "const std::shared_lock inside{light.at(kind)};", "", "women and men"),
    ("unisex_bathroom", "const signalbox::permit place{places.at(kind)};", "", "more than three are inside"),
    ("unisex_bathroom", "room{most}", "room{}", "more than three are inside"),
    ("unisex_bathroom", "auto side = room.of(kind);", "auto side = room.of(0);", "women and men"),
    ("unisex_bathroom", "bathroom.room.waiters(1) == 0", "false", "a woman goes in before a man who waits"),
    ("baboon_crossing", "rope{most}", "rope{}", "a sixth baboon is on the rope"),
    ("baboon_crossing", "rope.waiters(1) == 0", "false", "a baboon goes before one that waits"),
    ("baboon_crossing", "rope.lock(direction);", "rope.lock(0);", ""),
    ("modus_hall", "rules_ == nobody ||", "true ||", "the"),
    ("modus_hall", "(rules_ == kind && !is_turning_)", "rules_ == kind", "somebody went on against the larger crowd"),
    ("sushi_bar", "if (is_full_party_) {", "if (eating_ == seats) {", "before a whole party had left"),
    ("child_care", "void adult_goes() { places_.acquire(3); }", "void adult_goes() {}", "too many children"),
    ("child_care", "children_ < 3 * adults_; }", "true; }", "there are too many children for the adults"),
    ("child_care", "children_ < 3 * adults_; }", "children_ < 3 * (adults_ - leaving_); }",
     "a child waits although there are two adults for five"),
    ("room_party", "!is_dean_inside_; }", "true; }", "somebody comes in while the dean is there"),
    ("room_party", "students_ == 0 || students_ >= many; });", "true; });", "the dean came in without a reason"),
    ("room_party", "enter();\n        news_.wait(lock, [this] { return students_ == 0; });", "enter();",
     "the dean goes while somebody is still there"),
    ("senate_bus", "const std::lock_guard at_stop{at.stop};\n    const int", "const int", ""),
    ("senate_bus", "std::min(at.waiting, seats)", "at.waiting", "the bus is overfull"),
    ("faneuil_hall", "const std::lock_guard at_door{door_};\n        puzzle", "puzzle",
     "somebody comes in while the judge is there"),
    ("faneuil_hall", "const std::lock_guard at_door{door_};\n            leave(mine);", "leave(mine);",
     "an immigrant leaves while the judge is there"),
    ("faneuil_hall", "sworn_ >= mine; }", "true; }", "an immigrant leaves who was not sworn in"),
    ("faneuil_hall", "if (!is_extended_ || !is_anybody_sworn) {", "if (!is_extended_ || true) {",
     "a session begins before all who were sworn in have left"),
    ("dining_hall", "eating_ != 1 || ready_ > 1; });", "true; });", "somebody is left alone at the table"),
    ("dining_hall", "!is_extended_ || eating_ > 0", "true", "somebody sits at the table alone"),
]


def seen(compiler, library, folder, puzzle, old, new):
    """What the broken puzzle says, in several games; empty if it notices nothing."""
    source = ROOT / "examples/puzzles" / f"{puzzle}.cpp"
    text = source.read_text(encoding="utf-8")
    if text.count(old) < 1:
        return f"not in {puzzle}.cpp: {old}"
    broken = folder / f"{puzzle}.cpp"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    flags = ["-std=c++20", "-O0", "-w", "-pthread", f"-I{ROOT}/include", f"-I{ROOT}/src/platform/linux/include",
             f"-I{source.parent}"]
    subprocess.run([compiler, *flags, str(broken), library, "-o", str(folder / "broken")], check=True)
    for seed in range(1, 11):
        run = subprocess.run([str(folder / "broken"), "300", str(seed)], capture_output=True, text=True,
                             env={"PUZZLE_PATIENCE_SECONDS": "5"}, check=False)
        if run.returncode != 0:
            return run.stderr.strip() or f"ended with {run.returncode}, and no message"
    return ""


def main():
    compiler, library, only = sys.argv[1], sys.argv[2], sys.argv[3:]
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for puzzle, old, new, expected in BREAKS:
            if only and puzzle not in only:
                continue
            said = seen(compiler, library, pathlib.Path(folder), puzzle, old, new)
            is_good = ": broken: " in said and expected in said
            bad += not is_good
            print(f"{'red' if is_good else 'BAD'}  {puzzle}: {old.strip()!r} -> {said!r}", flush=True)
    print(f"{bad} breaks were not seen as expected")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
