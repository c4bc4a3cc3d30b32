#!/usr/bin/env python3
"""Traffic of dig with stubdns-replay is recorded by dumpcap, in a network of the
test's own; what is read from the capture is compared with tshark, and dig prints
the same when stubdns-replay answers from it.

usage: test_recording.py STUBDNS-REPLAY DATAGRAMS
"""
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

TESTS = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "checks"), str(TESTS / "uv")]
import namespace
from responder import responder
from test_formats import tshark_datagrams

REPLAY, DATAGRAMS = sys.argv[1:3]
FIXTURES = ("knotd-a", "knotd-mx", "knotd-nxdomain", "knotd-txt")
QUESTIONS = (("several.example.test", "A"), ("example.test", "MX"),
             ("nothing.example.test", "A"), ("example.test", "TXT"))
# Each kind of interface and file that dumpcap can write here.
KINDS = {"Ethernet": ("-i", "lo", "-P"),
         "cooked 1": ("-i", "any", "-y", "LINUX_SLL", "-P"),
         "cooked 2, pcapng": ("-i", "any", "-y", "LINUX_SLL2")}


def dig_all(port):
    """What dig prints of each question, over UDP and over TCP."""
    return [subprocess.run(
        ["dig", "@127.0.0.1", "-p", str(port), *question, "+noall", "+answer",
         "+authority", "+tries=1", "+time=5", *options], capture_output=True,
        text=True, timeout=30, check=False).stdout
        for options in ((), ("+tcp",)) for question in QUESTIONS]


class Recording(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        namespace.raise_loopback()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = pathlib.Path(folder.name) / "capture"

    def wait_until_recorded(self, marker):
        """Sends the marker until the file has it, and so all that was sent before:
        dumpcap writes some time later."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind(("127.0.0.1", 0))
            for _ in range(200):
                udp.sendto(marker, udp.getsockname())
                if self.path.exists() and marker in self.path.read_bytes():
                    return
                time.sleep(0.05)
        self.fail("dumpcap records nothing")

    def record(self, options):
        """What dig printed, while it was recorded."""
        self.path.unlink(missing_ok=True)
        dumpcap = subprocess.Popen(
            ["dumpcap", "-q", *options, "-w", self.path],
            stderr=subprocess.PIPE, text=True)
        try:
            self.wait_until_recorded(b"the begin")
            with responder(REPLAY, *FIXTURES) as port:
                printed = dig_all(port)
            self.wait_until_recorded(b"the end")
            return printed
        finally:
            dumpcap.terminate()
            dumpcap.communicate(timeout=30)

    def ours(self, *options):
        *found, counts = subprocess.run(
            [DATAGRAMS, *options, self.path], capture_output=True, text=True,
            check=True).stdout.splitlines()
        self.assertTrue(counts.endswith(" ok 0"), counts)
        return found

    def test_what_is_recorded_is_answered_from(self):
        for kind, options in KINDS.items():
            with self.subTest(kind=kind):
                recorded = self.record(options)
                self.assertTrue(all(recorded))
                found = self.ours()
                self.assertGreaterEqual(len(found), 2 * len(QUESTIONS))
                self.assertEqual(found, tshark_datagrams(self.path))
                self.assertGreaterEqual(len(self.ours("-t")),
                                        len(found) + 2 * len(QUESTIONS))
                with responder(REPLAY, self.path) as port:
                    self.assertEqual(dig_all(port), recorded)


if __name__ == "__main__":
    for program in ("dumpcap", "tshark", "dig"):
        if not shutil.which(program):
            namespace.skip(f"{program} is not installed")
    namespace.enter()
    unittest.main(argv=sys.argv[:1])
