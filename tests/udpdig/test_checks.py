#!/usr/bin/env python3
"""Exit statuses that tell about the reply, --expect, and the forms that explain
what happened.

usage: test_checks.py UDPDIG
"""
import ctypes
import os
import pathlib
import pty
import re
import signal
import socket
import struct
import subprocess
import sys
import unittest

from responder import Responder, name, opt, option, record

UDPDIG = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "udpdig")


def run(*words, **more):
    return subprocess.run([UDPDIG, *words], capture_output=True, text=True, timeout=60,
                          check=False, **more)


def address(query, ttl=300):
    return record(query.name, 1, b"\xc0\0\2\x50", ttl)


def ask(answer, *words, tcp=None, **more):
    with Responder(answer, tcp=tcp) as server:
        return run(f"@127.0.0.1#{server.port}", "+tries=1", *words, "a.test", **more)


class Statuses(unittest.TestCase):
    def test_every_end_has_its_status_U4(self):
        rows = [
            ("an answer", lambda q: [q.reply([address(q)])], 0, 0),
            ("no data", lambda q: [q.reply()], 0, 20),
            ("NXDOMAIN", lambda q: [q.reply(rcode=3)], 0, 23),
            ("SERVFAIL", lambda q: [q.reply(rcode=2)], 0, 22),
            ("REFUSED", lambda q: [q.reply(rcode=5)], 0, 25),
            ("BADVERS", lambda q: [q.reply([], [], [opt(rcode=1)])], 0, 36),
            ("BADCOOKIE", lambda q: [q.reply([], [], [opt(rcode=1)], rcode=7)], 0, 36),
            ("silence", lambda q: [], 9, 9),
            ("a malformed reply", lambda q: [q.reply([address(q)])[:-1]], 9, 9),
            ("a truncated reply", lambda q: [q.reply([address(q)], flags=0x8780)], 9, 9),
        ]
        for what, answer, plain, with_rcode in rows:
            with self.subTest(what):
                words = ["+fail", *(["+deadline=200ms"] if plain else [])]
                self.assertEqual(ask(answer, *words).returncode, plain)
                self.assertEqual(ask(answer, *words, "--exit-rcode").returncode, with_rcode)
        self.assertEqual(run("+nosuch").returncode, 1)

    def test_truncated_reply_is_an_answer_where_that_is_ignored(self):
        done = ask(lambda q: [q.reply([address(q)], flags=0x8780)], "+ignore", "--exit-rcode")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_worst_counts_also_among_rcodes(self):
        rcodes = {"a": 3, "b": 2, "c": 0}
        answer = lambda q: [q.reply(rcode=rcodes[q.name[0]])] if q.name[0] != "d" else []
        for names, status in (("b.test", 23), ("c.test", 23), ("d.test", 9), ("b.test d.test", 9)):
            with self.subTest(names):
                done = ask(answer, "+fail", "--exit-rcode", "+deadline=300ms", *names.split())
                self.assertEqual(done.returncode, status)

    def test_interrupt_exits_with_130(self):
        with Responder(lambda q: []) as server:
            child = subprocess.Popen([UDPDIG, f"@127.0.0.1#{server.port}", "a.test",
                                      "+deadline=60"], stdout=subprocess.PIPE)
            while not server.queries and child.poll() is None:
                pass
            child.send_signal(signal.SIGINT)
            out, _ = child.communicate(timeout=30)
        self.assertEqual((child.returncode, out), (130, b""))


