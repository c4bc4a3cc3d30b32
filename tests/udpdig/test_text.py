#!/usr/bin/env python3
"""What udpdig prints beside what dig prints, both of replies that a responder
makes up for them: header, sections, EDNS options, footer.

usage: test_text.py UDPDIG
"""
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import unittest

from responder import Responder, name, opt, option, record

UDPDIG = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "udpdig")
DIG = shutil.which("dig")

# What is not the reply's: who asks, when, and by which ID.
CHANGING = [
    (r"<<>> (udpdig|DiG) [^ ]+ <<>>.*", "<<>>"),
    (r"\bid: \d+", "id: N"),
    (r"timestamp .*", "timestamp T"),
    (r"Query time: \d+ msec", "Query time: N msec"),
    (r" in \d+ ms\.", " in N ms."),
    (r"WHEN: \w\w\w \w\w\w \d\d \d\d:\d\d:\d\d", "WHEN: T"),
]


def run(program, words):
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=60,
                          check=False, errors="backslashreplace")
    return done.stdout


def normal(text):
    for pattern, replacement in CHANGING:
        text = re.sub(pattern, replacement, text)
    return text


def a(query, address=b"\1\2\3\4"):
    return record(query.name, 1, address)


def key(query):
    return record(query.name, 48, b"\1\1\3\x0d" + bytes(range(64)))


def full(query):
    return query.reply([a(query)], [record("test", 2, name("ns.test"))],
                       [record("ns.test", 28, bytes(16)), opt()])


