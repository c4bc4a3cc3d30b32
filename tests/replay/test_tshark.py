#!/usr/bin/env python3
"""Compares what is found in captures with what tshark finds: in those that
editcap and mergecap write, and in one of much that is not ours, by
udpdig --decode and stubdns-replay.

usage: test_tshark.py DATAGRAMS UDPDIG STUBDNS-REPLAY
"""
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

from test_formats import (ethernet, extension, ipv4, ipv6, pcap,
                          tshark_datagrams, udp)

DATAGRAMS, UDPDIG, REPLAY = sys.argv[1:4]
RECORDED = pathlib.Path(__file__).parents[2] / "fixtures/recorded"
NAMES = ("named-a", "knotd-mx", "nsd-txt", "unbound-a")
FRAGMENTS = "ip.flags.mf == 1 || ip.frag_offset > 0 || " \
    "ipv6.fraghdr.more == 1 || ipv6.fraghdr.offset > 0"


def run(*command):
    return subprocess.run([str(word) for word in command], text=True,
                          capture_output=True, timeout=60, check=False)


def ours(path):
    *found, counts = run(DATAGRAMS, path).stdout.splitlines()
    assert counts.endswith(" ok 0"), counts
    return found


def frames(path, wanted):
    """The numbers of the frames that tshark's filter lets through."""
    return [int(number) for number in run(
        "tshark", "-n", "-r", path, "-o", "ip.defragment:FALSE", "-o",
        "ipv6.defragment:FALSE", "-Y", wanted, "-T", "fields", "-e",
        "frame.number").stdout.split()]


def tcp(payload, source=40001, destination=53):
    return struct.pack("!HHIIBBHHH", source, destination, 1, 1, 0x50, 0x18,
                       1024, 0, 0) + struct.pack("!H", len(payload)) + payload


def dns(id_):
    return struct.pack("!6H", id_, 0x0100, 1, 0, 0, 0) + \
        b"\3www\4test\0\0\1\0\1"


def mixed_frames():
    """Messages on many ports, and much that is none."""
    def on(source, destination, id_):
        return udp(dns(id_), source, destination)

    yield ethernet(ipv4(on(40001, 53, 1)))
    yield ethernet(ipv6(on(53, 40001, 2)), tags=[0x8100])
    yield ethernet(ipv4(on(40001, 53, 3)), tags=[0x88a8, 0x8100])
    yield ethernet(ipv4(on(5353, 5353, 4), options=bytes([1] * 8)))
    yield ethernet(ipv4(on(40001, 5300, 5)))
    yield ethernet(ipv6(on(5300, 40001, 6)))
    yield ethernet(ipv4(on(40001, 9, 7)))
    yield ethernet(ipv4(tcp(dns(8)), protocol=6))
    yield ethernet(ipv6(tcp(dns(9)), protocol=6))
    yield ethernet(bytes(28), 0x0806)
    yield ethernet(ipv4(on(40001, 53, 11), fragment=0x2000))
    yield ethernet(ipv4(on(40001, 53, 12), fragment=3))
    yield ethernet(ipv6(struct.pack("!BBHI", 17, 0, 1, 9) + on(40001, 53, 13),
                        44))
    yield ethernet(ipv6(extension(60) + extension(17, 16) + on(40001, 53, 14),
                        0))
    yield ethernet(ipv6(struct.pack("!BBHI", 17, 0, 0, 9) + on(40001, 53, 15),
                        44))


@unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
class Tshark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = pathlib.Path(folder.name) / "capture"

    def assert_same(self):
        found = ours(self.path)
        self.assertEqual(found, tshark_datagrams(self.path))
        return found

    def test_what_editcap_writes(self):
        for name in NAMES[:2]:
            plain = ours(RECORDED / f"{name}.pcap")
            self.assertEqual(len(plain), 2)
            for kind in ("pcap", "nsecpcap", "pcapng"):
                with self.subTest(capture=name, kind=kind):
                    run("editcap", "-F", kind, RECORDED / f"{name}.pcap",
                        self.path)
                    self.assertEqual(self.assert_same(), plain)

    def test_what_mergecap_writes(self):
        paths = [RECORDED / f"{name}.pcap" for name in NAMES]
        # Each with an interface of its own, and all with one.
        for options in (("-I", "none"), ("-I", "all")):
            with self.subTest(options=options):
                run("mergecap", *options, "-w", self.path, *paths)
                self.assertEqual(len(self.assert_same()), 2 * len(NAMES))

    def test_what_is_cut_is_counted(self):
        run("editcap", "-s", "60", RECORDED / "named-a.pcap", self.path)
        counts = run(DATAGRAMS, self.path).stdout
        self.assertEqual(counts, "2 0 2 0 0 ok 0\n")
        self.assertEqual(frames(self.path, "frame.len > frame.cap_len"), [1, 2])

    def decode(self, *options):
        """The frames that udpdig prints, and what it says of the others."""
        done = run(UDPDIG, "--decode", self.path, "--json", *options)
        found = [json.loads(line)["n"] for line in done.stdout.splitlines()]
        others = re.search(r"of (\d+) frames (\d+) were not decoded: "
                           r"(\d+) fragments, 0 cut, (\d+) of other ports or "
                           r"protocols, 0 of unknown links$", done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)
        return found, tuple(map(int, others.groups()))

    def test_frames_that_udpdig_decodes(self):
        self.path.write_bytes(pcap(list(mixed_frames()), 1))
        fragments = frames(self.path, FRAGMENTS)
        total = len(frames(self.path, "frame"))
        self.assertEqual((total, len(fragments)), (15, 3))
        for options, ports in (((), (53, 5353)), (("--decode-port=5300",),
                                                  (5300,)),
                               (("--decode-port", "9"), (9,))):
            with self.subTest(options=options):
                wanted = frames(
                    self.path, "(" + " || ".join(
                        f"udp.port == {port}" for port in ports) +
                    f") && !({FRAGMENTS})")
                found, others = self.decode(*options)
                self.assertEqual(found, wanted)
                self.assertEqual(others, (
                    total, total - len(wanted), len(fragments),
                    total - len(wanted) - len(fragments)))

    def test_frames_that_stubdns_replay_answers_from(self):
        """On any port, and from TCP where a message has a segment to itself."""
        self.path.write_bytes(pcap(list(mixed_frames()), 1))
        process = subprocess.Popen([REPLAY, self.path], text=True,
                                   stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdout.readline()
        process.terminate()
        _, errors = process.communicate(timeout=10)
        self.assertEqual(
            errors, f"stubdns-replay: {self.path}: of 15 frames "
            f"{len(frames(self.path, FRAGMENTS + ' || arp'))} gave no message: "
            f"{len(frames(self.path, FRAGMENTS))} fragments, 0 cut, "
            f"{len(frames(self.path, 'arp'))} of other protocols, 0 of unknown "
            "links\n")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