class Expectations(unittest.TestCase):
    ROWS = [
        ("A", True), ("AAAA", False), ("A 192.0.2.80", True), ("a 192.0.2.80", True),
        ("A 192.0.2.81", False), ("MX 10 mail.test", True), ("MX 10 MAIL.test.", True),
        ("MX 20 mail.test", False), ("rcode=NOERROR", True), ("rcode=nxdomain", False),
        ("rcode!=NXDOMAIN", True), ("ttl<=300", True), ("ttl<300", False), ("ttl>=60", True),
        ("ttl>60", False), ("ttl=300", False), ("ttl!=1", True), ("count=2", True),
        ("count>2", False), ("count>=1", True), ("flag=aa", True), ("flag=ad", False),
        ("flag!=ad", True),
    ]

    @staticmethod
    def answer(query):
        mx = record(query.name, 15, b"\0\x0a" + name("mail.test"), 60)
        return [query.reply([address(query), mx])]

    def test_what_is_met_and_what_is_not(self):
        for what, is_met in self.ROWS:
            with self.subTest(what):
                done = ask(self.answer, "--expect", what)
                self.assertEqual(done.returncode, 0 if is_met else 2)
                told = "" if is_met else \
                    f"udpdig: a.test. A: the reply is not as expected: '{what}'\n"
                self.assertEqual(done.stderr, told)

    def test_all_must_be_met(self):
        self.assertEqual(ask(self.answer, "--expect=A", "--expect=ttl<=300").returncode, 0)
        self.assertEqual(ask(self.answer, "--expect=A", "--expect=AAAA").returncode, 2)
        self.assertEqual(ask(self.answer, "--expect=AAAA", "--no-expect").returncode, 0)

    def test_no_record_has_no_ttl_that_is_as_expected(self):
        self.assertEqual(ask(lambda q: [q.reply([])], "--expect=ttl<=300").returncode, 2)

    def test_silence_is_worse_than_what_is_unexpected(self):
        self.assertEqual(ask(lambda q: [], "--expect=A", "+deadline=200ms").returncode, 9)


class Explained(unittest.TestCase):
    LINE = re.compile(r"; ([0-9a-f]{4})  ((?:[0-9a-f]{2} ){1,8}) *")

    def octets_of(self, text):
        """The octets on the lines, which must follow each other."""
        octets = b""
        for line in text.splitlines():
            match = self.LINE.match(line)
            if not match:
                continue
            self.assertEqual(int(match[1], 16), len(octets), line)
            octets += bytes.fromhex(match[2])
        return octets

    def test_every_octet_is_there_once_in_order(self):
        sent = []

        def answer(query):
            pointer = struct.pack("!HHHIH", 0xc00c, 5, 1, 60, 4) + b"\1b\xc0\x0c"
            sent[:] = [query.reply([pointer, address(query)],
                                   [record("test", 6, name("ns.test") + name("h.test") + bytes(20))],
                                   [opt(option(3, b"ns") + option(65001, b""))]) + b"tail"]
            return sent

        done = ask(answer, "--explain")
        text = done.stdout.split(";; EXPLAINED")[1]
        self.assertEqual(self.octets_of(text.split("\n\n")[0]), sent[0])
        for note in ("--> 000c, the name is a.test.", "--> 000c, the name is b.a.test.",
                     "option 3, NSID", "option 65001", "behind the last record", "TTL 300",
                     "flags qr aa rd ra, opcode QUERY, RCODE NOERROR", "end of the name"):
            self.assertIn(note, text)

    def test_query_is_explained_with_qr(self):
        with Responder(lambda q: [q.reply()]) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test", "+qr", "--explain")
        text = done.stdout.split(";; EXPLAINED")[1]
        self.assertEqual(self.octets_of(text.split("\n\n")[0]), server.queries[0].octets)

    def test_timeline_tells_what_happened(self):
        wrong = lambda q: bytes([q.octets[0] ^ 1]) + q.reply()[1:]
        done = ask(lambda q: [wrong(q), q.reply()], "--timeline")
        lines = done.stdout.split(";; TIMELINE, in microseconds:\n")[1].splitlines()
        for line, told in zip(lines, ("a query was sent from port ", "a datagram was ignored (24 oc"
                                      "tets): its ID is not the query's",
                                      "the answer came, 24 octets, NOERROR")):
            self.assertRegex(line, r"^; +\d+  127\.0\.0\.1#\d+  " + re.escape(told))

    def test_timeline_of_a_failure(self):
        done = ask(lambda q: [], "--timeline", "+deadline=200ms")
        self.assertIn("a query was sent", done.stdout)
        self.assertEqual(done.returncode, 9)

    def test_deterministic_output_is_the_same_each_time(self):
        for words in ([], ["+qr"], ["--timeline"], ["--json", "--timeline"], ["--explain"]):
            with Responder(lambda q: [q.reply([address(q)], [], [opt()])]) as server:
                runs = {run(f"@127.0.0.1#{server.port}", "a.test", "--deterministic",
                            *words).stdout for _ in range(3)}
                self.assertEqual(len(runs), 1, words)


