#!/usr/bin/env python3
"""The example with an event loop of its own prints what was recorded.

usage: test_own_loop.py OWN-LOOP STUBDNS-REPLAY
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "checks"))
from responder import recorded_answer, responder  # noqa: E402

OWN_LOOP, REPLAY = sys.argv[1:]


def run(*words):
    return subprocess.run([OWN_LOOP, *words], text=True, capture_output=True,
                          timeout=30)


class OwnLoop(unittest.TestCase):
    def test_recorded_names_and_a_bad_one(self):
        names = ["several.example.test", "chain1.example.test"]
        with responder(REPLAY, "knotd-a", "knotd-chain") as port:
            result = run(f"127.0.0.1#{port}", *names, "empty..label")
        self.assertCountEqual(
            result.stdout.splitlines(),
            [";; empty..label: the name has an empty label",
             *recorded_answer("knotd-a").splitlines(),
             *recorded_answer("knotd-chain").splitlines()])
        self.assertEqual(result.returncode, 0)

    def test_more_names_than_sockets(self):
        records = [f"host{i}.example.test.\t300\tIN\tA\t10.0.0.{i}"
                   for i in range(200)]
        names = [record.split()[0] for record in records]
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as recording:
            for name, record in zip(names, records):
                recording.write(f"question {name} A\nanswer {record}\n")
            recording.flush()
            with responder(REPLAY, pathlib.Path(recording.name)) as port:
                result = run(f"127.0.0.1#{port}", *names)
        self.assertCountEqual(result.stdout.splitlines(), records)

    def test_a_server_that_is_not_there(self):
        with responder(REPLAY, "knotd-a") as port:
            pass
        result = run(f"127.0.0.1#{port}", "gone.example.test")
        self.assertRegex(result.stdout, "^;; gone.example.test: no server listens")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
