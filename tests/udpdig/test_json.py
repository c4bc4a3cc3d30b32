#!/usr/bin/python3
"""Validates what udpdig prints with --json by its schema, over all recorded
replies and every kind of failure, and compares the other forms with it.

usage: test_json.py UDPDIG SCHEMA FIXTURES

The validator and dnspython are Debian's, and so is the python3 that finds
them; without them the test is skipped (status 77).
"""
import json
import pathlib
import socket
import subprocess
import sys
import unittest

try:
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype
    import jsonschema
except ImportError:
    sys.exit(77)

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "compare"))

import recorded
from responder import Responder, opt, option, record

FIXTURES = sys.argv.pop()
SCHEMA = json.loads(pathlib.Path(sys.argv.pop()).read_text())
UDPDIG = sys.argv.pop()
REPLIES_MIN = 450
SECTIONS = {"answer": ("answerRRs", "Answer"), "authority": ("authorityRRs", "Authority"),
            "additional": ("additionalRRs", "Additional")}


def run(*words):
    return subprocess.run([UDPDIG, *words], capture_output=True, timeout=120, check=False)


def objects(done):
    return [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]


def ask(batch, *options):
    words = [word for octets in batch for word in recorded.words_of(octets)]
    with Responder(lambda query: [query.octets[:2] + batch[query.question][2:]]) as server:
        done = run(f"@127.0.0.1#{server.port}", "+ignore", *options, *words)
    if done.returncode or done.stderr:
        raise AssertionError(done.stderr.decode())
    return objects(done)


class Validating(unittest.TestCase):
    validator = jsonschema.Draft202012Validator(SCHEMA)

    def validate(self, item):
        errors = [f"{e.json_path}: {e.message}" for e in self.validator.iter_errors(item)]
        self.assertEqual(errors, [], item)