class Servers(unittest.TestCase):
    """Several servers, each asked: --all-servers and --diff."""

    @staticmethod
    def ask_both(a, b, *words):
        with Responder(a) as one, Responder(b) as two:
            done = run(f"@127.0.0.1#{one.port}", f"@127.0.0.1#{two.port}", "+fail", *words)
            done.queries = (len(one.queries), len(two.queries))
            return done, f": -127.0.0.1#{one.port} +127.0.0.1#{two.port}\n"

    @staticmethod
    def reply(*numbers, rcode=0, ttl=60):
        return lambda q: [q.reply([record(q.name, 1, bytes([192, 0, 2, n]), ttl) for n in numbers],
                                  rcode=rcode)]

    def test_first_one_alone_is_asked_without_these(self):
        done, _ = self.ask_both(self.reply(1), self.reply(2), "+short", "a.test")
        self.assertEqual((done.stdout, done.queries), ("192.0.2.1\n", (1, 0)))

    def test_each_is_asked_for_every_question(self):
        done, _ = self.ask_both(self.reply(1), self.reply(2), "--all-servers", "+short", "a.test",
                                "b.test")
        self.assertEqual(done.stdout, "192.0.2.1\n192.0.2.2\n" * 2)
        self.assertEqual(done.queries, (2, 2))

    def test_a_silent_one_is_told_beside_the_others(self):
        done, _ = self.ask_both(lambda q: [], self.reply(2), "--all-servers", "+short",
                                "+deadline=300ms", "a.test")
        self.assertEqual((done.stdout, done.returncode), ("192.0.2.2\n", 9))

    def test_what_differs_is_printed_whatever_order_and_ttl(self):
        rows = [(self.reply(1, 2), self.reply(2, 1, ttl=9), "", 0),
                (self.reply(1, 2), self.reply(2, 3),
                 "-a.test.\tIN\tA\t192.0.2.1\n+a.test.\tIN\tA\t192.0.2.3\n", 2),
                (self.reply(), self.reply(rcode=3), "-status: NOERROR\n+status: NXDOMAIN\n", 2),
                (self.reply(1, 1), self.reply(1), "-a.test.\tIN\tA\t192.0.2.1\n", 2)]
        for a, b, wanted, status in rows:
            with self.subTest(wanted):
                done, title = self.ask_both(a, b, "--diff", "a.test")
                self.assertEqual(done.stdout, "; a.test. A" + title + wanted if wanted else "")
                self.assertEqual(done.returncode, status)


