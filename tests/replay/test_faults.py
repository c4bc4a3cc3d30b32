#!/usr/bin/env python3
"""What stubdns-replay's options do to replies, as a client sees it.

usage: test_faults.py STUBDNS-REPLAY
"""
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

REPLAY = sys.argv[1]
COUNT = 60
TEXT = "".join(f"question n{i}.test A\nanswer n{i}.test. 60 A 192.0.2.{i}\n"
               for i in range(COUNT))
SERVFAIL, NXDOMAIN, REFUSED = 2, 3, 5


def query(id_, name, type_=1):
    labels = b"".join(bytes([len(label)]) + label.encode()
                      for label in name.split("."))
    return struct.pack("!6H", id_, 0x0100, 1, 0, 0, 0) + labels + \
        struct.pack("!BHH", 0, type_, 1)


def clean_reply(i):
    """What is right for the question n`i`.test A with the ID `i`."""
    question = query(i, f"n{i}.test")
    return question[:2] + bytes.fromhex("8180000100010000 0000") + \
        question[12:] + bytes.fromhex("c00c000100010000003c0004c00002") + \
        bytes([i])


def rcode(reply):
    return reply[3] & 0xf


def bits_that_differ(one, other):
    assert len(one) == len(other)
    return sum(bin(a ^ b).count("1") for a, b in zip(one, other))


class Server:
    """The program while it serves, and a client's socket."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [REPLAY, *map(str, arguments)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        address, port = self.process.stdout.readline().strip().split("#")
        self.address = address, int(port)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.socket.close()
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            self.output, self.errors = self.process.communicate(timeout=10)
        return self.errors

    def send(self, octets):
        self.socket.sendto(octets, self.address)

    def receive(self, seconds=5):
        """The next datagram, or None."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(65535)
        except TimeoutError:
            return None

    def ask(self, octets, seconds=5):
        self.send(octets)
        return self.receive(seconds)

    def ask_all(self, quiet=0.02):
        """Every question at once: what comes, in the order in which it does,
        until nothing does for so many seconds.  The server has read all of them
        when it has answered this often over TCP."""
        for i in range(COUNT):
            self.send(query(i, f"n{i}.test"))
        for _ in range(4):
            self.ask_tcp(query(0, "marker.test"))
        found = []
        while (octets := self.receive(quiet)) is not None:
            found.append(octets)
        return found

    def ask_tcp(self, octets):
        with socket.create_connection(self.address, 5) as tcp:
            tcp.sendall(struct.pack("!H", len(octets)) + octets)
            stream = tcp.makefile("rb")
            return stream.read(struct.unpack("!H", stream.read(2))[0])


CLEAN = [clean_reply(i) for i in range(COUNT)]


def all_are(property_):
    """A check of what came for each question, where that is one datagram."""
    def check(test, found):
        test.assertEqual(len(found), COUNT)
        for i, octets in enumerate(found):
            test.assertTrue(property_(i, octets), (i, octets))
    return check


def is_clean(test, found):
    test.assertEqual(found, CLEAN)


def is_nothing(test, found):
    test.assertEqual(found, [])


def is_doubled(test, found):
    test.assertEqual(found, [one for one in CLEAN for _ in range(2)])


def is_spoofed(test, found):
    """A forged reply comes ahead of each true one."""
    test.assertEqual(len(found), 2 * COUNT)
    test.assertEqual([one for one in found if one in CLEAN], CLEAN)
    for i in range(COUNT):
        forged = [at for at, one in enumerate(found)
                  if one[2:-1] == CLEAN[i][2:-1] and one not in CLEAN]
        test.assertEqual(len(forged), 1)
        test.assertLess(forged[0], found.index(CLEAN[i]))
        test.assertNotEqual(found[forged[0]][:2], CLEAN[i][:2])
        test.assertNotEqual(found[forged[0]][-1], CLEAN[i][-1])


def has_rcode(wanted):
    return all_are(lambda i, octets: octets[:2] == CLEAN[i][:2] and
                   rcode(octets) == wanted and octets[6:8] == b"\0\0")


# Options, and what comes of the questions asked at once.
ALL = (
    ((), is_clean),
    (("--loss", "0", "--error=0%", "--duplicate", "0.0"), is_clean),
    (("--loss", "100%"), is_nothing),
    (("--duplicate", "1"), is_doubled),
    (("--duplicate", "1", "--loss", "1"), is_nothing),
    (("--truncate", "100%"), all_are(
        lambda i, octets: octets[:2] == CLEAN[i][:2] and octets[2] & 2 and
        octets[6:] == bytes(6) + CLEAN[i][12:-16])),
    (("--corrupt", "1.0"), all_are(
        lambda i, octets: bits_that_differ(octets, CLEAN[i]) == 1)),
    (("--wrong-id", "100%"), all_are(
        lambda i, octets: octets[2:] == CLEAN[i][2:] and
        octets[:2] != CLEAN[i][:2])),
    (("--spoof", "100%"), is_spoofed),
    (("--spoof", "100%", "--loss", "100%"), all_are(
        lambda i, octets: octets[:2] != CLEAN[i][:2])),
    (("--error", "100%"), has_rcode(SERVFAIL)),
    (("--error", "100%", "--rcode", "NXDOMAIN"), has_rcode(NXDOMAIN)),
    (("--reorder", "100%"), is_clean),
    (("--jitter", "0ms"), is_clean),
)