class Schema(Validating):
    def test_is_a_schema_and_refuses_what_it_should(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        for wrong in ({}, {"v": 2, "n": 1, "status": None},
                      {"v": 1, "n": 1, "status": None},
                      {"v": 1, "n": 1, "status": "NOERROR"},
                      {"v": 1, "n": "1", "status": None,
                       "error": {"code": "TIMEOUT", "message": ""}},
                      {"v": 1, "n": 1, "status": None, "error": {"code": "LATE", "message": ""}}):
            with self.subTest(wrong):
                self.assertFalse(self.validator.is_valid(wrong))


class Replies(Validating):
    @classmethod
    def setUpClass(cls):
        cls.batches = recorded.batches(FIXTURES)
        cls.json = [ask(batch, "--json") for batch in cls.batches]

    def test_every_recorded_reply_is_valid(self):
        count = 0
        for batch, lines in zip(self.batches, self.json):
            self.assertEqual([line["n"] for line in lines], list(range(1, len(batch) + 1)))
            for line in lines:
                self.validate(line)
                count += 1
        self.assertGreaterEqual(count, REPLIES_MIN)

    def test_rfc8427_has_the_same_records(self):
        for batch, lines in zip(self.batches, self.json):
            for line, other in zip(lines, ask(batch, "--json=rfc8427")):
                self.assertEqual((other["QNAME"], other["QTYPEname"], other["QCLASSname"]),
                                 tuple(line["question"][k] for k in ("name", "type", "class")))
                self.assertEqual(other["RCODE"], line["rcode"] & 15)
                for section, (key, _) in SECTIONS.items():
                    self.same_records(line[section], other[key])

    def same_records(self, ours, theirs):
        theirs = [record for record in theirs if record["TYPE"] != 41]
        self.assertEqual([(r["name"], r["ttl"], r["class"], r["type"]) for r in ours],
                         [(r["NAME"], r["TTL"], r["CLASSname"], r["TYPEname"]) for r in theirs])
        for our, their in zip(ours, theirs):
            self.assertEqual(len(their["RDATAHEX"]), 2 * their["RDLENGTH"])
            text = their.get("rdata" + their["TYPEname"])
            if text is not None:
                self.assertEqual(text, our["data"])

    def test_rfc8427_rdata_is_the_wire_form_of_dnspython(self):
        count = 0
        for batch in self.batches:
            for reply, other in zip(batch.values(), ask(batch, "--json=rfc8427")):
                theirs = [r for key, _ in SECTIONS.values() for r in other[key]
                          if r["TYPE"] != 41]
                for record_, their in zip(recorded.records(reply), theirs):
                    if recorded.why_unread(record_) or not recorded.is_known(record_):
                        continue
                    self.assertEqual(their["RDATAHEX"], recorded.wire(record_).hex().upper())
                    count += 1
        self.assertGreater(count, 1000)

    def test_doh_has_the_same_records(self):
        for batch, lines in zip(self.batches, self.json):
            for line, other in zip(lines, ask(batch, "--json=doh")):
                self.assertEqual(other["Status"], line["rcode"])
                self.assertEqual(other["AD"], "ad" in line["flags"])
                for section, (_, key) in SECTIONS.items():
                    self.assertEqual([(r["name"], r["ttl"], r["data"]) for r in line[section]],
                                     [(r["name"], r["TTL"], r["data"])
                                      for r in other.get(key, [])])

    def test_tsv_has_five_columns_divided_by_one_tab(self):
        for batch, lines in zip(self.batches, self.json):
            words = [word for octets in batch for word in recorded.words_of(octets)]
            with Responder(lambda query, batch=batch: [query.octets[:2] +
                                                       batch[query.question][2:]]) as server:
                done = run(f"@127.0.0.1#{server.port}", "+ignore", "--tsv", *words)
            rows = [line.split("\t") for line in done.stdout.decode("ascii").splitlines()]
            self.assertEqual(rows, [[r["name"], str(r["ttl"]), r["class"], r["type"], r["data"]]
                                    for line in lines for r in line["answer"]])


class Failures(Validating):
    """One object each, valid, with its code, nothing on stderr, status 9."""

    def fail(self, code, answer, *words):
        with Responder(answer) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test", "+json", "+deadline=300ms",
                       "+tries=1", *words)
        found, = objects(done)
        self.validate(found)
        self.assertEqual((found["error"]["code"], done.returncode, done.stderr), (code, 9, b""))
        return found

    def test_silence_is_a_timeout(self):
        found = self.fail("TIMEOUT", lambda q: [])
        self.assertEqual((found["tries"], found["status"]), (1, None))

    def test_wrong_replies_are_a_mismatch(self):
        found = self.fail("MISMATCH", lambda q: [bytes([q.octets[0] ^ 1]) + q.reply()[1:]],
                          "--timeline")
        self.assertEqual([i["reason"] for i in found["ignored"]],
                         ["its ID is not the query's"])
        self.assertEqual([a["outcome"] for a in found["attempts"]], ["silent"])

    def test_broken_replies_are_malformed(self):
        found = self.fail("MALFORMED", lambda q: [q.reply([record(q.name, 1, b"1234")])[:-1]],
                          "--timeline")
        self.assertEqual([a["outcome"] for a in found["attempts"]], ["malformed"])

    def test_closed_port_is_unreachable(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        done = run(f"@127.0.0.1#{port}", "a.test", "+json", "+tries=1")
        found, = objects(done)
        self.validate(found)
        self.assertEqual((found["error"]["code"], done.returncode), ("UNREACHABLE", 9))

    def test_other_forms_say_why_as_well(self):
        for form, key in (("rfc8427", "comment"), ("doh", "Comment")):
            with Responder(lambda q: []) as server:
                done = run(f"@127.0.0.1#{server.port}", "a.test", f"--json={form}",
                           "+deadline=100ms")
            found, = objects(done)
            self.assertEqual((found[key], done.returncode), ("no server replied in time", 9))

    def test_every_question_has_its_object(self):
        with Responder(lambda q: [] if q.name == "b.test." else [q.reply()]) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test", "b.test", "c.test", "+json",
                       "+deadline=300ms")
        found = objects(done)
        for item in found:
            self.validate(item)
        self.assertEqual([item["n"] for item in found], [1, 2, 3])
        self.assertEqual([item["status"] for item in found], ["NOERROR", None, "NOERROR"])
        self.assertEqual(done.returncode, 9)


class Timeline(Validating):
    def test_tells_of_tcp_after_a_truncated_reply(self):
        with Responder(lambda q: [q.reply(flags=0x8380)], tcp=lambda q: q.reply()) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test", "--json", "--timeline")
        found, = objects(done)
        self.validate(found)
        self.assertEqual((found["proto"], done.returncode), ("tcp", 0))
        self.assertEqual([(a["proto"], a["outcome"]) for a in found["attempts"]],
                         [("udp", "truncated"), ("tcp", "answered")])

    def test_tells_where_tcp_failed_too(self):
        with Responder(lambda q: [q.reply(flags=0x8380)]) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test", "--json", "+deadline=500ms")
        found, = objects(done)
        self.validate(found)
        self.assertEqual((found["error"]["code"], found["proto"], done.returncode),
                         ("TRUNCATED", "udp", 9))

    def test_tells_each_query_and_each_datagram(self):
        wrong = lambda q: bytes([q.octets[0] ^ 1]) + q.reply()[1:]
        edns = opt(option(15, b"\0\6\x1b[2J") + option(3, b"ns"))
        with Responder(lambda q: [wrong(q), b"", q.reply([], [], [edns])]) as server:
            done = run(f"@127.0.0.1#{server.port}", "a.test", "--json", "--timeline")
        found, = objects(done)
        self.validate(found)
        attempt, = found["attempts"]
        self.assertEqual((attempt["id"], attempt["outcome"]), (found["id"], "answered"))
        self.assertEqual([i["size"] for i in found["ignored"]], [len(wrong(server.queries[0])), 0])
        self.assertEqual(found["edns"]["ede"][0]["text"], "\\027[2J")


if __name__ == "__main__":
    unittest.main()
