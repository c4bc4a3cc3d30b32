#!/usr/bin/env python3
"""Scenarios that stubdns-replay serves: their rules, what they expect of the
queries of whoever asks, and ports that are shut.

usage: test_scenarios.py STUBDNS-REPLAY
"""
import errno
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
REPLY = ("question www.test A\n"
         "answer www.test. 60 A 192.0.2.1\n")
NAME = b"\3www\4test\0"


def query(id_=1, edns=False):
    return struct.pack("!6H", id_, 0x0100, 1, 0, 0, int(edns)) + NAME + \
        struct.pack("!HH", 1, 1) + (b"\0\0\x29\4\xd0" + bytes(6)) * edns


def rcode(reply):
    return reply[3] & 0xf


class Server:
    """The program while it serves a text."""

    def __init__(self, path, *arguments):
        self.process = subprocess.Popen(
            [REPLAY, path, *arguments], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        address, port = self.process.stdout.readline().strip().split("#")
        self.address = address, int(port)

    def ask(self, octets, seconds=5):
        """The reply, or None; an error of the system passes through."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.connect(self.address)
            udp.settimeout(seconds)
            udp.send(octets)
            try:
                return udp.recv(65535)
            except TimeoutError:
                return None

    def ask_tcp(self, octets):
        with socket.create_connection(self.address, 5) as tcp:
            tcp.sendall(struct.pack("!H", len(octets)) + octets)
            stream = tcp.makefile("rb")
            length = stream.read(2)
            return stream.read(struct.unpack("!H", length)[0]) if length \
                else b""

    def stop(self):
        """The exit status and what was said."""
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=10)
        return self.process.returncode, errors


class Scenarios(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = pathlib.Path(folder.name) / "text"

    def serve(self, text, *arguments):
        self.path.write_text(REPLY + text)
        server = Server(self.path, *arguments)
        self.addCleanup(server.process.stdout.close)
        self.addCleanup(server.process.stderr.close)
        self.addCleanup(lambda: server.process.poll() is None and
                        server.process.kill())
        return server

    def assert_ends(self, server, *failures):
        """With these failures, each a line of the text and a sentence."""
        status, errors = server.stop()
        self.assertEqual(errors, "".join(
            f"stubdns-replay: {self.path}:{line}: {sentence}\n"
            for line, sentence in failures))
        self.assertEqual(status, 2 if failures else 0)

    def test_expectations_that_are_met(self):
        server = self.serve("scenario s\n"
                            "on query 1: drop\n"
                            "on query 2: SERVFAIL\n"
                            "on edns: answer after 50 ms\n"
                            "expect queries 3 to 4\n"
                            "expect query 1 plain udp at 0 s\n"
                            "expect query 3 edns between 10 ms and 1 min\n"
                            "expect query 4 tcp\n"
                            "expect lookup 1 NXDOMAIN\n")
        self.assertIsNone(server.ask(query(), 0.02))
        self.assertEqual(rcode(server.ask(query())), 2)
        begin = time.monotonic()
        self.assertEqual(server.ask(query(7, edns=True))[:2], b"\0\7")
        self.assertGreaterEqual(time.monotonic() - begin, 0.05)
        self.assertEqual(rcode(server.ask_tcp(query())), 0)
        self.assert_ends(server)

    def test_expectations_that_are_not(self):
        server = self.serve("scenario s\n"
                            "at 2 s ask www.test A\n"
                            "expect query 1 edns\n"
                            "expect query 1 at 2 s\n"
                            "expect query 2 udp\n"
                            "expect queries 2\n")
        self.assertEqual(rcode(server.ask(query())), 0)
        self.assert_ends(
            server,
            (5, "query 1 was sent after 2000.000 ms: udp, plain, no-cookie, "
                "type A, to server 1"),
            (7, "query 2 was not sent"),
            (8, "1 queries were sent"))

    def test_what_is_no_query_does_not_count(self):
        server = self.serve("scenario s\nexpect queries 1\n")
        reply = bytearray(query())
        reply[2] |= 0x80
        self.assertIsNone(server.ask(bytes(reply), 0.02))
        self.assertIsNone(server.ask(b"\0\0", 0.02))
        self.assertEqual(rcode(server.ask(query())), 0)
        self.assert_ends(server)

    def test_the_scenario_is_chosen(self):
        text = "scenario first\non any: NXDOMAIN\nscenario second\n" \
            "on any: REFUSED\nexpect queries 1\n"
        for arguments, wanted in (((), 3), (("--scenario", "first"), 3),
                                  (("--scenario", "2"), 5),
                                  (("--scenario=second",), 5)):
            with self.subTest(arguments=arguments):
                server = self.serve(text, *arguments)
                self.assertEqual(rcode(server.ask(query())), wanted)
                self.assert_ends(server)

    def assert_udp_is_refused(self, server):
        with self.assertRaises(ConnectionRefusedError):
            server.ask(query())

    def assert_tcp_is_refused(self, server):
        with self.assertRaises(ConnectionRefusedError):
            server.ask_tcp(query())

    def test_a_port_that_is_shut_is_refused(self):
        for rules in ("on any: shut\n", "on udp: shut\non tcp: shut\n",
                      "on server 2: answer\non any: shut after 1 s\n"):
            with self.subTest(rules=rules):
                server = self.serve(f"scenario s\n{rules}expect queries 5\n")
                self.assert_udp_is_refused(server)
                self.assert_tcp_is_refused(server)
                self.assert_is_taken(server.address)
                self.assert_ends(server)

    def assert_is_taken(self, address):
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with socket.socket(socket.AF_INET, kind) as other, \
                    self.assertRaises(OSError) as raised:
                other.bind(address)
            self.assertEqual(raised.exception.errno, errno.EADDRINUSE)

    def test_udp_and_tcp_are_shut_each_by_itself(self):
        server = self.serve("on tcp: shut\nscenario s\n")
        self.assertEqual(rcode(server.ask(query())), 0)
        self.assert_tcp_is_refused(server)
        self.assert_ends(server)
        server = self.serve("on any: shut\nscenario s\non tcp: answer\n")
        self.assert_udp_is_refused(server)
        self.assertEqual(rcode(server.ask_tcp(query())), 0)
        self.assert_ends(server)

    def test_a_query_that_was_received_is_not_refused(self):
        for condition in ("query 1", "plain", "type A", "name www.test",
                          "no-cookie"):
            with self.subTest(condition=condition):
                server = self.serve(f"scenario s\non {condition}: shut\n")
                self.assertIsNone(server.ask(query(), 0.02))
                self.assert_ends(server)
        server = self.serve("scenario s\non any: shut, answer\n")
        self.assertEqual(rcode(server.ask(query())), 0)
        with self.assertRaises(ConnectionResetError):
            server.ask_tcp(query())
        self.assert_ends(server)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
