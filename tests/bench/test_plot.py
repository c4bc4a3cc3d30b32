#!/usr/bin/env python3
"""Runs tools/bench/plot on figures and reads the picture as XML."""
import pathlib
import subprocess
import unittest
import xml.etree.ElementTree as xml

PLOT = pathlib.Path(__file__).resolve().parents[2] / "tools" / "bench" / "plot"
SVG = "{http://www.w3.org/2000/svg}"
FIGURES = "a & b\t10\t2.5\na & b\t1000\t1.5\nother\t10\t4\nother\t1000\t3\n"


def draw(figures):
    return subprocess.run([PLOT], input=figures, capture_output=True, text=True, check=False)


class Plot(unittest.TestCase):
    def test_each_program_has_a_line_with_its_name(self):
        picture = xml.fromstring(draw(FIGURES).stdout)
        found = picture.findall(f"{SVG}polyline")
        points = [[tuple(map(float, p.split(","))) for p in one.get("points").split()]
                  for one in found]
        words = [one.text for one in picture.findall(f"{SVG}text")]
        self.assertEqual([len(one) for one in points], [2, 2])
        self.assertIn("a & b", words)
        self.assertIn("other", words)

    def test_more_is_higher_and_further_right(self):
        picture = xml.fromstring(draw(FIGURES).stdout)
        first, second = ([tuple(map(float, p.split(","))) for p in one.get("points").split()]
                         for one in picture.findall(f"{SVG}polyline"))
        self.assertLess(first[0][0], first[1][0])
        self.assertLess(first[0][1], first[1][1])
        self.assertLess(second[0][1], first[0][1])

    def test_no_figures_are_an_error(self):
        done = draw("")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("no figures", done.stderr)


if __name__ == "__main__":
    unittest.main()
