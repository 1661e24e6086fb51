#!/usr/bin/env python3
"""The driver's judgement and tables, on figures that are made up."""
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from report import cells, measure, page, processes, queue, table, verdict  # noqa: E402

NAMES = measure.CONTENDED


def row(peer, rate, worst_ms, jain=1.0, status="ok"):
    repeat = dict.fromkeys(NAMES, 0.0) | {"status": status, "rate": rate, "jain": jain,
                                          "wait_worst_ns": worst_ms * 1e6}
    repeats = [repeat if status == "ok" else {"status": status}]
    return {"peer": peer, "repeats": repeats, "summary": measure.summarize(repeats, NAMES),
            "status": measure.status_of(repeats)}


def cell(*rows, threads=8, inside=100):
    asked = cells.Cell("mutex", 1, threads, inside, 0)
    return {"kind": "mutex", "permits": 1, "threads": threads, "inside_ns": inside, "outside_ns": 0,
            "title": asked.title(), "short": asked.short(), "peers": list(rows)}


def judged(*rows, **how):
    return list(verdict.contended(cell(*rows, **how)))


def met(*rows, **how):
    return {each["goal"]: each["met"] for each in judged(*rows, **how)}


class Contended(unittest.TestCase):
    def test_a_peer_that_is_faster_and_fairer_is_named(self):
        found = judged(row("signalbox", 8e6, 4), row("absl", 9e6, 3), row("std", 9e6, 5))
        self.assertFalse(found[0]["met"])
        self.assertEqual(found[0]["text"], "better in both: absl")

    def test_a_peer_that_is_better_in_one_alone_does_not_dominate(self):
        found = met(row("signalbox", 8e6, 4), row("absl", 9e6, 5), row("tbb", 1e6, 1))
        self.assertTrue(found["no peer better in both"])

    def test_our_own_other_kind_is_no_peer(self):
        found = met(row("signalbox", 8e6, 4), row("signalbox_fifo", 9e9, 1), row("std", 1e6, 9))
        self.assertTrue(all(found.values()))

    def test_throughput_is_held_against_the_fastest_peer(self):
        found = met(row("signalbox", 9e6, 4), row("absl", 10e6, 40), row("std", 1e6, 1))
        self.assertFalse(found["throughput >= 0.95 x fastest"])
        self.assertTrue(found["throughput >= 0.85 x fastest"])

    def test_the_worst_wait_may_be_longer_from_eight_threads_on(self):
        rows = row("signalbox", 9e6, 5.5), row("absl", 9e6, 40)
        self.assertTrue(met(*rows)["worst wait"])
        self.assertFalse(met(*rows, threads=4)["worst wait"])

    def test_unfairness_misses(self):
        found = met(row("signalbox", 9e6, 5, jain=0.96), row("absl", 9e6, 40))
        self.assertFalse(found["Jain's index"])

    def test_without_our_figures_nothing_is_claimed(self):
        for rows in ((row("absl", 9e6, 40),), (row("signalbox", 0, 0, status="hung"), row("absl", 9e6, 40))):
            self.assertEqual([each["met"] for each in judged(*rows)], [None])

    def test_a_peer_that_always_hangs_does_not_count(self):
        found = met(row("signalbox", 8e6, 4), row("absl", 1e6, 9), row("std", 0, 0, status="hung"))
        self.assertTrue(all(found.values()))


class Single(unittest.TestCase):
    def two_threads(self, rate):
        results = {"contended": [cell(row("signalbox", 9e6, 1), threads=1),
                                 cell(row("signalbox", rate, 1), threads=2)]}
        return [each["met"] for each in verdict.special(results)
                if each["goal"] == "100 ns inside, 2 threads"]

    def test_two_threads_are_held_against_one(self):
        self.assertEqual(self.two_threads(8.9e6), [True])
        self.assertEqual(self.two_threads(8.0e6), [False])

    def test_what_was_not_measured_is_not_judged(self):
        self.assertTrue(all(each["met"] is None for each in verdict.special({"contended": []})))

    def test_a_miss_says_by_how_much(self):
        self.assertIn("missed by 20 %", verdict.at_least("", "", 0.8, 1.0, str)["text"])
        self.assertIn("missed by 50 %", verdict.at_most("", "", 1.5, 1.0, str)["text"])
        self.assertNotIn("missed", verdict.at_most("", "", 1.0, 1.0, str)["text"])


class PingPong(unittest.TestCase):
    def game(self, placement, **means):
        rows = []
        for peer, mean in means.items():
            repeats = [dict.fromkeys(measure.PINGPONG, 1.0) | {"status": "ok", "mean_ns": mean}]
            rows.append({"peer": peer, "repeats": repeats, "status": "ok",
                         "summary": measure.summarize(repeats, measure.PINGPONG)})
        return {"pingpong": [{"placement": placement, "peers": rows}]}

    def test_each_placement_has_its_own_goal(self):
        for placement, ours, best, expected in (("two", 440, 100, True), ("two", 460, 900, False),
                                                ("one", 1100, 1000, True), ("one", 1200, 1000, False),
                                                ("busy", 999, 1000, True), ("busy", 1001, 1000, False)):
            found = list(verdict.pingpong(self.game(placement, signalbox=ours, moodycamel=best)))
            self.assertEqual([each["met"] for each in found], [expected], (placement, ours, best))


