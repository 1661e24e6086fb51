#!/usr/bin/env python3
"""The style checker finds what it claims to find, and nothing in a file that keeps the rules."""
import tempfile
import unittest
from pathlib import Path

import style

GOOD = """// A counter that threads share.
//
// Edges        E1  add() -> get(): what was done before an add is seen by who reads it.
// Checked by   tests/counter_test.cpp
#pragma once

#include <signalbox/platform/atomic.hpp>

class counter {
public:
    void add() noexcept
    {
        value_.fetch_add(1, std::memory_order_release);  // E1 release: pairs with get()
        int seen = 0;
        // E1 acquire: pairs with add(); relaxed: a failure looks again
        while (!value_.compare_exchange_weak(seen, 1, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
        }
    }
};
"""


class style_test(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write("tests/counter_test.cpp", "// A test.\nTEST(counter, counts) {}\n")
        style.RATCHET.clear()

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def rules(self, path, text):
        """The rules that a tree breaks which has this file too."""
        self.write(path, text)
        return sorted({rule for where, _, rule, _ in style.check(self.root) if where == path})

    def breaks(self, rule, path, text):
        self.assertEqual(self.rules(path, text), [rule])

    def test_a_file_that_keeps_the_rules_is_not_reported(self):
        self.assertEqual(self.rules("include/signalbox/counter.hpp", GOOD), [])
        self.assertEqual(self.rules("src/core/counter.hpp", GOOD), [])

    def test_a_file_without_a_sentence_at_its_head_is_reported(self):
        self.breaks("head", "src/a.cpp", "int a;\n")
        self.breaks("head", "src/a.cpp", "// no sentence\nint a;\n")
        self.breaks("head", "src/a.cpp", "// A file.\n//\n// Becuase      it is misspelt\nint a;\n")
        self.breaks("head", "models/a.pml", "/* no sentence */\n")
        self.assertEqual(self.rules("models/a.pml", "/* A model. */\n"), [])

    def test_sizes_are_limited(self):
        self.breaks("file", "src/a.cpp", "// A file.\n" + "\n" * 300)
        self.assertEqual(self.rules("src/a.cpp", "// A file.\n" + "\n" * 299), [])
        self.breaks("file", "include/signalbox/a.hpp", "// A header.\n#pragma once\n" + "\n" * 199)
        header = "// A header.\n#pragma once\n" + "\n" * 199
        self.assertEqual(self.rules("include/signalbox/detail/a.hpp", header), [])
        self.breaks("columns", "src/a.cpp", "// A file.\n// " + "x" * 108 + "\n")
        self.assertEqual(self.rules("src/a.cpp", "// A file.\n// " + "x" * 107 + "\n"), [])
        self.breaks("blanks", "src/a.cpp", "// A file.\nint a; \n")
        self.breaks("blanks", "src/a.cpp", "// A file.\n\tint a;\n")

    def test_a_long_function_is_reported(self):
        function = "// A file.\nvoid f()\n{\n" + "    g();\n" * 41 + "}\n"
        self.breaks("function", "src/a.cpp", function)
        self.assertEqual(self.rules("src/a.cpp", function.replace("    g();\n", "", 1)), [])
        body = "    {\n" + "        g();\n" * 41 + "    }\n"
        self.breaks("function", "src/a.cpp", f"// A file.\nstruct s {{\n    void f()\n{body}}};\n")

    def test_the_ratchet_allows_what_it_says_and_no_more(self):
        style.RATCHET[("src/a.cpp", "file")] = 310
        self.assertEqual(self.rules("src/a.cpp", "// A file.\n" + "\n" * 309), [])
        self.breaks("file", "src/a.cpp", "// A file.\n" + "\n" * 310)
        self.breaks("ratchet", "src/a.cpp", "// A file.\n" + "\n" * 200)

    def test_an_order_without_its_reason_or_edge_is_reported(self):
        path = "src/counter.hpp"
        self.breaks("order", path, GOOD.replace("; relaxed: a failure looks again", ""))
        self.breaks("order", path, GOOD.replace("relaxed: a failure looks again", "relaxed:"))
        self.breaks("order", path, GOOD.replace("  // E1 release: pairs with get()", ""))
        self.breaks("order", path, GOOD.replace("// E1 acquire:", "// acquire:"))
        self.breaks("order", path, GOOD.replace("// E1 acquire:", "// E1 release:"))
        self.breaks("order", path, GOOD.replace("// E1 acquire:", "// E2 acquire:"))
        self.breaks("order", path, GOOD.replace("memory_order_release)", "memory_order::acq_rel)"))

    def test_a_fence_is_reported_also_in_the_platform(self):
        self.breaks("order", "src/platform/linux/a.cpp",
                    "// A file.\nauto a = std::atomic_thread_fence(std::memory_order_seq_cst);\n")

    def test_the_reason_must_belong_to_the_statement(self):
        path = "src/counter.hpp"
        self.breaks("order", path, GOOD.replace("looks again\n", "looks again\n        prepare();\n"))
        self.breaks("order", path, GOOD.replace("pairs with get()\n", "pairs with get()\n"
                                                "        value_.store(0, std::memory_order_release);\n"))

    def test_an_edge_that_nothing_uses_is_reported(self):
        second = "//              E2  get() -> reset(): nothing.\n"
        unused = GOOD.replace("// Checked by", second + "// Checked by")
        self.breaks("order", "src/counter.hpp", unused)

    def test_orders_are_data_in_the_simulated_platform_and_free_in_tests(self):
        bare = "// A file.\nint a = std::memory_order_relaxed;\n"
        self.assertEqual(self.rules("src/platform/simulated/a.cpp", bare), [])
        self.assertEqual(self.rules("tests/a.cpp", bare), [])
        self.breaks("order", "src/platform/linux/a.cpp", bare)

    def test_what_the_platform_offers_is_not_used_past_it(self):
        for code in ("std::atomic<int> a;", "std::atomic_flag a;", "#include <atomic>", "std::mutex a;",
                     "std::condition_variable_any a;", "std::this_thread::yield();", "std::thread a;",
                     "std::stop_token a;", "#include <stop_token>", "steady_clock::now();",
                     "thread_local int a;", "syscall(SYS_gettid);", "futex(a);", "#include <sys/mman.h>",
                     "#include <unistd.h>", "#include <linux/futex.h>", "pthread_self();", "_mm_pause();",
                     '__asm__("pause");', "volatile int a;", "#ifdef __linux__", "#if defined(__x86_64__)",
                     "#elif defined(_WIN32)"):
            with self.subTest(code):
                text = f"// A file.\n{code}\n"
                self.breaks("layer", "src/core/a.cpp", text)
                self.breaks("layer", "include/signalbox/detail/a.cpp", text)
                self.assertEqual(self.rules("src/platform/linux/a.cpp", text), [])
                self.assertEqual(self.rules("tests/a.cpp", text), [])

    def test_what_comments_and_texts_say_is_no_code(self):
        text = ('// A file.\n// like std::atomic\nauto a = "std::mutex /*";\n'
                '/* thread_local\n volatile */\nint b = 1\'000;\n')
        self.assertEqual(self.rules("src/core/a.cpp", text), [])
        self.breaks("layer", "src/core/a.cpp", text.replace("int b", "volatile int b"))

    def test_a_header_is_guarded_and_light(self):
        self.breaks("header", "src/a.hpp", "// A header.\nint a;\n")
        for heavy in ("iostream", "regex", "functional", "format"):
            text = f"// A header.\n#pragma once\n#include <{heavy}>\n"
            self.breaks("header", "include/signalbox/a.hpp", text)
            self.assertEqual(self.rules("src/a.hpp", text), [])

    def test_a_path_in_a_head_that_leads_nowhere_is_reported(self):
        text = "// A file.\n//\n// Checked by   tests/counter_test.cpp, tests/style\n"
        self.breaks("path", "src/a.cpp", text)
        self.assertEqual(self.rules("src/a.cpp", text.replace(", tests/style", "")), [])

    def test_work_left_for_later_is_reported(self):
        for word in ("TO" "DO", "FIX" "ME"):
            self.breaks("word", "bench/a.cpp", f"// A file.\n// {word}: more\n")

    def test_a_test_whose_name_is_no_claim_is_reported(self):
        self.breaks("test", "tests/a.cpp", "// A test.\nTEST(counter, Counts) {}\n")
        self.breaks("test", "tests/a.cpp", "// A test.\nTYPED_TEST_P(Counter, counts) {}\n")


if __name__ == "__main__":
    unittest.main()