@unittest.skipUnless(DIG, "dig is not installed (package bind9-dnsutils)")
class BesideDig(unittest.TestCase):
    maxDiff = None

    def compare(self, answer, *words, question=("a.test",)):
        with Responder(lambda q: [answer(q)]) as server:
            common = ["@127.0.0.1", "-p", str(server.port), "+ignore", "+nocookie",
                      "+nobadcookie", "+noednsnegotiation", *question, *words]
            ours = normal(run(UDPDIG, common))
            digs = normal(run(DIG, [*common, "+tries=1"]))
        digs = digs.replace(" +tries=1", "")
        self.assertEqual(ours, digs)

    def test_flags_for_parts_and_columns(self):
        for words in ("", "+noquestion", "+nocomments", "+noall", "+noall +comments",
                      "+noall +answer", "+noall +stats", "+noall +question",
                      "+noall +authority +additional", "+nocmd", "+nostats", "+short",
                      "+short +comments", "+short +stats", "+short +all", "+short +noanswer",
                      "+qr", "+qr +nostats", "+qr +noall", "+qr +short", "+qr +noedns",
                      "+qr +do +cd", "+qr +norec +noad", "+qr +bufsize=4096",
                      "+nocomments +nocmd", "+nocomments +noquestion", "+ttlunits", "+nottlid",
                      "+nocl", "+nottlid +nocl", "+nottl", "+noclass", "+noadd", "+noauth +noans",
                      "+multiline", "+nocl +multiline", "+expandaaaa", "+unknownformat",
                      "+unknownformat +nocl", "+unknownformat +nottlid +nocl"):
            with self.subTest(words):
                self.compare(full, *words.split())

    def test_queries_are_the_octets_that_dig_sends(self):
        for words in ("", "+norec", "+noad +cd", "+do", "+noedns", "+edns=7 +noednsnegotiation",
                      "+bufsize=4096", "+nsid", "+subnet=192.0.2.77/20", "+subnet=2001:db8::/56",
                      "+subnet=0", "+subnet=192.0.2.1", "+subnet=192.0.2.1/0", "+expire",
                      "+keepalive", "+padding=128", "+nsid +expire +keepalive +subnet=10.0.0.0/8",
                      "+ednsopt=65001", "+ednsopt=65001:00ff", "+ednsopt=nsid",
                      "+ednsopt=100:01 +ednsopt=101:02 +nsid", "+ednsopt=100:01 +noednsopt",
                      "+cookie=0011223344556677", "+cookie=00112233445566778899aabbccddeeff",
                      "+ednsflags=0x0001", "+ednsflags=3", "+aaflag", "+aaonly", "+tcflag",
                      "+raflag", "+zflag", "+aaflag +tcflag +raflag +zflag +cd", "+opcode=notify",
                      "+opcode=STATUS", "+opcode=15", "+header-only", "+header-only +noedns",
                      "+qid=4711", "-c CH", "-t TYPE65280", "-x 192.0.2.1"):
            with self.subTest(words):
                cookie = [] if "+cookie" in words else ["+nocookie"]
                with Responder(lambda q: [b"x" * 12]) as server:
                    server.answer = lambda q: [q.octets[:2] + b"\x80\0" + q.octets[4:]]
                    common = ["@127.0.0.1", "-p", str(server.port), "a.test", *words.split()]
                    run(UDPDIG, [*common, *cookie, "+deadline=100ms", "+tries=1"])
                    run(DIG, [*common, *cookie, "+tries=1", "+time=1", "+noednsneg"])
                ours, digs = (server.queries[0].octets, server.queries[-1].octets)
                self.assertEqual(ours[2:].hex(), digs[2:].hex())
                if "+qid" in words:
                    self.assertEqual(ours[:2], digs[:2])

    def test_tcp(self):
        """From the first query on, or after a truncated reply; dig tells of that before its own
        first line."""
        told = ";; Truncated, retrying in TCP mode.\n"
        for words in ("+tcp", "+vc +short", "", "+short", "+nocomments", "+noall +answer",
                      "+tcp +yaml"):
            with self.subTest(words), Responder(
                    lambda q: [q.reply(flags=0x8380)], tcp=lambda q: q.reply([a(q)])) as server:
                common = ["@127.0.0.1", "-p", str(server.port), "+nocookie", "a.test",
                          *words.split()]
                ours, digs = normal(run(UDPDIG, common)), normal(run(DIG, common))
                self.assertEqual(ours.replace(told, ""), digs.replace(told, ""))
                if not words:
                    self.assertIn(told, ours)

    def test_yaml(self):
        for words in ("", "+qr", "+noall +answer", "+nocomments", "+noquestion", "+multiline",
                      "+nosplit", "+noauthority", "+ttlunits"):
            with self.subTest(words):
                self.compare(lambda q: full(q).replace(bytes(16), bytes(15) + b"\1"), "+yaml",
                             *words.split())

    def test_identify(self):
        self.compare(full, "+short", "+identify")

    def test_cookie_remark(self):
        """What dig makes of the cookie in a reply, with one that was given."""
        for extra, words in ((b"", ""), (b"8 octets", "")):
            cookie = bytes(range(8)) + extra
            with self.subTest(extra):
                with Responder(lambda q: [q.reply([a(q)], [], [opt(option(10, cookie))])]) as server:
                    common = ["@127.0.0.1", "-p", str(server.port), "+ignore", "a.test",
                              "+cookie=0001020304050607", "+nobadcookie"]
                    self.assertEqual(normal(run(UDPDIG, common)), normal(run(DIG, common)))

    def test_flags_for_keys(self):
        for words in ("", "+rrcomments", "+norrcomments", "+multiline",
                      "+multiline +norrcomments", "+norrcomments +all", "+noall +answer +multiline",
                      "+short +multiline", "+short +rrcomments", "+short +nosplit", "+nosplit",
                      "+nocrypto", "+short +nocrypto", "+nocomments +rrcomments"):
            with self.subTest(words):
                self.compare(lambda q: q.reply([key(q)]), "DNSKEY", *words.split())

    def test_header_flags(self):
        for flags in (0x8000, 0x8180, 0x8100, 0x8580, 0x87f0, 0x8040, 0x8020, 0x8010, 0x8200):
            with self.subTest(hex(flags)):
                self.compare(lambda q: q.reply([a(q)], flags=flags))

    def test_rcodes(self):
        """From 11 on dig's names are not those of RFC 6895."""
        for rcode in (0, 2, 3, 5, 6, 7, 8, 9, 10):
            with self.subTest(rcode):
                self.compare(lambda q: q.reply([], [], [opt()], rcode=rcode), "+tries=1")

    def test_extended_rcodes(self):
        for rcode in (16, 23):
            with self.subTest(rcode):
                self.compare(lambda q: q.reply([], [], [opt(rcode=rcode >> 4)], rcode=rcode & 15))

    def test_edns_fixed_part(self):
        for more in ({"version": 1}, {"flags": 0x8000}, {"flags": 0x4000}, {"flags": 0xffff},
                     {"flags": 1}, {"size": 0}, {"size": 65535}):
            with self.subTest(more):
                self.compare(lambda q: q.reply([a(q)], [], [opt(**more)]))

    def test_edns_options(self):
        subnets = [b"\0\1\x18\0\1\2\3", b"\0\2\x20\x10\x20\x01\x0d\xb8", b"\0\1\0\0", b"\0\2\0\0",
                   b"\0\1\x20\x20\1\2\3\4", b"\0\1\x15\0\1\2\xf8", b"\0\0\0\0"]
        options = [option(8, subnet) for subnet in subnets]
        options += [option(9, struct.pack("!I", seconds)) for seconds in
                    (0, 1, 59, 60, 61, 3600, 3661, 86400, 90061, 604800, 694861, 2**32 - 1)]
        options += [option(11, struct.pack("!H", units)) for units in (0, 1, 9, 15, 600, 65535)]
        options += [option(15, struct.pack("!H", code)) for code in range(25) if code != 19]
        options += [option(15, b"\0\6" + text) for text in
                    (b"hello \x1b[2J\"\\)", b"\0", b"two\0", b"x" * 200)]
        options += [option(10, cookie) for cookie in (bytes(8), bytes(16), bytes(40))]
        options += [option(3, b"ns\1\xff\"\\1"), option(3, b""), option(9, b""), option(11, b""),
                    option(12, b""), option(12, bytes(5)), option(14, b"\0\1\x4f\x66"),
                    option(14, bytes(6)), option(16, b"\0\5"), option(17, b"\0\5"),
                    option(1, bytes(18)), option(1, b"\0\1\0\2\0\3\1\2\3\4\5\6\7\x08\0\1\0\0"),
                    option(2, b"a"), option(5, b"\1\2"), option(6, b"\1"), option(7, b"\1"),
                    option(13, name("foo.example")), option(18, name("agent.example")),
                    option(19, b"\2\0\0\0\0\1"), option(20, b"\1"), option(26946, b"xx"),
                    option(65001, b"abc\x7f"), option(65002, b"")]
        for one in options:
            with self.subTest(one):
                self.compare(lambda q: q.reply([a(q)], [], [opt(one)]), "+noall", "+comments")
        self.compare(lambda q: q.reply([a(q)], [], [opt(b"".join(options[-30:]))]))

    def test_question_columns(self):
        names = ["x" * length + "." for length in range(1, 50)]
        for words in ([], ["+multiline"], ["+nocl"], ["+nocl", "+nottlid"]):
            with self.subTest(words):
                self.compare(lambda q: q.reply([a(q)]),
                             question=("+noall", "+question", "+answer", *words, *names))

    def test_odd_questions(self):
        for question in (("-q", "a.test", "-t", "TYPE65280"), ("a.test", "TYPE65280"),
                         ("a.test", "CH"), ("a.test", "CLASS77", "TXT"), (".",), (),
                         ("a\\.b\\000.test",), ("-x", "192.0.2.1"), ("-x", "2001:db8::1"),
                         ("a.local",), ("local",), ("Mixed.Case.TEST",)):
            with self.subTest(question):
                self.compare(lambda q: q.reply(), question=question)

    def test_trailing_octets(self):
        for extra in (b"a", b"abc"):
            self.compare(lambda q: q.reply([a(q)]) + extra)

    def test_several_questions(self):
        for question in (("a.test", "b.test"), ("+short", "a.test", "MX", "b.test"),
                         ("MX", "a.test", "b.test")):
            with self.subTest(question):
                self.compare(full, question=question)

    def test_signed_reply(self):
        """dig ends a TSIG without other data by a blank that nobody can see."""
        tsig = name("hmac-sha256.") + bytes(6) + b"\1\x2c\0\4abcd" + bytes(4) + b"\0\1x"
        self.compare(lambda q: q.reply([], [], [record("key.test", 250, tsig, 0, 255)]))

    def test_command_line_is_printed_as_dig_does(self):
        with Responder(lambda q: [full(q)]) as server:
            words = ["@127.0.0.1", "-p", str(server.port), "+ignore", "a.test", "+nocookie"]
            ours = run(UDPDIG, words).splitlines()[:4]
            digs = run(DIG, words).splitlines()[:4]
        self.assertEqual([re.sub(r"udpdig [^ ]+", "DiG", line) for line in ours],
                         [re.sub(r"DiG [^ ]+", "DiG", line) for line in digs])


if __name__ == "__main__":
    unittest.main()