class Shared(unittest.TestCase):
    def judged(self, *rows, threads=8):
        asked = cells.Cell("shared", 1, threads, 100, 100, 10)
        cell = {"kind": "shared", "threads": threads, "short": asked.short(), "peers": list(rows)}
        return [each["met"] for each in verdict.shared(cell)]

    def test_a_faster_peer_that_starves_somebody_counts_in_one_goal_alone(self):
        self.assertEqual(self.judged(row("signalbox", 8e6, 4), row("std", 9e6, 50), row("absl", 7e6, 3)),
                         [False, True, True])

    def test_a_fairer_and_faster_peer_counts_in_both(self):
        self.assertEqual(self.judged(row("signalbox", 8e6, 7), row("absl", 9e6, 3)), [False, False, False])

    def test_one_thread_has_nobody_to_wait_for(self):
        self.assertEqual(self.judged(row("signalbox", 9e6, 0), row("std", 8e6, 0), threads=1), [True, True])

    def test_the_loop_without_a_lock_is_nobodys_rival(self):
        rows = [row("signalbox", 8e6, 4), row("std", 7e6, 5)]
        self.assertEqual(self.judged(*rows, row("none", 9e6, 1)), self.judged(*rows))

    def test_a_worst_wait_stands_beside_that_without_a_lock(self):
        asked = cells.Cell("shared", 1, 8, 100, 100, 10)
        rows = [row("signalbox", 8e6, 12), row("std", 7e6, 5), row("none", 9e6, 11)]
        texts = [each["text"] for each in verdict.shared({"threads": 8, "short": asked.short(), "peers": rows})]
        self.assertIn("(11 ms without a lock)", texts[-1])


class Gathered(unittest.TestCase):
    def cell(self, kind, **rounds):
        rows = []
        for peer, ns in rounds.items():
            repeats = [dict.fromkeys(measure.GATHER, 1.0) | {"status": "ok", "round_ns": ns}]
            rows.append({"peer": peer, "repeats": repeats, "status": "ok",
                         "summary": measure.summarize(repeats, measure.GATHER)})
        return {"kind": kind, "threads": 8, "title": f"{kind}, 8", "peers": rows}

    def test_every_round_is_held_against_the_best_peer(self):
        for kind in ("latch", "barrier", "event"):
            for ours, expected in ((900, True), (1100, False)):
                results = {"gather": [self.cell(kind, signalbox=ours, std=1000, pthread=2000)]}
                self.assertEqual([each["met"] for each in verdict.gathered(results)], [expected])
                self.assertIn("**signalbox**", "\n".join(table.gather_section(results["gather"][0], [])))

    def test_a_cost_that_lies_beyond_the_noise_is_a_miss(self):
        for ratio, expected in (((0.98, 1.0, 1.01), True), ((1.0, 1.03, 1.05), True), ((1.03, 1.04, 1.05), False)):
            row = {"subject": "mutex", "variant": "ships", "ns": 9, "ratio": list(ratio)}
            self.assertEqual([each["met"] for each in verdict.overhead({"overhead": [row]})], [expected])


class Processes(unittest.TestCase):
    def row(self, part, name, median, ratio, reference="sem_t", unit="ns"):
        return {"part": part, "name": name, "unit": unit, "median": median, "min": median, "max": median,
                "reference": reference, "ratio": ratio}

    def met(self, group, *rows):
        return {each["goal"]: each["met"] for each in processes.judge({group: list(rows)})}

    def test_ratios_shares_and_times_each_have_a_goal(self):
        for ratio, share, us in ((0.79, 0.81, 149), (0.81, 0.79, 151)):
            found = self.met("process", self.row("pair", "permit, capacity 4", 7, ratio),
                             self.row("8 processes, smallest/largest", "permit", share, 0, "", ""),
                             self.row("notice", "0 MB resident", us, 0, "", "us"))
            expected = ratio < 0.8
            self.assertEqual(found["process: permit, uncontended"], expected)
            self.assertEqual(found["process: smallest share of 8, permit"], expected)
            self.assertEqual(found["process: death notice"], expected)
            self.assertIsNone(found["process: open"])

    def test_jobs_are_held_against_xargs_and_against_sem(self):
        part = "jobs of true, 4 permits"
        for sem, expected in ((21, True), (19, False)):
            found = self.met("command", self.row(part, "signalbox run", 1, 1.1, "xargs -P 4", "ms"),
                             self.row(part, "GNU sem", sem, sem, "xargs -P 4", "ms"))
            self.assertTrue(found["command: 1,000 jobs beside xargs"])
            self.assertEqual(found["command: jobs beside GNU sem"], expected)

    def test_every_row_is_shown_beside_its_goals(self):
        results = {"process": [self.row("pair", "sem_t", 9.5, 1), self.row("pair", "process::mutex", 7.5, 0.58)]}
        lines = "\n".join(table.process_section("process", results, list(processes.judge(results))))
        self.assertIn("**process::mutex**", lines)
        self.assertIn("| sem_t |", lines)
        self.assertIn("process: mutex, uncontended: met (0.580 x sem_t", lines)
        self.assertEqual(table.process_section("command", results, []), [])


