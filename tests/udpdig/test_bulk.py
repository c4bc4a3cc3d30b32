#!/usr/bin/env python3
"""Runs udpdig -f on files and pipes: one record a line and question, whatever
the lines, the network and the moment at which it is killed.

usage: test_bulk.py UDPDIG
"""
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from responder import Responder, record

UDPDIG = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "udpdig")


def address_of(name):
    """An A record's data that tells the name apart from others."""
    return bytes([192, sum(name.encode()) % 256, len(name), 1])


def answer(query):
    if query.name.startswith("nx"):
        return query.reply(rcode=3)
    if query.type != 1:
        return query.reply()
    return query.reply([record(query.name, query.type, address_of(query.name))])


def loses(share, seed=1):
    """A responder's function that drops so many of its replies."""
    dice = random.Random(seed)
    return lambda query: [] if dice.random() < share else [answer(query)]


def names(count):
    return [f"name{i}.{'x' * (i % 7)}test." for i in range(1, count + 1)]


class Bulk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "names.txt"
        self.journal = self.folder / "journal"
        self.output = self.folder / "output"

    def words(self, *more):
        return [str(UDPDIG), *map(str, more), "-f", str(self.file)]

    def run_file(self, content, *more, **options):
        self.file.write_bytes(content.encode() if isinstance(content, str) else content)
        return subprocess.run(self.words(*more), capture_output=True, timeout=120, check=False,
                              **options)

    def json_of(self, done):
        return [json.loads(line) for line in done.stdout.splitlines()]


