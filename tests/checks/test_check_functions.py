#!/usr/bin/env python3
"""tools/check-functions measures functions and fails on those too long."""
import pathlib
import subprocess
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools/check-functions"


def function(name, length):
    """A function of `length` lines."""
    return f"int {name}(void) {{\n" + "  ;\n" * (length - 2) + "}\n"


class CheckFunctions(unittest.TestCase):
    def check(self, *lengths):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "planted.c").write_text(
                "".join(function(f"f{i}", length)
                        for i, length in enumerate(lengths)))
            return subprocess.run([TOOL, folder], capture_output=True,
                                  text=True)

    def test_accepts_the_longest_function_allowed(self):
        result = self.check(60, 15, 15)
        self.assertEqual(result.stdout,
                         "3 functions, median 15 lines, longest 60\n")
        self.assertEqual(result.returncode, 0)

    def test_finds_a_function_of_61_lines(self):
        result = self.check(10, 61, 10)
        self.assertIn("planted.c:11: f1 has 61 lines, more than 60",
                      result.stdout)
        self.assertEqual(result.returncode, 1)

    def test_finds_a_median_of_16_lines(self):
        result = self.check(3, 16, 16)
        self.assertIn("the median is over 15 lines", result.stdout)
        self.assertEqual(result.returncode, 1)

    def test_finds_that_nothing_was_measured(self):
        self.assertEqual(self.check().returncode, 1)


if __name__ == "__main__":
    unittest.main()