class Tables(unittest.TestCase):
    def test_every_peer_of_every_cell_is_shown_and_the_faster_stands_above(self):
        asked = cell(row("signalbox", 1e6, 4), row("absl", 9e6, 3), row("std", 0, 0, status="hung"))
        lines = table.contended_section(asked, list(verdict.contended(asked)))
        shown = [line.split("|")[1].strip() for line in lines if line.startswith("| ")][1:]
        self.assertEqual(shown, ["absl", "**signalbox**", "std"])
        self.assertIn("hung 1/1", "\n".join(lines))
        self.assertIn("**missed**", "\n".join(lines))

    def test_failures_of_ours_are_collected(self):
        rows = row("signalbox", 0, 0, status="hung"), row("std", 0, 0, status="hung")
        failures = measure.our_failures({"contended": [cell(*rows)], "pingpong": []})
        self.assertEqual([failure[1:] for failure in failures], [("signalbox", "hung 1/1")])

    def test_times_have_units(self):
        self.assertEqual([cells.time_text(ns) for ns in (7, 1500, 2.5e6, 3e9, None)],
                         ["7 ns", "1.5 us", "2.5 ms", "3 s", "-"])

    def test_the_full_plan_has_every_combination(self):
        full = cells.plan(quick=False).cells
        mutex = {(c.threads, c.inside, c.outside) for c in full if c.kind == "mutex" and c.threads > 1}
        semaphore = {(c.permits, c.threads, c.inside)
                     for c in full if c.kind == "semaphore" and c.threads > 1}
        self.assertEqual(len(mutex), 20)
        self.assertEqual(len(semaphore), 24)
        shared = {(c.threads, c.writes) for c in full if c.kind == "shared"}
        self.assertEqual(shared, {(t, w) for t in (1, 2, 8, 32) for w in (0, 10, 500)})


class Page(unittest.TestCase):
    def results(self, *rows, **parts):
        return {"machine": {"cores": 2, "processor": "P", "kernel": "6"}, "plan": "full", "repeat": 5, "ms": 200,
                "seconds": 1, "contended": [cell(*rows)] if rows else [], "verdicts": [],
                "peers": {"mutex": [each["peer"] for each in rows], "semaphore": []}} | parts

    def test_the_fastest_and_the_calmest_peer_stand_beside_us(self):
        written = page.markdown(self.results(row("signalbox", 8e6, 4), row("absl", 9e6, 40), row("tbb", 1e6, 1)))
        self.assertIn("| **8** · 4 ms | absl 9 · 40 ms | tbb 1 · 1 ms |", written)

    def test_only_what_is_between_the_marks_is_written_anew(self):
        with tempfile.NamedTemporaryFile("w+", suffix=".md") as file:
            file.write(f"before {page.BEGIN}old{page.END} after")
            file.flush()
            page.rewrite(file.name, self.results(row("signalbox", 8e6, 4), row("absl", 9e6, 40)))
            with open(file.name, encoding="utf-8") as written:
                text = written.read()
        self.assertTrue(text.startswith("before ") and text.endswith(" after"))
        self.assertNotIn("old", text)

    def test_of_a_part_that_was_measured_twice_the_later_one_counts(self):
        mutex, queues = self.results(row("signalbox", 8e6, 4), queue=[]), self.results(queue=[1], seconds=2)
        again = self.results(row("signalbox", 9e6, 4))
        found = measure.joined([mutex, queues, again])
        self.assertEqual((found["queue"], found["seconds"], len(found["contended"])), ([1], 4, 1))
        self.assertEqual(found["peers"], {"mutex": ["signalbox"]})
        self.assertEqual(found["contended"][0]["peers"][0]["summary"]["rate"]["median"], 9e6)


class Queued(unittest.TestCase):
    def cell(self, capacity, **rates):
        rows = []
        for peer, rate in rates.items():
            repeats = [{"status": "ok", "rate": rate, "cpu_ns": 10.0, "items": 1e6}]
            rows.append({"peer": peer, "repeats": repeats, "status": "ok",
                         "summary": measure.summarize(repeats, queue.FIGURES)})
        return {"capacity": capacity, "threads": 1, "size": 8, "title": f"capacity {capacity}", "peers": rows}

    def test_every_cell_is_held_against_the_best_peer_and_a_queue_of_one_against_its_goal(self):
        for capacity, ours, expected in ((64, 9e6, [True]), (64, 7e6, [False]), (1, 9e6, [True, True]),
                                         (1, 2e6, [False, False])):
            results = {"queue": [self.cell(capacity, signalbox=ours, signalbox_one_to_one=99e6, tbb=8e6, boost=5e6)]}
            verdicts = list(queue.judge(results))
            self.assertEqual([each["met"] for each in verdicts], expected)
            self.assertIn("**signalbox**", queue.markdown(results, verdicts))


if __name__ == "__main__":
    unittest.main()
