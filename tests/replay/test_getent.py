#!/usr/bin/env python3
"""The C library asks stubdns-replay, by getent, in a network of the test's own:
it asks port 53 alone, and reads /etc/resolv.conf.

usage: test_getent.py STUBDNS-REPLAY
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

TESTS = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "checks"), str(TESTS / "uv")]
import namespace
from responder import RECORDED, recorded_answer

REPLAY = sys.argv[1]
CAPTURES = ("knotd-a", "knotd-aaaa", "knotd-ptr", "knotd-nxdomain")
FILES = {
    "/etc/resolv.conf": "nameserver 127.0.0.1\noptions timeout:2 attempts:2\n",
    "/etc/nsswitch.conf": "hosts: dns\n",
    "/etc/hosts": "",
}

# More addresses than 512 octets hold: the C library goes on over TCP.
MANY = "question many.example.test A\n" + "".join(
    f"answer many.example.test. 60 A 198.51.100.{n}\n" for n in range(60)) + \
    "question many.example.test AAAA\n"


def recorded(name):
    return [line.split()[-1] for line in recorded_answer(name).splitlines()]


class Getent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        namespace.raise_loopback()
        namespace.add_ipv4("lo:1", "192.0.2.10", "255.255.255.0")
        cls.has_ipv6 = namespace.add_ipv6("lo", "2001:db8::10", 64)
        namespace.put_files(folder.name, FILES)
        many = pathlib.Path(folder.name) / "many"
        many.write_text(MANY)
        files = [RECORDED / f"{name}.pcap" for name in CAPTURES]
        cls.server = subprocess.Popen(
            [REPLAY, *files, many, "--port", "53"], text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        cls.addClassCleanup(cls.stop)
        assert cls.server.stdout.readline() == "127.0.0.1#53\n"

    @classmethod
    def stop(cls):
        cls.server.terminate()
        cls.server.communicate(timeout=10)

    def getent(self, *words):
        done = subprocess.run(["getent", *words], capture_output=True,
                              text=True, timeout=30, check=False)
        return done.returncode, done.stdout

    def test_addresses_of_a_name(self):
        _, printed = self.getent("ahosts", "several.example.test")
        found = {line.split()[0] for line in printed.splitlines()}
        ipv6 = recorded("knotd-aaaa") if self.has_ipv6 else ()
        self.assertEqual(found, {*recorded("knotd-a"), *ipv6})

    def test_the_name_of_an_address(self):
        _, printed = self.getent("hosts", "192.0.2.25")
        address, name = printed.split()  # it gives the first
        self.assertEqual(address, "192.0.2.25")
        self.assertEqual(f"{name}.", recorded("knotd-ptr")[0])

    def test_a_name_that_does_not_exist(self):
        self.assertEqual(self.getent("ahosts", "nothing.example.test"), (2, ""))

    def test_an_answer_that_needs_tcp(self):
        _, printed = self.getent("ahostsv4", "many.example.test")
        found = {line.split()[0] for line in printed.splitlines()}
        self.assertEqual(found, {f"198.51.100.{n}" for n in range(60)})


if __name__ == "__main__":
    namespace.enter()
    unittest.main(argv=sys.argv[:1])
