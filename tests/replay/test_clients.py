#!/usr/bin/env python3
"""Clients that are not ours ask stubdns-replay, over UDP and TCP: dig, kdig,
drill and c-ares.

usage: test_clients.py STUBDNS-REPLAY CARES-ASK

What each prints must be what dig and kdig printed when the reply of the real
server was recorded; c-ares must be given its octets.
"""
import ipaddress
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "checks"))
from responder import RECORDED, recorded_answer, responder

REPLAY, CARES_ASK = sys.argv[1:3]

# Fixtures and their questions.
QUESTIONS = {
    "knotd-a": ("several.example.test", "A"),
    "knotd-aaaa": ("several.example.test", "AAAA"),
    "knotd-mx": ("example.test", "MX"),
    "knotd-soa": ("example.test", "SOA"),
    "knotd-txt": ("example.test", "TXT"),
    "knotd-srv": ("_sip._tcp.example.test", "SRV"),
    "knotd-ptr": ("25.2.0.192.in-addr.arpa", "PTR"),
    "knotd-caa": ("example.test", "CAA"),
    "knotd-chain": ("chain1.example.test", "A"),
    "knotd-nxdomain": ("nothing.example.test", "A"),
    "knotd-nodata": ("v4only.example.test", "AAAA"),
    "knotd-refused": ("www.example", "A"),
}
NUMBERS = {"A": 1, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28,
           "SRV": 33, "CAA": 257}
STATUSES = {"knotd-nxdomain": "NXDOMAIN", "knotd-refused": "REFUSED"}

# Longer than 512 octets, so that it needs TCP or EDNS.
LONG = "question long.example.test TXT\n" + "".join(
    f"answer long.example.test. 60 TXT \"{n:02} {'x' * 100}\"\n"
    for n in range(20))


def run(*command):
    return subprocess.run([str(word) for word in command], text=True,
                          capture_output=True, timeout=30, check=True).stdout


def normal(word):
    """Addresses have several spellings."""
    try:
        return ipaddress.ip_address(word)
    except ValueError:
        return word


def records(text):
    """The lines that are records, each as its words."""
    return [[normal(word) for word in line.split()]
            for line in text.splitlines() if line and not line.startswith(";")]


def status(text):
    """dig, kdig and drill each write it in the header."""
    return re.search(r"(?:status|rcode): (\w+)", text)[1]


def recorded_reply(name):
    """The second packet of a recorded capture, behind IPv4 and UDP headers."""
    octets = (RECORDED / f"{name}.pcap").read_bytes()
    first = struct.unpack_from("<I", octets, 24 + 8)[0]
    second = 24 + 16 + first
    length = struct.unpack_from("<I", octets, second + 8)[0]
    return octets[second + 16 + 28:second + 16 + length]


def needs(program):
    return unittest.skipUnless(shutil.which(program),
                               f"{program} is not installed")


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        long = pathlib.Path(cls.folder.name) / "long"
        long.write_text(LONG)
        server = responder(REPLAY, *QUESTIONS, long)
        cls.port = server.__enter__()
        cls.addClassCleanup(server.__exit__, None, None, None)

    def assert_as_recorded(self, command, answer):
        """`command(name, type)` prints the answer and status of each fixture;
        `answer` picks the answer from what it prints."""
        for name, question in QUESTIONS.items():
            with self.subTest(fixture=name):
                printed = run(*command(*question))
                self.assertEqual(answer(printed),
                                 records(recorded_answer(name)))
                self.assertEqual(status(printed),
                                 STATUSES.get(name, "NOERROR"))

    def assert_long(self, *command):
        """All twenty records come, whatever it takes."""
        found = [words for words in records(run(*command)) if words[3] == "TXT"]
        self.assertEqual([words[4].strip('"') for words in found],
                         [f"{n:02}" for n in range(20)])

    def dig(self, *options):
        return lambda name, type_: (
            "dig", "@127.0.0.1", "-p", self.port, name, type_, "+noall",
            "+answer", "+comments", "+tries=1", "+time=5", *options)

    def kdig(self, *options):
        return lambda name, type_: (
            "kdig", "@127.0.0.1", "-p", self.port, name, type_, "+noall",
            "+answer", "+header", "+retry=0", "+time=5", *options)

    def drill(self, *options):
        return lambda name, type_: (
            "drill", *options, "-p", self.port, name, "@127.0.0.1", type_)

    @needs("dig")
    def test_dig(self):
        for options in ((), ("+tcp",), ("+noedns",), ("+dnssec", "+cookie"),
                        ("+ednsopt=10:0102030405060708",)):
            with self.subTest(options=options):
                self.assert_as_recorded(self.dig(*options), records)
        command = self.dig("+noedns")("long.example.test", "TXT")
        self.assert_long(*command)
        self.assertIn("Truncated, retrying in TCP mode", run(*command))
        self.assertNotIn("+noedns", self.dig("+tcp")("", ""))
        self.assert_long(*self.dig("+tcp")("long.example.test", "TXT"))
        self.assert_long(*self.dig("+bufsize=4096")("long.example.test", "TXT"))

    @needs("dig")
    def test_dig_asks_several_questions_on_one_connection(self):
        printed = run("dig", "@127.0.0.1", "-p", self.port, "+keepopen", "+tcp",
                      "+noall", "+answer", "example.test", "MX",
                      "several.example.test", "A", "long.example.test", "TXT")
        self.assertEqual(records(printed)[:-20],
                         records(recorded_answer("knotd-mx")) +
                         records(recorded_answer("knotd-a")))

    @needs("kdig")
    def test_kdig(self):
        for options in ((), ("+tcp",), ("+noedns",), ("+dnssec", "+cookie")):
            with self.subTest(options=options):
                self.assert_as_recorded(self.kdig(*options), records)
        self.assert_long(*self.kdig("+noedns")("long.example.test", "TXT"))
        printed = run("kdig", "@127.0.0.1", "-p", self.port, "example.test",
                      "MX", "+edns")
        recorded = (RECORDED / "knotd-mx.kdig").read_text()
        self.assertEqual(records(printed), records(recorded))

    @needs("drill")
    def test_drill(self):
        def answer(printed):
            section = printed.split(";; ANSWER SECTION:\n")[1]
            return records(section.split(";; AUTHORITY")[0])

        for options in (("-u",), ("-t",), ("-D",)):
            with self.subTest(options=options):
                self.assert_as_recorded(self.drill(*options), answer)
        self.assert_long(*self.drill("-a")("long.example.test", "TXT"))
        self.assert_long(*self.drill("-t")("long.example.test", "TXT"))

    def cares(self, transport, name, type_):
        octets = bytes.fromhex(run(CARES_ASK, self.port, transport, name,
                                   NUMBERS[type_]))
        return octets[2:]  # its ID is another

    def test_cares(self):
        for transport in ("udp", "tcp"):
            for name, question in QUESTIONS.items():
                with self.subTest(fixture=name, transport=transport):
                    self.assertEqual(self.cares(transport, *question),
                                     recorded_reply(name)[2:])
            long = self.cares(transport, "long.example.test", "TXT")
            self.assertEqual(long.count(b"x" * 100), 20)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
