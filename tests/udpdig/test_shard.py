#!/usr/bin/env python3
"""Runs tools/shard: one list in pieces, by GNU parallel, comes out as if it had
been asked in one.  Exits with 77 where there is no parallel.

usage: test_shard.py UDPDIG
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from responder import Responder, record

UDPDIG = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "udpdig").resolve()
TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"
NAMES = [f"name{i}.test." for i in range(1, 1001)]


def answer(query):
    if query.name == "name7.test.":
        return [query.reply(rcode=3)]
    return [query.reply([record(query.name, 1, b"\xc0\0\2\x50")])]


class Shard(unittest.TestCase):
    def run_shard(self, server, *more, content="\n".join(NAMES)):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "statistics.json"
            done = subprocess.run(
                [TOOLS / "shard", "-j", "2", "-b", "300", "-s", path,
                 f"@127.0.0.1#{server.port}", *more],
                input=content.encode(), capture_output=True, timeout=120, check=False,
                env={**os.environ, "UDPDIG": str(UDPDIG)})
            return done, json.loads(path.read_text())

    def test_pieces_come_out_as_one_list(self):
        with Responder(answer) as server:
            done, told = self.run_shard(server, "--json")
            address = f"127.0.0.1#{server.port}"
        records = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([(r["n"], r["question"]["name"]) for r in records],
                         list(enumerate(NAMES, 1)))
        self.assertEqual((told["questions"], told["answered"], told["lost"]), (1000, 1000, 0))
        self.assertEqual(told["rcodes"], {"NOERROR": 999, "NXDOMAIN": 1})
        self.assertEqual(told["servers"][address]["answered"], 1000)
        self.assertEqual(sum(count for _, count in told["histogram"]), 1000)
        self.assertLessEqual(told["rtt_us"]["p50"], told["rtt_us"]["p99"])
        self.assertLessEqual(told["rtt_us"]["p999"], told["rtt_us"]["max"])

    def test_bad_line_has_its_number_and_the_worst_status_counts(self):
        lines = NAMES[:700] + ["a..b"]
        with Responder(answer) as server:
            done, told = self.run_shard(server, "--tsv", content="\n".join(lines))
        self.assertEqual(done.returncode, 9)
        self.assertEqual(told["bad_lines"], 1)
        self.assertTrue(done.stdout.splitlines()[-1].startswith(b"701\tBADNAME\t"))

    def test_options_with_blanks_and_quotes_reach_udpdig(self):
        with Responder(answer) as server:
            done, _ = self.run_shard(server, "+noall", "+answer", "+ednsopt=65001:00ff",
                                     content="x.test b.test\nit's.test\n")
        self.assertEqual(done.stdout.count(b"192.0.2.80"), 3, done.stderr)


if __name__ == "__main__":
    if not shutil.which("parallel"):
        sys.exit(77)
    unittest.main()
