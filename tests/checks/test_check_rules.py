#!/usr/bin/env python3
"""tools/check-rules finds the rules that no test carries in its name."""
import pathlib
import subprocess
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools/check-rules"
RULES = "# X: examples\nX1 first\nX11 eleventh\n\nYY2 second\n"


class CheckRules(unittest.TestCase):
    def check(self, files, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {"tests/rules.txt": RULES, **files}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return subprocess.run([TOOL, "--root", root, *arguments],
                                  capture_output=True, text=True)

    def test_accepts_ids_in_names_of_tests_and_fixtures(self):
        result = self.check({
            "tests/a/test_a.c": "START_TEST(name_is_refused_X1) {\n",
            "tests/a/test_a.py": "  def " + "test_other_X11_too(self):\n",
            "fixtures/malformed/YY2-second.hex": ""})
        self.assertEqual(result.stdout, "3 of 3 rules have a test\n")
        self.assertEqual(result.returncode, 0)

    def test_finds_a_rule_without_a_test(self):
        result = self.check({
            "tests/a/test_a.c": "/* X1 */ START_TEST(name_X11) {\n",
            "tests/a/helper.c": "int helper_YY2(void);\n"})
        self.assertEqual(result.stdout, "X1: first\nYY2: second\n"
                                        "1 of 3 rules have a test\n")
        self.assertEqual(result.returncode, 1)

    def test_looks_at_the_groups_named(self):
        files = {"tests/a/test_a.c": "START_TEST(one_YY2) {\n"}
        self.assertEqual(self.check(files, "--groups", "YY").returncode, 0)
        self.assertEqual(self.check(files, "--groups", "X,YY").returncode, 1)

    def test_finds_that_no_rule_was_looked_at(self):
        self.assertEqual(self.check({}, "--groups", "Z").returncode, 1)


if __name__ == "__main__":
    unittest.main()
