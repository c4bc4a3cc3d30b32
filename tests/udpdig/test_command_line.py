#!/usr/bin/env python3
"""Runs udpdig with wrong command lines, against servers that do not answer,
and with an output that cannot be written: messages and exit statuses.

usage: test_command_line.py UDPDIG
"""
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import time
import unittest

from responder import Query, Responder, option, opt, record

UDPDIG = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "udpdig")
WRONG = pathlib.Path(__file__).with_name("wrong_arguments.txt")


def run(*words, **more):
    more.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([UDPDIG, *words], stderr=subprocess.PIPE, timeout=60,
                          check=False, **more)


def closed_port():
    """A port at which nobody listens: it was free a moment ago."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def address(query):
    return query.reply([record(query.name, 1, b"\xc0\0\2\x50")])


class WrongArguments(unittest.TestCase):
    def test_each_wrong_word_is_named_and_nothing_printed(self):
        rows = 0
        for line in WRONG.read_text().splitlines():
            if not line or line.startswith("#"):
                continue
            words, message = line.split(" | ", 1)
            rows += 1
            with self.subTest(words):
                done = run(*shlex.split(words))
                self.assertEqual(done.stderr.decode(), f"udpdig: {message}\n")
                self.assertEqual((done.stdout, done.returncode), (b"", 1))
        self.assertGreaterEqual(rows, 100)

    def test_control_characters_are_escaped_in_messages(self):
        done = run("a\x1b[2J..test")
        self.assertEqual(done.stderr, b"udpdig: 'a\\027[2J..test': the name has an empty label\n")
        self.assertEqual(done.returncode, 1)

    def test_name_that_is_too_long(self):
        done = run(".".join(["a" * 63] * 4))
        self.assertIn(b"a name is longer than 255 octets", done.stderr)
        self.assertEqual(done.returncode, 1)

    def test_thirty_third_server(self):
        done = run(*(f"@127.0.0.{i}" for i in range(1, 34)), "a.test")
        self.assertEqual(done.stderr, b"udpdig: '127.0.0.33' is a server too many, after 32\n")
        self.assertEqual(done.returncode, 1)


class Statuses(unittest.TestCase):
    def test_every_rcode_is_an_answer(self):
        for rcode in range(16):
            with self.subTest(rcode=rcode), Responder(lambda q: [q.reply(rcode=rcode)]) as server:
                done = run(f"@127.0.0.1#{server.port}", "a.test", "+deadline=2")
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assertIn(b";; ->>HEADER<<- opcode: QUERY, status: ", done.stdout)

    def test_silent_server(self):
        with Responder(lambda q: []) as server:
            begin = time.monotonic()
            done = run(f"@127.0.0.1#{server.port}", "a.test", "+deadline=300ms")
            self.assertLess(time.monotonic() - begin, 3)
        self.assertEqual(done.returncode, 9)
        self.assertRegex(done.stderr.decode(),
                         r"^udpdig: a\.test\. A: no server replied in time "
                         rf"\(\d quer(y|ies) sent, the last to 127\.0\.0\.1#{server.port}\)\n$")

    def test_errors_stay_off_stdout_with_short(self):
        with Responder(lambda q: []) as server:
            done = run(f"@127.0.0.1#{server.port}", "+short", "a.test", "+deadline=100ms")
        self.assertEqual((done.stdout, done.returncode), (b"", 9))
        self.assertNotEqual(done.stderr, b"")

    def test_closed_port(self):
        begin = time.monotonic()
        done = run(f"@127.0.0.1#{closed_port()}", "a.test", "+short")
        self.assertLess(time.monotonic() - begin, 4)
        self.assertEqual((done.returncode, done.stdout), (9, b""))
        self.assertIn(b"no server listens at the address and port asked", done.stderr)

    def test_worst_of_several_counts_whatever_its_place(self):
        answer = lambda q: [] if q.name.startswith("dead") else [address(q)]
        for names in (["dead.test", "a.test"], ["a.test", "dead.test"],
                      ["a.test", "dead.test", "b.test"]):
            with self.subTest(names), Responder(answer) as server:
                done = run(f"@127.0.0.1#{server.port}", "+short", "+deadline=200ms", *names)
                self.assertEqual(done.returncode, 9)
                self.assertEqual(done.stdout, b"192.0.2.80\n" * (len(names) - 1))
                self.assertEqual(done.stderr.count(b"\n"), 1)

    def test_malformed_replies_only(self):
        with Responder(lambda q: [address(q)[:-1]]) as server:
            done = run(f"@127.0.0.1#{server.port}", "+short", "a.test", "+deadline=500ms")
        self.assertEqual((done.returncode, done.stdout), (9, b""))
        self.assertIn(b"only malformed replies came", done.stderr)


class Order(unittest.TestCase):
    def test_all_pairs_are_asked_at_once_and_printed_in_order(self):
        """No query is answered before all of them are there."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind(("127.0.0.1", 0))
            server.settimeout(10)
            words = ["a.test", "b.test", "c.test", "TXT", "SPF"]
            child = subprocess.Popen(
                [UDPDIG, f"@127.0.0.1#{server.getsockname()[1]}", "+short", *words],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.answer_backwards(server, 6)
            out, err = child.communicate(timeout=20)
        expected = "".join(f'"{name}{type_}"\n' for name in "abc" for type_ in (16, 99))
        self.assertEqual((out.decode(), err, child.returncode), (expected, b"", 0))

    @staticmethod
    def answer_backwards(server, count):
        pending = {}
        while len(pending) < count:
            octets, client = server.recvfrom(65535)
            query = Query(octets)
            pending[query.name, query.type] = query, client
        for query, client in reversed(pending.values()):
            text = f"{query.name[0]}{query.type}".encode()
            rdata = bytes([len(text)]) + text
            server.sendto(query.reply([record(query.name, query.type, rdata)]), client)


class Output(unittest.TestCase):
    def test_full_disk_U6(self):
        with Responder(lambda q: [address(q)]) as server, open("/dev/full", "wb") as full:
            done = run(f"@127.0.0.1#{server.port}", "a.test", stdout=full)
        self.assertEqual(done.returncode, 11)
        self.assertEqual(done.stderr, b"udpdig: the output cannot be written: "
                                      b"No space left on device\n")

    def test_full_disk_for_help_and_version(self):
        for word in ("-h", "-V"):
            with open("/dev/full", "wb") as full:
                self.assertEqual(run(word, stdout=full).returncode, 11)

    def test_closed_pipe_U6(self):
        reader, writer = os.pipe()
        os.close(reader)
        with Responder(lambda q: [address(q)]) as server, os.fdopen(writer, "wb") as pipe:
            done = run(f"@127.0.0.1#{server.port}", "a.test", stdout=pipe)
        self.assertEqual(done.returncode, 11)
        self.assertIn(b"Broken pipe", done.stderr)

    def test_closed_stdout_never_reaches_a_socket_U6(self):
        queries = []
        with Responder(lambda q: [address(q)]) as server:
            done = subprocess.run(
                ["sh", "-c", f'"{UDPDIG}" @127.0.0.1#{server.port} a.test b.test >&-'],
                stderr=subprocess.PIPE, check=False, timeout=60)
            queries = [q.octets for q in server.queries]
        self.assertEqual(done.returncode, 11)
        self.assertTrue(all(b"HEADER" not in octets for octets in queries))

    def test_all_streams_closed(self):
        with Responder(lambda q: [address(q)]) as server:
            done = subprocess.run(
                ["sh", "-c", f'"{UDPDIG}" @127.0.0.1#{server.port} a.test <&- >&- 2>&-'],
                check=False, timeout=60)
        self.assertEqual(done.returncode, 11)

    def test_full_disk_ends_other_lookups(self):
        answer = lambda q: [address(q)] if q.name == "a.test." else []
        with Responder(answer) as server, open("/dev/full", "wb") as full:
            begin = time.monotonic()
            done = run(f"@127.0.0.1#{server.port}", "a.test", "silent.test", stdout=full)
            self.assertLess(time.monotonic() - begin, 4)
        self.assertEqual(done.returncode, 11)

    def test_help_and_version(self):
        self.assertRegex(run("-V").stdout, rb"^udpdig \d+\.\d+\.\d+\n$")
        self.assertEqual(run("-v").stdout, run("--version").stdout)
        for word in ("-h", "--help"):
            done = run(word)
            self.assertTrue(done.stdout.startswith(b"usage: udpdig "))
            self.assertEqual(done.returncode, 0)


class Queries(unittest.TestCase):
    """What stands in the query, read from its octets."""

    def query(self, *words):
        with Responder(lambda q: [address(q)]) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test", *words)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            return server.queries[0]

    def test_flags(self):
        for words, flags in (([], 0x0120), (["+norec"], 0x0020), (["+noad"], 0x0100),
                             (["+cd"], 0x0130), (["+norec", "+noad"], 0)):
            with self.subTest(words):
                self.assertEqual(self.query(*words).flags, flags)

    def test_edns(self):
        for words, opt_record in (
                ([], opt(size=1232)), (["+bufsize=4096"], opt(size=4096)),
                (["+do"], opt(size=1232, flags=0x8000)), (["+noedns"], b""),
                (["+noedns", "+do"], opt(size=1232, flags=0x8000))):
            with self.subTest(words):
                self.assertEqual(self.query(*words, "+nocookie").opt, opt_record)

    def test_given_id_stands_in_every_query(self):
        with Responder(lambda q: []) as server:
            run(f"@127.0.0.1#{server.port}", "a.test", "+qid=4711", "+deadline=1500ms")
        self.assertGreater(len(server.queries), 1)
        self.assertEqual({q.id for q in server.queries}, {4711})

    def test_cookie_is_sent_back_as_the_server_gave_it(self):
        def answer(query):
            rcode = 23 if len(query.opt) == 23 else 0
            cookie = opt(option(10, query.opt[15:23] + b"8 octets"), rcode=rcode >> 4)
            return [query.reply([], [], [cookie], rcode=rcode & 15)]
        with Responder(answer) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test")
        self.assertEqual([q.opt[23:] for q in server.queries], [b"", b"8 octets"])
        self.assertIn(b"status: NOERROR", done.stdout)
        self.assertIn(b"38206f6374657473 (good)", done.stdout)

    def test_first_reply_is_taken_where_that_is_asked(self):
        for words, rcode in (("+fail", 2), ("+nobadcookie", 23), ("+noednsnegotiation", 16),
                             ("+opcode=notify", 9), ("+header-only", 1)):
            upper = opt(rcode=rcode >> 4)
            with Responder(lambda q: [q.reply([], [], [upper], rcode=rcode & 15)]) as server:
                if words == "+header-only":
                    server.answer = lambda q: [q.octets[:2] + b"\x81\1" + bytes(8)]
                if words == "+opcode=notify":
                    server.answer = lambda q: [q.reply(flags=0xa080, rcode=rcode)]
                with self.subTest(words):
                    done = run(f"@127.0.0.1#{server.port}", "a.test", words)
                    self.assertEqual((done.returncode, len(server.queries)), (0, 1))

    def test_capitals_are_random_with_0x20(self):
        name = "abcdefghijklmnopqrstuvwxyz.test"
        with Responder(lambda q: [q.reply()]) as server:
            done = run(f"@127.0.0.1#{server.port}", name, "+0x20", "+nocookie")
        self.assertNotEqual(server.queries[0].name, name + ".")
        self.assertEqual(server.queries[0].name.lower(), name + ".")
        self.assertIn(f";{name}.".encode(), done.stdout)

    def test_malformed_content_is_an_error_where_that_is_asked(self):
        with Responder(lambda q: [q.reply([record(q.name, 257, b"\0\5a")])]) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test", "CAA", "+nobesteffort")
        self.assertEqual((done.returncode, done.stdout.count(b"CAA")), (9, 1))
        self.assertIn(b"only malformed replies came", done.stderr)

    def test_question(self):
        query = self.query("-t", "TYPE65280", "-c", "CH")
        self.assertEqual((query.name, query.type, query.class_), ("a.test.", 65280, 3))

    def test_tries_bounds_the_queries(self):
        for tries in (1, 2):
            with Responder(lambda q: []) as server:
                run(f"@127.0.0.1#{server.port}", "a.test", f"+tries={tries}", "+deadline=1500ms")
                self.assertEqual(len(server.queries), tries)

    def test_next_server_is_asked(self):
        with Responder(lambda q: [address(q)]) as server:
            done = run(f"@127.0.0.1#{closed_port()}", f"@127.0.0.1#{server.port}", "a.test",
                       "+short")
        self.assertEqual((done.stdout, done.returncode), (b"192.0.2.80\n", 0))

    def test_ipv6_server(self):
        try:
            server = Responder(lambda q: [address(q)], socket.AF_INET6, "::1")
        except OSError:
            self.skipTest("no IPv6 on loopback")
        with server:
            for words in ([f"@::1#{server.port}"], [f"@[::1]:{server.port}"],
                          ["@::1", "-p", str(server.port)], ["-6", f"@::1#{server.port}"]):
                with self.subTest(words):
                    self.assertEqual(run(*words, "a.test", "+short").stdout, b"192.0.2.80\n")

    def test_localhost_is_not_looked_up(self):
        with Responder(lambda q: [address(q)]) as server:
            done = run(f"@localhost#{server.port}", "a.test", "+short")
            self.assertEqual((done.stdout, done.returncode), (b"192.0.2.80\n", 0))
            self.assertTrue(all(q.name == "a.test." for q in server.queries))


class Warnings(unittest.TestCase):
    def test_ignored_datagrams_are_told(self):
        wrong = lambda q: bytes([q.octets[0] ^ 1]) + address(q)[1:]
        with Responder(lambda q: [wrong(q), wrong(q), address(q)]) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b";; WARNING: ignored 2 datagrams that did not answer the query; "
                      b"the first: its ID is not the query's\n", done.stdout)

    def test_truncation_is_told_on_stderr_where_comments_are_off(self):
        with Responder(lambda q: [q.reply(flags=0x8780)]) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test", "+short", "+deadline=1")
            self.assertIn(b"truncated", done.stderr)
            ignored = run(f"@127.0.0.1#{server.port}", "a.test", "+short", "+ignore")
            self.assertEqual((ignored.stderr, ignored.returncode), (b"", 0))

    def test_malformed_content_is_shown_as_octets_with_the_reason(self):
        reply = lambda q: [q.reply([record(q.name, 257, b"\0\5a")])]
        with Responder(reply) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test", "CAA")
            self.assertIn(b"CAA\t\\# 3 000561\n;; malformed: ", done.stdout)
            short = run(f"@127.0.0.1#{server.port}", "a.test", "CAA", "+short")
            self.assertEqual(short.stdout, b"\\# 3 000561\n")
            self.assertIn(b"malformed", short.stderr)

    def test_nothing_from_the_network_reaches_the_terminal_raw_U1(self):
        """Every octet, in each place that carries free ones."""
        every = bytes(range(256))
        long_name = b"".join(b"\x3f" + every[i:i + 63] for i in range(0, 189, 63)) + b"\0"
        texts = b"".join(bytes([64]) + every[i:i + 64] for i in range(0, 256, 64))
        options = b"".join(option(code, every) for code in (3, 5, 12, 65001))
        options += option(15, b"\0\6" + every) + option(15, b"\0\x1b\x1b[2J")
        answers = [b"", b"", b"", b""]

        def answer(query):
            answers[0] = record(query.name, 16, texts)
            answers[1] = record(query.name, 5, long_name)
            answers[2] = record(query.name, 65280, every)
            answers[3] = long_name + record("", 1, b"\1\2\3\4")[1:]
            return [query.reply(answers, [], [opt(options)])]

        with Responder(answer) as server:
            for words in ([], ["+short"], ["+multiline"], ["+unknownformat"], ["+qr"],
                          ["+yaml"], ["--json"], ["--json=rfc8427"], ["--json=doh"], ["--tsv"],
                          ["--explain"], ["--timeline"]):
                done = run(f"@127.0.0.1#{server.port}", "a.test", "TXT", *words)
                self.assertEqual(done.returncode, 0, done.stderr)
                raw = set(done.stdout) - set(b"\t\n") - set(range(0x20, 0x7f))
                self.assertEqual(raw, set(), words)


if __name__ == "__main__":
    unittest.main()
