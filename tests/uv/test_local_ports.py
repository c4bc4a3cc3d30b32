#!/usr/bin/python3
"""Which local ports the resolver asks from, in a network of the test's own where
the system has few ports to give.

usage: test_local_ports.py ASK
"""
import pathlib
import socket
import subprocess
import sys
import threading
import unittest

import namespace

PORTS = range(40000, 40400)
KEPT = range(40000, 40200)
SETTINGS = pathlib.Path("/proc/sys/net/ipv4")


class Responder:
    """Says NOERROR and nothing more, and notes from which ports it was asked."""

    def __init__(self):
        self.ports = set()
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            query, peer = self.socket.recvfrom(4096)
            self.ports.add(peer[1])
            self.socket.sendto(without_records(query), peer)


def without_records(query):
    end = 12
    while query[end]:
        end += 1 + query[end]
    return query[:2] + b"\x81\x80\0\1\0\0\0\0\0\0" + query[12:end + 5]


def ports_asked_from(responder):
    """The ports of 100 lookups at once."""
    responder.ports = set()
    names = "".join(f"n{i}.example.test 1 1\n" for i in range(100))
    result = subprocess.run([sys.argv[1], "127.0.0.1"], input=names, text=True,
                            capture_output=True, check=True, timeout=60)
    assert result.stdout == "0 0\n\n" * 100, result.stdout
    return responder.ports


def reserve(text):
    (SETTINGS / "ip_local_reserved_ports").write_text(text)


class LocalPorts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.responder = Responder()

    def assert_within(self, ports, allowed):
        self.assertGreaterEqual(len(ports), 30)
        self.assertLessEqual(ports, set(allowed))

    def test_every_port_of_the_system_may_be_bound(self):
        ports = ports_asked_from(self.responder)
        self.assert_within(ports, PORTS)
        self.assertTrue(ports & set(KEPT))

    def test_ports_that_the_system_reserves_are_not_bound_T2(self):
        reserve(f"{KEPT[0]}-{KEPT[-1]}")
        self.addCleanup(reserve, "\n")
        ports = ports_asked_from(self.responder)
        self.assert_within(ports, set(PORTS) - set(KEPT))

    def test_another_port_is_bound_where_one_is_taken_T3(self):
        for port in KEPT:
            taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.addCleanup(taken.close)
            taken.bind(("0.0.0.0", port))
        ports = ports_asked_from(self.responder)
        self.assert_within(ports, set(PORTS) - set(KEPT))


def main():
    namespace.enter()
    namespace.raise_loopback()
    try:
        (SETTINGS / "ip_local_port_range").write_text(f"{PORTS[0]} {PORTS[-1]}")
        reserve("\n")
    except OSError as error:
        namespace.skip(f"the ports of the system cannot be set: {error}")
    unittest.main(argv=sys.argv[:1])


if __name__ == "__main__":
    main()
