#!/usr/bin/env python3
"""What stubdns-replay --check prints of scenarios that do not go as expected.

usage: test_check.py STUBDNS-REPLAY
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

REPLAY = sys.argv[1]
RECORDED = pathlib.Path(__file__).parents[2] / "fixtures/recorded"

# Lines 1 to 6 of every text: a lookup takes 20 ms and has two records.
BEGIN = """\
question www.test A
answer www.test. 60 A 192.0.2.1
answer www.test. 60 A 192.0.2.2
set apart no-0x20
scenario s
on any: answer after 20 ms
"""
ENDED = "lookup 1 ended after 20.000 ms: NOERROR, 0 datagrams dropped, " \
    "2 records, 2 answers"
ASK = "at 0 s ask www.test A\n"
SENT = "query 1 was sent after 0.000 ms: udp, edns, cookie, type A, " \
    "to server 1"

# What stands behind that, and the line and sentence of each failure.
ROWS = (
    (ASK + "expect lookup 1 NOERROR at 20 ms drops 0 records 2 answers 2\n"
           "expect query 1 udp edns cookie type A name www.test at 0 s\n"
           "expect queries 1\nexpect lookup 1\n", ()),
    (ASK + "expect lookup 1 NXDOMAIN\n", ((8, ENDED),)),
    (ASK + "expect lookup 1 timeout\n", ((8, ENDED),)),
    (ASK + "expect lookup 1 at 21 ms\n", ((8, ENDED),)),
    (ASK + "expect lookup 1 within 19999 us\n", ((8, ENDED),)),
    (ASK + "expect lookup 1 between 21 ms and 1 h\n", ((8, ENDED),)),
    (ASK + "expect lookup 1 drops 1\n", ((8, ENDED),)),
    (ASK + "expect lookup 1 records 1\n", ((8, ENDED),)),
    (ASK + "expect lookup 1 answers 3\n", ((8, ENDED),)),
    (ASK + "expect lookup 2 NOERROR\n", ((8, "lookup 2 was not begun"),)),
    (ASK + "expect lookup 1 to 3 NOERROR\n", ((8, "lookup 2 was not begun"),)),
    ("expect lookup 1 NOERROR\n", ((7, "lookup 1 was not begun"),)),
    (ASK + "expect queries 2\n", ((8, "1 queries were sent"),)),
    (ASK + "expect queries 2 to 9\nexpect queries 0\n",
     ((8, "1 queries were sent"), (9, "1 queries were sent"))),
    (ASK + "expect query 2 udp\n", ((8, "query 2 was not sent"),)),
    (ASK + "expect query 1 tcp\nexpect query 1 plain\n"
           "expect query 1 no-cookie\nexpect query 1 type MX\n"
           "expect query 1 name a.test\nexpect query 1 server 2\n"
           "expect query 1 at 1 ms\n",
     tuple((line, SENT) for line in range(8, 15))),
    ("on query 1: drop\non any: drop\n" + ASK.replace("0 s", "1 s") +
     "expect lookup 1 NOERROR\n", ()),
    ("set no-edns\nservers 192.0.2.7 192.0.2.8\n" + ASK +
     "expect query 1 server 2\n",
     ((10, "query 1 was sent after 0.000 ms: udp, plain, no-cookie, type A, "
           "to server 1"),)),
    ("set deadline 50 ms\n" + ASK.replace("www", "other") +
     "expect lookup 1 NOERROR\n",
     ((9, "lookup 1 ended after 50.000 ms: REFUSED, 0 datagrams dropped, "
          "0 records, 0 answers"),)),
)


def check(*arguments, stdout=subprocess.PIPE):
    done = subprocess.run([REPLAY, "--check", *map(str, arguments)], text=True,
                          stdout=stdout, stderr=subprocess.PIPE, timeout=60,
                          check=False)
    return done.returncode, done.stdout, done.stderr


class Check(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.path = self.folder / "text"

    def assert_says(self, failures):
        said = "".join(f"# {self.path}:{line}: {sentence}\n"
                       for line, sentence in failures)
        self.assertEqual(check(self.path), (
            2 if failures else 0, "TAP version 13\n1..1\n" +
            ("not ok" if failures else "ok") + f" 1 - s\n{said}", ""))

    def test_what_was_not_met_is_told_with_its_line(self):
        for text, failures in ROWS:
            with self.subTest(text=text):
                self.path.write_text(BEGIN + text)
                self.assert_says(failures)

    def test_one_of_several_scenarios(self):
        self.path.write_text(BEGIN + ASK + "scenario second\n" + ASK +
                             "expect queries 7\n")
        failed = f"not ok {{}} - second\n# {self.path}:10: 1 queries were " \
            "sent\n"
        self.assertEqual(check(self.path), (
            2, "TAP version 13\n1..2\nok 1 - s\n" + failed.format(2), ""))
        for chosen in ("2", "second"):
            self.assertEqual(check(self.path, "--scenario", chosen)[:2], (
                2, "TAP version 13\n1..1\nnot ok 1 - " +
                failed.format(1)[len("not ok 1 - "):].replace(
                    "second", chosen, 1)))
        self.assertEqual(check(self.path, "--scenario", "s")[0], 0)
        self.assertEqual(check(self.path, "--scenario", "3")[0], 8)

    def test_of_several_files_the_line_alone_is_known(self):
        self.path.write_text(BEGIN + ASK + "expect queries 7\n")
        self.assertEqual(check(self.path, RECORDED / "named-a.pcap")[:2], (
            2, "TAP version 13\n1..1\nnot ok 1 - s\n"
               "# line:8: 1 queries were sent\n"))

    def test_each_seed_has_its_failures(self):
        self.path.write_text(BEGIN + "set seeds 3\n" + ASK +
                             "expect queries 7\n")
        self.assert_says(((9, "1 queries were sent"),) * 3)

    def test_failures_that_fill_a_page_are_cut_between_lines(self):
        self.path.write_text(BEGIN + "set seeds 1000\n" + ASK +
                             "expect queries 7\n")
        status, output, _ = check(self.path)
        self.assertEqual(status, 2)
        *first, last = output.splitlines(keepends=True)
        self.assertEqual(first[-1], last)
        self.assertLess(len(output), 10000)

    def test_without_a_scenario_there_is_one(self):
        self.path.write_text("question a.test A\nexpect queries 0\n")
        self.assertEqual(check(self.path), (
            0, f"TAP version 13\n1..1\nok 1 - {self.path}\n", ""))

    def test_files_are_found_beside_the_text(self):
        shutil.copy(RECORDED / "named-a.pcap", self.folder)
        self.path.write_text(
            "file named-a.pcap\nscenario s\nat 0 s ask www.example.test A\n"
            "expect lookup 1 NOERROR records 1\n")
        self.assert_says(())
        self.path.write_text(f"file {RECORDED / 'named-a.pcap'}\n"
                             "scenario s\nexpect queries 0\n")
        self.assert_says(())
        self.path.write_text("scenario s\nfile absent.pcap\n")
        self.assertEqual(check(self.path), (
            8, "", f"stubdns-replay: {self.path}:2: No such file or "
            "directory\n"))
        (self.folder / "other").write_text("scenario s\n")
        self.path.write_text("file other\n")
        self.assertEqual(check(self.path)[0], 8)  # text names no other text

    def test_results_that_cannot_be_printed(self):
        self.path.write_text(BEGIN)
        with open("/dev/full", "w", encoding="ascii") as full:
            self.assertEqual(check(self.path, stdout=full), (
                11, None,
                "stubdns-replay: the results cannot be printed\n"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
