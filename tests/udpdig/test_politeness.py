#!/usr/bin/env python3
"""Looks at a server's side how udpdig -f asks: how many queries come in which
time, and how many are under way.

usage: test_politeness.py UDPDIG
"""
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

from responder import Query

UDPDIG = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "udpdig")

SO_TIMESTAMPNS = 35  # Linux: when the kernel had the datagram, however late we look


class Asked(unittest.TestCase):
    def setUp(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.socket.bind(("127.0.0.1", 0))

    def start(self, count, *more):
        file = tempfile.NamedTemporaryFile("w", suffix=".txt")
        self.addCleanup(file.close)
        file.writelines(f"name{number:05}.test\n" for number in range(count))
        file.flush()
        child = subprocess.Popen(
            [UDPDIG, f"@127.0.0.1#{self.socket.getsockname()[1]}", "--tsv", *more, "-f", file.name],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        return child

    def receive(self, timeout_s):
        """The next query, where it is from, and when it came; or None."""
        self.socket.settimeout(timeout_s)
        try:
            octets, (control,), _, client = self.socket.recvmsg(4096, 256)
        except TimeoutError:
            return None
        seconds, nanoseconds = struct.unpack("@ll", control[2])
        return Query(octets), client, seconds + nanoseconds / 1e9

    def answer(self, query, client):
        self.socket.sendto(query.reply(), client)

    def test_rate_holds_and_never_bursts(self):
        """Within 2 %, and never over 1.1 times in any 100 ms."""
        rate, count = 1000, 3000
        child = self.start(count, f"--rate={rate}")
        times = []
        while arrival := self.receive(5):
            query, client, time_s = arrival
            times.append(time_s)
            self.answer(query, client)
            if len(times) == count:
                break
        self.assertEqual(child.wait(10), 0)
        self.assertEqual(len(times), count)
        rate_seen = (count - 1) / (times[-1] - times[0])
        self.assertLess(abs(rate_seen / rate - 1), 0.02)
        most = rate // 10 * 11 // 10
        for first, later in zip(times, times[most:]):
            self.assertGreaterEqual(later - first, 0.1 - 0.001)

    def gather(self):
        """What comes until nothing does: all that is under way."""
        arrivals = {}
        arrival = self.receive(2)
        while arrival:
            query, client, _ = arrival
            arrivals[query.name] = query, client
            arrival = self.receive(0.05)
        return arrivals

    def test_window_halves_on_loss_and_recovers(self):
        """The server hears of the first queries twice before it answers."""
        self.start(900, "--window=64")
        lost = self.gather()
        self.assertGreater(len(lost), 32)
        sizes = []
        while arrivals := self.gather():
            sizes.append(len(arrivals.keys() - lost.keys()))
            for query, client in arrivals.values():
                self.answer(query, client)
        news = [size for size in sizes if size]
        self.assertLessEqual(news[0], 34)
        self.assertGreater(max(news[1:]), 48)
        self.assertLessEqual(max(news), 64)
        self.assertEqual(sum(news) + len(lost), 900)


if __name__ == "__main__":
    unittest.main()