class Lines(Bulk):
    def ask(self, content, *more):
        with Responder(lambda q: [answer(q)]) as server:
            done = self.run_file(content, f"@127.0.0.1#{server.port}", "--json", *more)
        return done, self.json_of(done)

    def questions(self, content, *more):
        _, records = self.ask(content, *more)
        return [(r["n"], r["question"]["name"], r["question"]["type"]) for r in records]

    def test_each_kind_of_line(self):
        content = ("# comment\n\n  ; comment\r\nplain.test\r\ntyped.test MX\n\t indented.test \n"
                   "TXT first.test\nmx\nAAAA.test\nboth.test A AAAA\n-x 192.0.2.1\n"
                   "-q ns -t txt\ntwo.test three.test\nlast.test")
        self.assertEqual(self.questions(content), [
            (4, "plain.test.", "A"), (5, "typed.test.", "MX"), (6, "indented.test.", "A"),
            (7, "first.test.", "TXT"), (8, "mx.", "A"), (9, "AAAA.test.", "A"),
            (10, "both.test.", "A"), (10, "both.test.", "AAAA"),
            (11, "1.2.0.192.in-addr.arpa.", "PTR"), (12, "ns.", "TXT"),
            (13, "two.test.", "A"), (13, "three.test.", "A"), (14, "last.test.", "A")])

    def test_types_of_the_command_line_are_asked_where_a_line_has_none(self):
        self.assertEqual(self.questions("a.test\nb.test NS\nc.test +tries=1\n", "A", "TXT"), [
            (1, "a.test.", "A"), (1, "a.test.", "TXT"), (2, "b.test.", "NS"),
            (3, "c.test.", "A"), (3, "c.test.", "TXT")])

    def test_bad_lines_give_one_error_each_and_the_work_goes_on(self):
        content = (b"good.test\na..b\n+bogus x.test\nx\0y.test\n" + b"l" * 70000 + b"\n"
                   b"--window=3 x.test\n-V\nBOGUSTYPE x.test y.test\nlast.test\n" +
                   b"w " * 65 + b"\nend.test\n")
        done, records = self.ask(content)
        self.assertEqual(done.returncode, 9)
        self.assertEqual([r["n"] for r in records], list(range(1, 12)))
        for r in records:
            if r["n"] in (1, 9, 11):
                self.assertEqual(r["status"], "NOERROR")
            else:
                self.assertEqual(r["error"]["code"], "BADNAME")
                self.assertTrue(r["error"]["message"].startswith(f"{self.file}:{r['n']}: "), r)

    def test_bad_line_is_told_on_stderr_beside_text(self):
        with Responder(lambda q: [answer(q)]) as server:
            done = self.run_file("a.test\na..b\nb.test\n", f"@127.0.0.1#{server.port}", "+short")
        self.assertEqual(len(done.stdout.splitlines()), 2)
        self.assertIn(f"udpdig: {self.file}:2: 'a..b': the name has an empty label\n",
                      done.stderr.decode())

    def test_nothing_leaks_from_line_to_line(self):
        with Responder(lambda q: [answer(q)]) as one, Responder(lambda q: [answer(q)]) as two:
            done = self.run_file(
                f"a.test +norec +do @127.0.0.1#{two.port}\nb.test\nc.test +tsv -c CH\nd.test\n",
                f"@127.0.0.1#{one.port}", "--json", "--window=1")
            flags = {q.name: (q.flags & 0x100, q.class_) for q in one.queries + two.queries}
            self.assertEqual([q.name for q in two.queries], ["a.test."])
        self.assertEqual(flags, {"a.test.": (0, 1), "b.test.": (0x100, 1),
                                 "c.test.": (0x100, 3), "d.test.": (0x100, 1)})
        lines = done.stdout.splitlines()
        self.assertEqual([json.loads(line)["n"] for line in (lines[0], lines[1], lines[3])],
                         [1, 2, 4])

    def test_name_beside_the_file_is_refused(self):
        done = self.run_file("a.test\n", "b.test")
        self.assertEqual((done.returncode, done.stdout), (1, b""))

    def test_file_that_is_missing_or_a_folder(self):
        for path in (self.folder / "none", self.folder):
            done = subprocess.run([UDPDIG, "-f", path], capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stdout), (8, b""))
            self.assertIn(str(path).encode(), done.stderr)

    def test_empty_files(self):
        for content in ("", "\n\n", "# nothing\n"):
            done, records = self.ask(content)
            self.assertEqual((done.returncode, records), (0, []))

    def test_text_and_tabs_carry_the_line(self):
        with Responder(lambda q: [answer(q)]) as server:
            to = f"@127.0.0.1#{server.port}"
            text = self.run_file("a.test\nnx.test\na..b\n", to).stdout.decode()
            tabs = self.run_file("a.test\nnx.test\na..b\n", to, "--tsv").stdout.decode()
        self.assertEqual([line for line in text.splitlines() if line.startswith(";; LINE")],
                         [";; LINE: 1", ";; LINE: 2", ";; LINE: 3"])
        rows = [line.split("\t") for line in tabs.splitlines()]
        self.assertEqual([row[:3] for row in rows], [
            ["1", "NOERROR", "a.test."], ["2", "NXDOMAIN", "nx.test."], ["3", "BADNAME", ""]])
        self.assertEqual({len(row) for row in rows}, {7})