# Options whose effect depends on the seed; how many datagrams come at least and
# at most, and how many of the true replies are among them.
SOME = (
    (("--loss", "30%"), (25, 55), (25, 55)),
    (("--duplicate", "30%"), (65, 95), (60, 60)),
    (("--reorder", "30%"), (60, 60), (60, 60)),
    (("--truncate", "30%"), (60, 60), (25, 55)),
    (("--corrupt", "30%"), (60, 60), (25, 55)),
    (("--wrong-id", "30%"), (60, 60), (25, 55)),
    (("--spoof", "30%"), (65, 95), (60, 60)),
    (("--error", "30%"), (60, 60), (25, 55)),
    (("--loss", "10%", "--corrupt", "10%", "--wrong-id", "10%", "--error",
      "10%", "--duplicate", "10%", "--truncate", "10%"), (40, 70), (15, 55)),
)
HELD_BACK = 0.15  # more than --reorder holds replies back


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.text = cls.folder / "text"
        cls.text.write_text(TEXT)

    def ask_all(self, *options):
        with Server(self.text, *options) as server:
            return server.ask_all(HELD_BACK if "--reorder" in options else 0.02)

    def assert_within(self, bounds, number):
        self.assertTrue(bounds[0] <= number <= bounds[1], number)

    def test_each_fault_alone(self):
        for options, check in ALL:
            with self.subTest(options=options):
                check(self, self.ask_all(*options))

    def test_the_same_seed_gives_the_same_faults(self):
        for options, datagrams, true in SOME:
            with self.subTest(options=options):
                first = self.ask_all(*options, "--seed", "7")
                self.assertEqual(self.ask_all(*options, "--seed=7"), first)
                self.assertNotEqual(self.ask_all(*options, "--seed", "8"),
                                    first)
                self.assert_within(datagrams, len(first))
                self.assert_within(true, sum(one in first for one in CLEAN))

    def test_over_tcp_only_errors_happen(self):
        faults = ("--loss", "1", "--duplicate", "1", "--truncate", "1",
                  "--corrupt", "1", "--wrong-id", "1", "--spoof", "1")
        with Server(self.text, *faults) as server:
            self.assertEqual(server.ask_tcp(query(9, "n9.test")), CLEAN[9])
        with Server(self.text, *faults, "--error", "1") as server:
            self.assertEqual(rcode(server.ask_tcp(query(9, "n9.test"))),
                             SERVFAIL)

    def time_of(self, *arguments):
        """How long the reply to the last question takes, in seconds, alone."""
        with Server(*arguments) as server:
            begin = time.monotonic()
            server.ask(query(1, "n1.test"))
            return time.monotonic() - begin

    def test_delay(self):
        self.assertGreaterEqual(self.time_of(self.text, "--delay", "80ms"), 0.08)
        self.assertGreaterEqual(self.time_of(self.text, "--delay=0.1s"), 0.1)
        with Server(self.text, "--delay", "80ms") as server:
            begin = time.monotonic()
            self.assertEqual(server.ask_tcp(query(9, "n9.test")), CLEAN[9])
            self.assertGreaterEqual(time.monotonic() - begin, 0.08)

    def test_jitter_changes_the_order_and_is_at_most_what_is_said(self):
        options = ("--delay", "20ms", "--jitter", "100ms", "--seed", "3")
        with Server(self.text, *options) as server:
            found = server.ask_all(0.3)
        self.assertNotEqual(found, CLEAN)
        self.assertEqual(sorted(found), CLEAN)

    def capture(self, delay_us, *messages):
        """Messages that were recorded, each so long after the one before it."""
        file = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101)
        for index, payload in enumerate(messages):
            order = -1 if payload[2] & 0x80 else 1
            ports = (40000, 53)[::order]
            hosts = (b"\xc0\0\2\1", b"\xc0\0\2\2")[::order]
            frame = struct.pack("!BBHHHBBH", 0x45, 0, 28 + len(payload), 0, 0,
                                64, 17, 0) + b"".join(hosts) + \
                struct.pack("!4H", *ports, 8 + len(payload), 0) + payload
            file += struct.pack("<4I", 1, delay_us * index, len(frame),
                                len(frame)) + frame
        path = self.folder / "capture.pcap"
        path.write_bytes(file)
        return path

    def test_every_reply_to_a_query_is_given(self):
        other = CLEAN[1][:-1] + b"\xff"
        capture = self.capture(1000, query(1, "n1.test"), CLEAN[1], other,
                               b"\xab\xcd" + CLEAN[1][2:])
        with Server(capture, "--timing") as server:
            self.assertEqual(server.ask(query(1, "n1.test")), CLEAN[1])
            self.assertEqual(server.receive(), other)
            # Its ID was wrong when it was recorded, and is so again.
            wrong = server.receive()
            self.assertEqual(wrong[2:], CLEAN[1][2:])
            self.assertNotEqual(wrong[:2], CLEAN[1][:2])
            self.assertIsNone(server.receive(0.05))

    def test_a_reply_without_its_query_stands_for_itself(self):
        with Server(self.capture(1000, CLEAN[1], CLEAN[2])) as server:
            for i in (2, 1):
                self.assertEqual(server.ask(query(i, f"n{i}.test")), CLEAN[i])

    def test_a_query_that_got_no_reply_gets_none(self):
        capture = self.capture(1000, query(1, "n1.test"), query(2, "n2.test"),
                               CLEAN[2])
        with Server(capture) as server:
            self.assertIsNone(server.ask(query(1, "n1.test"), 0.05))
            self.assertEqual(server.ask(query(2, "n2.test")), CLEAN[2])

    def test_timing_is_that_of_the_recording_where_it_is_wanted(self):
        capture = self.capture(500000, query(1, "n1.test"), CLEAN[1])
        self.assertGreaterEqual(self.time_of(capture, "--timing"), 0.5)
        # Without, it comes before a second question with --timing could.
        self.assertLess(self.time_of(capture), 0.5)

    def test_in_order(self):
        with Server(self.text, "--in-order") as server:
            for i, wanted in ((1, REFUSED), (0, 0), (0, REFUSED), (1, 0),
                              (2, 0)):
                reply = server.ask(query(i, f"n{i}.test"))
                self.assertEqual(rcode(reply), wanted, i)
        with Server(self.text) as server:
            for i in (1, 0, 0, 1, 2):
                self.assertEqual(server.ask(query(i, f"n{i}.test")), CLEAN[i])

    def test_unmatched_questions_are_listed_at_the_end(self):
        for options, wanted in (((), REFUSED),
                                (("--unmatched", "NXDOMAIN"), NXDOMAIN),
                                (("--unmatched=NOERROR",), 0)):
            server = Server(self.text, *options)
            self.assertEqual(rcode(server.ask(query(1, "a.test"))), wanted)
            self.assertEqual(rcode(server.ask_tcp(query(1, "A.test"))), wanted)
            self.assertEqual(
                rcode(server.ask(query(1, "n1.test", 65535))), wanted)
            self.assertEqual(server.ask(query(1, "n1.test")), CLEAN[1])
            self.assertEqual(server.stop().splitlines(), [
                "stubdns-replay: not recorded: a.test. IN A, asked 2 times",
                "stubdns-replay: not recorded: n1.test. IN TYPE65535"])
            self.assertEqual(server.process.returncode, 0)

    def test_wrong_options(self):
        for arguments, word in (
                (("--loss", "101%"), "at most 1 or 100%"),
                (("--loss", "1.1"), "at most 1 or 100%"),
                (("--loss", "-1"), "as 0.1 or 10%"),
                (("--loss", "x"), "as 0.1 or 10%"),
                (("--loss=",), "as 0.1 or 10%"),
                (("--spoof", "1 %"), "as 0.1 or 10%"),
                (("--delay", "80"), "a number of s or ms"),
                (("--delay", "80us"), "a number of s or ms"),
                (("--jitter", "2h"), "a number of s or ms"),
                (("--jitter", "3601s"), "at most an hour"),
                (("--rcode", "servfail"), "a name as SERVFAIL"),
                (("--unmatched", "17"), "a name as SERVFAIL"),
                (("--seed", "one"), "a seed is a number"),
                (("--seed", "-1"), "a seed is a number"),
                (("--seed", "18446744073709551616"), "a seed is a number"),
                (("--scenario", "9"), "no such scenario"),
                (("--address", "localhost"), "no IPv4 or IPv6 address")):
            done = subprocess.run([REPLAY, self.text, *arguments], text=True,
                                  capture_output=True, timeout=10, check=False)
            with self.subTest(arguments=arguments):
                self.assertIn(word, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1)
                self.assertEqual(done.returncode,
                                 8 if "scenario" in word else 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