class Repetition(unittest.TestCase):
    def test_each_lookup_has_a_line_and_all_have_percentiles(self):
        done = ask(lambda q: [q.reply([address(q)])], "--count=5", "--interval=10ms")
        lines = done.stdout.splitlines()
        for number, line in enumerate(lines[:5], 1):
            self.assertRegex(line, rf"^{number} 127\.0\.0\.1#\d+: NOERROR, 1 answer, 46 octets, \d+ us$")
        self.assertEqual(lines[5], "; 5 asked, 5 answered, 0 lost")
        numbers = [int(n) for n in re.findall(r"(?:min|p\d+|max) (\d+)", lines[6])]
        self.assertEqual((len(numbers), numbers), (6, sorted(numbers)))
        times = sorted(int(re.search(r"(\d+) us$", line)[1]) for line in lines[:5])
        self.assertEqual((numbers[0], numbers[1], numbers[-1]), (times[0], times[2], times[-1]))
        self.assertEqual((len(lines), done.returncode), (7, 0))

    def test_lost_ones_are_counted_and_are_the_status(self):
        asked = []

        def answer(query):
            asked.append(query)
            return [] if len(asked) == 2 else [query.reply()]

        done = ask(answer, "--count=3", "--interval=1ms", "+deadline=300ms")
        self.assertIn("\n2 no server replied in time\n", done.stdout)
        self.assertIn("; 3 asked, 2 answered, 1 lost", done.stdout)
        self.assertEqual(done.returncode, 9)

    def test_several_questions_are_repeated_each_in_its_place(self):
        done = ask(lambda q: [q.reply()], "--count=2", "--interval=1ms", "b.test")
        self.assertEqual(re.findall(r"^(\d|; \d+ asked)", done.stdout, re.M),
                         ["1", "2", "; 2 asked"] * 2)

    def interrupt(self, answer, *words):
        """Interrupts it once three lookups have a line; gives lines and status."""
        with Responder(answer) as server:
            child = subprocess.Popen([UDPDIG, f"@127.0.0.1#{server.port}", "--count=1000",
                                      *words, "a.test"], stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, text=True)
            lines = [child.stdout.readline() for _ in range(3)]
            child.send_signal(signal.SIGINT)
            rest, errors = child.communicate(timeout=30)
        self.assertEqual((errors, child.returncode), ("", 130))
        return lines + rest.splitlines(keepends=True)

    def test_interrupt_prints_what_came_so_far(self):
        lines = self.interrupt(lambda q: [q.reply()], "--interval=40ms")
        asked = int(re.fullmatch(r"; (\d+) asked, \1 answered, 0 lost\n", lines[-2])[1])
        self.assertTrue(3 <= asked < 1000)
        self.assertEqual(len(lines), asked + 2)
        self.assertRegex(lines[-1], r"^; us: min \d+, p50 ")

    def test_a_lookup_that_is_interrupted_is_not_lost(self):
        asked = []

        def answer(query):
            asked.append(query)
            return [query.reply()] if len(asked) <= 3 else []

        lines = self.interrupt(answer, "--interval=1ms", "+deadline=60")
        self.assertEqual(lines[-2], "; 3 asked, 3 answered, 0 lost\n")

    def test_full_disk_ends_it(self):
        with Responder(lambda q: [q.reply()]) as server, open("/dev/full", "wb") as full:
            done = subprocess.run([UDPDIG, f"@127.0.0.1#{server.port}", "--count=1000000",
                                   "--interval=1ms", "a.test"], stdout=full,
                                  stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual(done.returncode, 11)


def has_libidn2():
    try:
        ctypes.CDLL("libidn2.so.0")
    except OSError:
        return False
    return True


@unittest.skipUnless(has_libidn2(), "libidn2 is not installed")
class Names(unittest.TestCase):
    """Letters outside ASCII, in and out."""
    UTF8 = {**os.environ, "LC_ALL": "C.UTF-8"}

    def test_are_sent_in_their_ascii_form(self):
        for typed, sent in (("bücher.test", "xn--bcher-kva.test."),
                            ("BÜCHER.test", "xn--bcher-kva.test."),
                            ("faß.test", "xn--fa-hia.test."),
                            ("www.例え.test", "www.xn--r8jz45g.test.")):
            with Responder(lambda q: [q.reply()]) as server:
                run(f"@127.0.0.1#{server.port}", typed)
                self.assertEqual(server.queries[0].name, sent)

    def test_octets_are_sent_as_they_are_where_that_is_asked(self):
        with Responder(lambda q: [q.reply()]) as server:
            run(f"@127.0.0.1#{server.port}", "+noidnin", "bücher.test")
            self.assertEqual(server.queries[0].name, "b\xc3\xbccher.test.")

    def test_that_are_none_are_refused(self):
        for typed in ("a\udcff.test", "💩.test", "ü" * 64 + ".test"):
            done = run(typed.encode(errors="surrogateescape"))
            self.assertIn(" is no internationalised name: ", done.stderr)
            self.assertEqual(done.returncode, 1)

    @staticmethod
    def answer(query):
        labels = name("xn--bcher-kva.test") + name("xn--nxasmq6b.xn--r8jz45g")
        return [query.reply([record(query.name, 5, name("xn--bcher-kva.test")),
                             record(query.name, 17, labels)])]

    def test_are_printed_as_people_write_them_where_that_is_asked(self):
        done = ask(self.answer, "+short", "+idnout", env=self.UTF8)
        self.assertEqual(done.stdout, "bücher.test.\nbücher.test. βόλοσ.例え.\n")
        for words, variables in ((["+short"], self.UTF8), (["+short", "+noidnout"], self.UTF8),
                                 (["+short", "+idnout"], {**os.environ, "LC_ALL": "C"})):
            done = ask(self.answer, *words, env=variables)
            self.assertEqual(done.stdout.splitlines()[0], "xn--bcher-kva.test.")

    def test_that_could_fool_a_reader_stay_as_they_are(self):
        for label in ("xn--0ca", "xn--a-ecp", "xn--google-vk2g", "xn--abc-lw0a", "xn--!", "xn--"):
            target = label if label != "xn--!" else "xn--zz!"
            answer = lambda q: [q.reply([record(q.name, 5, name(target + ".test"))])]
            shown = ask(answer, "+short", "+idnout", env=self.UTF8).stdout.strip()
            self.assertTrue(all(c.isalnum() or c in ".-!" for c in shown), shown)


class Limits(unittest.TestCase):
    @staticmethod
    def answer(query):
        return [query.reply([record(query.name, 1, bytes([192, 0, 2, i])) for i in range(9)])]

    def test_records_and_text_end_where_that_is_asked_U5(self):
        done = ask(self.answer, "--max-rrs=2", "+short")
        self.assertEqual(done.stdout, "192.0.2.0\n192.0.2.1\n")
        self.assertIn("there are more records than --max-rrs allows", done.stderr)
        done = ask(self.answer, "--max-rrs=2")
        self.assertIn("192.0.2.1\n;; 7 records more\n\n", done.stdout)
        done = ask(self.answer, "--max-text=4", "--max-rrs=1", "+short")
        self.assertEqual(done.stdout, "192. ; 5 characters more\n")

    def test_worst_message_is_printed_in_proportion_U5(self):
        """Every type in one bitmap is the longest text that few octets can have."""
        bitmap = b"".join(bytes([window, 32]) + b"\xff" * 32 for window in range(256))
        reply = lambda q: q.reply([record(q.name, 47, b"\0" + bitmap)])
        for words in ([], ["+short"], ["--json"], ["+yaml"], ["--tsv"], ["--explain"],
                      ["--json=doh"], ["--json=rfc8427"]):
            with self.subTest(words):
                done = ask(lambda q: [q.reply(flags=0x8380)], *words, tcp=reply)
                self.assertEqual(done.returncode, 0)
                self.assertLess(len(done.stdout), 200 * len(bitmap))


class Colors(unittest.TestCase):
    ESCAPE = re.compile(r"\x1b\[\d+m")

    def colored(self, words, variables):
        environment = {k: v for k, v in os.environ.items()
                       if k not in ("NO_COLOR", "CLICOLOR_FORCE")}
        done = ask(lambda q: [q.reply([address(q)])], *words, env={**environment, **variables})
        return "\x1b" in done.stdout

    def test_who_decides(self):
        rows = [([], {}, False), (["--color"], {}, True), (["--color=always"], {}, True),
                (["--color=auto"], {}, False), ([], {"CLICOLOR_FORCE": "1"}, True),
                ([], {"CLICOLOR_FORCE": "0"}, False),
                (["--color=never"], {"CLICOLOR_FORCE": "1"}, False),
                (["--color=always"], {"NO_COLOR": "1"}, True),
                (["--color", "+short"], {}, False), (["--color", "--json"], {}, False),
                (["--color", "--tsv"], {}, False)]
        for words, variables, wanted in rows:
            with self.subTest((words, variables)):
                self.assertEqual(self.colored(words, variables), wanted)

    def test_text_is_the_same_without_its_colors(self):
        answer = lambda q: [q.reply([address(q)], [], [opt()], rcode=0)]
        words = ["--deterministic", "+nocmd", "+nostats", "+multiline"]
        plain = ask(answer, *words).stdout
        colored = ask(answer, *words, "--color").stdout
        self.assertNotEqual(plain, colored)
        self.assertEqual(self.ESCAPE.sub("", colored), plain)

    def on_terminal(self, variables, *words):
        """What a terminal is given."""
        main, other = pty.openpty()
        with Responder(lambda q: [q.reply([address(q)])]) as server:
            child = subprocess.Popen([UDPDIG, f"@127.0.0.1#{server.port}", "a.test", *words],
                                     stdout=other, env={**os.environ, "TERM": "xterm",
                                                        **variables})
            child.wait(60)
        os.close(other)
        text = os.read(main, 65536)
        os.close(main)
        return text

    def test_terminal_gets_colors_unless_it_is_told_otherwise(self):
        self.assertIn(b"\x1b[", self.on_terminal({}))
        self.assertNotIn(b"\x1b[", self.on_terminal({"NO_COLOR": "1"}))
        self.assertNotIn(b"\x1b[", self.on_terminal({"TERM": "dumb"}))
        self.assertNotIn(b"\x1b[", self.on_terminal({}, "--color=never"))

    def test_options_of_the_environment_are_for_terminals(self):
        variables = {"UDPDIG_OPTIONS": " +short  --no-color "}
        self.assertEqual(self.on_terminal(variables), b"192.0.2.80\r\n")
        done = ask(lambda q: [q.reply([address(q)])], env={**os.environ, **variables})
        self.assertIn("HEADER", done.stdout)


if __name__ == "__main__":
    unittest.main()