class Network(Bulk):
    def check_all(self, servers, count, *more):
        asked = names(count)
        done = self.run_file("\n".join(asked), *(f"@127.0.0.1#{s.port}" for s in servers),
                             "--json", "+deadline=1500ms", *more)
        records = self.json_of(done)
        if "--unordered" in more:
            records.sort(key=lambda r: r["n"])
        self.assertEqual([(r["n"], r["question"]["name"]) for r in records],
                         list(enumerate(asked, 1)))
        for r in records:
            data = ".".join(map(str, address_of(r["question"]["name"])))
            if r["status"]:
                self.assertEqual([a["data"] for a in r["answer"]], [data])
            else:
                self.assertEqual(r["error"]["code"], "TIMEOUT")
        unanswered = sum(not r["status"] for r in records)
        self.assertEqual(done.returncode, 9 if unanswered else 0)
        return unanswered

    def test_each_line_has_its_record_in_order(self):
        with Responder(loses(0)) as server:
            self.assertEqual(self.check_all([server], 3000), 0)
            self.assertEqual(self.check_all([server], 1000, "--threads=3"), 0)

    def test_no_record_is_lost_where_datagrams_are(self):
        """A query is sent four times at most: with three in ten lost some names
        stay without a reply, but not without a record."""
        for share, unanswered, more in ((0.05, 2, []), (0.3, 40, ["--unordered", "--threads=2"])):
            with Responder(loses(share)) as server:
                self.assertLessEqual(self.check_all([server], 400, *more), unanswered)

    def test_nothing_is_lost_with_a_dead_server_among_three(self):
        with Responder(loses(0)) as one, Responder(lambda q: []) as dead, \
                Responder(loses(0)) as three:
            self.assertEqual(self.check_all([one, dead, three], 300), 0)

    def test_silent_names_give_a_record_too(self):
        silent = lambda q: [] if q.name.startswith("silent") else [answer(q)]
        with Responder(silent) as server:
            done = self.run_file("a.test\nsilent.test\nb.test\n", f"@127.0.0.1#{server.port}",
                                 "--json", "+deadline=300ms")
        records = self.json_of(done)
        self.assertEqual(done.returncode, 9)
        self.assertEqual([r.get("error", {}).get("code") for r in records],
                         [None, "TIMEOUT", None])

    def test_window_bounds_what_is_under_way(self):
        """Nothing is answered: so many names are heard of as the window has."""
        same = [f"name{i}.test." for i in range(10, 22)]
        with Responder(lambda q: []) as server:
            done = self.run_file("\n".join(same), f"@127.0.0.1#{server.port}", "--json",
                                 "--window=3", "+deadline=100ms", "+tries=1")
            asked = [q.name for q in server.queries]
        self.assertEqual([r["n"] for r in self.json_of(done)], list(range(1, 13)))
        order = {name: i for i, name in enumerate(same)}
        self.assertTrue(all(abs(order[name] - i) < 3 for i, name in enumerate(asked)), asked)

    def test_rate_is_never_exceeded(self):
        with Responder(loses(0)) as server:
            begin = time.monotonic()
            done = self.run_file("\n".join(names(200)), f"@127.0.0.1#{server.port}", "--tsv",
                                 "--rate=1000")
            self.assertGreater(time.monotonic() - begin, 0.19)
        self.assertEqual((done.returncode, done.stdout.count(b"\n")), (0, 200))

    def test_statistics_add_up(self):
        with Responder(loses(0.2)) as server:
            path = self.folder / "statistics.json"
            self.run_file("\n".join(["a..b", "nx.test", *names(200)]),
                          f"@127.0.0.1#{server.port}", "--stats", path, "--json")
            sent = len(server.queries)
        told = json.loads(path.read_text())
        self.assertEqual((told["questions"], told["answered"], told["lost"], told["bad_lines"]),
                         (201, 201, 0, 1))
        self.assertEqual(told["sent"], sent)
        self.assertEqual(told["retried"], sent - 201)
        self.assertEqual(told["rcodes"], {"NOERROR": 200, "NXDOMAIN": 1})
        self.assertEqual(told["servers"][f"127.0.0.1#{server.port}"]["answered"], 201)
        self.assertEqual(sum(count for _, count in told["histogram"]), 201)
        self.assertLessEqual(told["rtt_us"]["p50"], told["rtt_us"]["max"])

    def test_ignored_datagrams_are_counted_by_reason(self):
        wrong = lambda q: bytes([q.octets[0] ^ 1]) + answer(q)[1:]
        with Responder(lambda q: [wrong(q), answer(q)]) as server:
            path = self.folder / "statistics.json"
            self.run_file("a.test\nb.test\n", f"@127.0.0.1#{server.port}", "--stats", path,
                          "--window=1")
        told = json.loads(path.read_text())
        self.assertEqual(told["ignored"], sum(told["ignored_reasons"].values()))


    @unittest.skipUnless(sys.platform == "linux", "only Linux tells")
    def test_datagrams_that_find_the_buffer_full_are_counted(self):
        child = []

        def flood(query):
            """Far more than any buffer holds, while nobody reads."""
            while not child:
                time.sleep(0.001)
            child[0].send_signal(signal.SIGSTOP)
            return [answer(query)] * 30000

        with Responder(flood) as server:
            self.file.write_text("a.test\n")
            path = self.folder / "statistics.json"
            child.append(subprocess.Popen(self.words(f"@127.0.0.1#{server.port}", "--stats", path),
                                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            while server.replied < 1:
                time.sleep(0.001)
            child[0].send_signal(signal.SIGCONT)
            self.assertEqual(child[0].wait(60), 0)
        self.assertGreater(json.loads(path.read_text())["dropped_by_host"], 1000)


class Pipes(Bulk):
    def test_records_come_while_the_pipe_is_open(self):
        with Responder(lambda q: [answer(q)]) as server:
            child = subprocess.Popen([UDPDIG, f"@127.0.0.1#{server.port}", "--tsv", "-f", "-"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL)
            for number in (1, 2, 3):
                child.stdin.write(f"name{number}.test\n".encode())
                child.stdin.flush()
                self.assertTrue(child.stdout.readline().startswith(b"%d\tNOERROR\t" % number))
            child.stdin.write(b"unended.test")
            child.stdin.close()
            self.assertTrue(child.stdout.readline().startswith(b"4\tNOERROR\tunended.test.\t"))
            self.assertEqual(child.wait(60), 0)
            child.stdout.close()

    def test_slow_reader_costs_no_answer(self):
        """Nobody reads until long after every deadline."""
        with Responder(lambda q: [answer(q)]) as server:
            self.file.write_text("\n".join(names(1500)))
            child = subprocess.Popen(self.words(f"@127.0.0.1#{server.port}", "--json",
                                                "+deadline=500ms"),
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            time.sleep(1)
            records = [json.loads(line) for line in child.communicate(timeout=60)[0].splitlines()]
        self.assertEqual([r["n"] for r in records], list(range(1, 1501)))
        self.assertEqual({r["status"] for r in records}, {"NOERROR"})

    def test_reader_that_goes_away_ends_the_run(self):
        with Responder(lambda q: [answer(q)]) as server:
            self.file.write_text("\n".join(names(5000)))
            child = subprocess.Popen(self.words(f"@127.0.0.1#{server.port}", "--json"),
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            child.stdout.readline()
            child.stdout.close()
            self.assertIn(b"Broken pipe", child.stderr.read())
            child.stderr.close()
            self.assertEqual(child.wait(60), 11)


class Resuming(Bulk):
    """The same command again until it is through: the union is exact."""

    def setUp(self):
        super().setUp()
        self.expected = names(2000)
        self.file.write_text("\n".join(self.expected))

    def start(self, port, *more, **options):
        with open(self.output, "ab") as output:
            return subprocess.Popen(
                self.words(f"@127.0.0.1#{port}", "--tsv", "--window=64", "--resume",
                           self.journal, *more),
                stdout=output, stderr=subprocess.PIPE, **options)

    def check_union(self, in_order=True):
        rows = [line.split("\t") for line in self.output.read_text().splitlines()]
        if not in_order:
            rows.sort(key=lambda row: int(row[0]))
        self.assertEqual([(int(row[0]), row[2]) for row in rows],
                         list(enumerate(self.expected, 1)))

    def until_through(self, server, interrupt, *more):
        for tries in range(200):
            child = self.start(server.port, *more)
            interrupt(child, tries)
            child.stderr.read()
            child.stderr.close()
            if child.wait(60) == 0:
                return tries
        self.fail("it never came through")

    def test_kill_at_any_moment(self):
        dice = random.Random(7)

        def kill(child, tries):
            if tries < 8:
                time.sleep(dice.uniform(0, 0.06))
                child.kill()

        for more in ([], ["--unordered"], ["--threads=2"]):
            with self.subTest(more), Responder(loses(0.005)) as server:
                self.until_through(server, kill, *more)
                self.check_union("--unordered" not in more)
                self.journal.unlink()
                self.output.unlink()

    def test_interrupt_drains_and_the_next_run_goes_on(self):
        answered = []

        def interrupt_some(child, tries):
            if tries < 3:
                before = len(server.queries)
                while len(server.queries) < before + 100:
                    time.sleep(0.001)
                child.send_signal(signal.SIGINT)
                answered.append(child.wait(60))

        with Responder(lambda q: [answer(q)]) as server:
            self.until_through(server, interrupt_some)
            # Draining means that nothing was asked in vain.
            self.assertEqual(len(server.queries), len(self.expected))
        self.assertEqual(answered, [130] * 3)
        self.check_union()

    def test_full_disk(self):
        """Made by the limit on a file's size, of which the journal needs some."""
        limit = lambda size: (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
        with Responder(lambda q: [answer(q)]) as server:
            for size in (200000, 400000):
                child = self.start(server.port, "--json", preexec_fn=limit(size))
                self.assertIn(b"the output cannot be written", child.stderr.read())
                child.stderr.close()
                self.assertEqual(child.wait(60), 11)
            self.until_through(server, lambda child, tries: None, "--json")
        records = [json.loads(line) for line in self.output.read_text().splitlines()]
        self.assertEqual([(r["n"], r["question"]["name"]) for r in records],
                         list(enumerate(self.expected, 1)))

    def test_reader_that_goes_away_again_and_again(self):
        """He takes an octet at a time, and goes after some hundred lines: what he
        left in the pipe comes once more, and nothing else does."""
        taken = b""
        with Responder(lambda q: [answer(q)]) as server:
            for lines in (300, 700, 1, 400, None):
                child = subprocess.Popen(
                    self.words(f"@127.0.0.1#{server.port}", "--tsv", "--window=64",
                               "--resume", self.journal),
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
                left = lines
                while left is None or left:
                    octet = os.read(child.stdout.fileno(), 1)
                    taken += octet
                    if not octet:
                        break
                    if octet == b"\n" and left:
                        left -= 1
                child.stdout.close()
                self.assertEqual(child.wait(60), 11 if lines else 0)
        self.output.write_bytes(taken)
        self.check_union()

    def test_journal_of_another_command_is_refused(self):
        with Responder(lambda q: [answer(q)]) as server:
            self.until_through(server, lambda child, tries: None)
            before = self.output.read_bytes()
            child = self.start(server.port, "+norec")
            self.assertIn(b"is the journal of another command", child.stderr.read())
            child.stderr.close()
            self.assertEqual(child.wait(60), 8)
        self.assertEqual(self.output.read_bytes(), before)

    def test_file_that_is_no_journal_is_left_alone(self):
        self.journal.write_text("dear diary")
        child = self.start(9)
        self.assertIn(b"is no journal", child.stderr.read())
        child.stderr.close()
        self.assertEqual(child.wait(60), 8)
        self.assertEqual(self.journal.read_text(), "dear diary")

    def test_output_that_was_cut_is_noticed(self):
        with Responder(lambda q: [answer(q)]) as server:
            child = self.start(server.port)
            while len(server.queries) < 1000:
                time.sleep(0.001)
            child.send_signal(signal.SIGINT)
            child.stderr.read()
            child.stderr.close()
            self.assertEqual(child.wait(60), 130)
            self.output.write_text("")
            child = self.start(server.port)
            self.assertIn(b"shorter than the journal says", child.stderr.read())
            child.stderr.close()
            self.assertEqual(child.wait(60), 8)

    def test_what_stood_in_the_output_before_stays(self):
        self.output.write_text("a line before\n")
        with Responder(lambda q: [answer(q)]) as server:
            self.until_through(server, lambda child, tries: child.kill() if tries < 3 else None)
        lines = self.output.read_text().splitlines()
        self.assertEqual(lines[0], "a line before")
        self.assertEqual(len(lines), 2001)


if __name__ == "__main__":
    unittest.main()
