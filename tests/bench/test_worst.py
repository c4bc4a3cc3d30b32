#!/usr/bin/env python3
"""The most expensive messages against their limits, by tools/bench/worst.

usage: test_worst.py BUILD
"""
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = sys.argv.pop() if len(sys.argv) > 1 else "build"


class Worst(unittest.TestCase):
    def test_no_message_costs_more_than_its_octets_allow_PP4_PP5(self):
        done = subprocess.run([ROOT / "tools" / "bench" / "worst", BUILD],
                              check=False, text=True, stdout=subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
