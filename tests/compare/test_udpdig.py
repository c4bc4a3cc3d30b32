#!/usr/bin/python3
"""Reads what udpdig prints of recorded replies with dnspython, as a zone file.

usage: test_udpdig.py UDPDIG FIXTURES

A responder on loopback answers udpdig's queries with the recorded replies; in
each style of printing dnspython must find the records that were on the wire.
It is Debian's, and so is the python3 that finds it; without it the test is
skipped (status 77).
"""
import collections
import pathlib
import subprocess
import sys
import unittest

try:
    import dns.rdata
    import dns.rdataclass
    import dns.rdatatype
    import dns.tokenizer
except ImportError:
    sys.exit(77)

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "udpdig"))

import recorded
from responder import Responder

FIXTURES = sys.argv.pop()
UDPDIG = sys.argv.pop()
RECORDS_MIN = 1500
TYPES_MIN = 45


def ask(batch, *options):
    """What udpdig prints, asking all questions of a batch at once."""
    words = [word for octets in batch for word in recorded.words_of(octets)]
    with Responder(lambda query: [query.octets[:2] +
                                  batch[query.question][2:]]) as responder:
        done = subprocess.run(
            [UDPDIG, f"@127.0.0.1#{responder.port}", "+ignore", *options,
             *words], capture_output=True, timeout=120, check=False)
    if done.returncode:
        raise AssertionError(done.stderr.decode() + done.stdout.decode()[-500:])
    return done.stdout.decode("ascii")


def canonical(owner, type_, class_, ttl, rdata):
    return owner.to_wire(), type_, class_, ttl, rdata.to_wire()


def read_record(tokens):
    """The record on the line that begins with the next token."""
    owner = tokens.get_name()
    ttl = tokens.get_ttl()
    class_ = dns.rdataclass.from_text(tokens.get_string())
    type_ = dns.rdatatype.from_text(tokens.get_string())
    rdata = dns.rdata.from_text(class_, type_, tokens)
    return canonical(owner, type_, class_, ttl, rdata)


def read(text):
    """The records of a zone file, counted; None for those that dnspython cannot
    read."""
    tokens = dns.tokenizer.Tokenizer(text)
    found = collections.Counter()
    while not (token := tokens.get()).is_eof():
        if token.is_eol():
            continue
        tokens.unget(token)
        try:
            found[read_record(tokens)] += 1
        except Exception:  # dnspython raises many kinds
            found[None] += 1
            while not tokens.get().is_eol_or_eof():
                pass
    return found


def wanted(batch):
    """The records that dnspython can read, and the number of the others."""
    found, others = collections.Counter(), 0
    for reply in batch.values():
        for record in recorded.records(reply):
            if recorded.why_unread(record) or not recorded.is_known(record):
                others += 1
                continue
            rdata = dns.rdata.from_wire(record.class_, record.type,
                                        record.message, record.offset,
                                        record.length)
            ttl = record.ttl if record.ttl < 1 << 31 else 0
            found[canonical(record.owner, record.type, record.class_, ttl,
                            rdata)] += 1
    return found, others


def answers(message):
    return [r for r in recorded.records(message) if r.section == 0]


def one_of_each_type():
    """By type, a reply that has nothing but records of it as the answer, all of
    which dnspython can read."""
    found = {}
    for reply in (reply for batch in recorded.batches(FIXTURES)
                  for reply in batch.values()):
        types = {record.type for record in answers(reply)}
        if len(types) == 1 and all(recorded.is_known(r) and
                                   not recorded.why_unread(r)
                                   for r in answers(reply)):
            found.setdefault(types.pop(), reply)
    return found


class Printed(unittest.TestCase):
    def check(self, *options):
        records = 0
        for batch in recorded.batches(FIXTURES):
            expected, others = wanted(batch)
            found = read(ask(batch, *options))
            records += expected.total()
            self.assertEqual(expected - found, collections.Counter())
            self.assertEqual(found.total(), expected.total() + others)
        self.assertGreaterEqual(records, RECORDS_MIN)

    def test_text_holds_the_records_U2(self):
        self.check()

    def test_records_over_several_lines_hold_the_records_U2(self):
        self.check("+multiline", "+rrcomments")

    def test_generic_form_holds_the_records_U2(self):
        self.check("+unknownformat")

    def test_short_form_holds_the_data_U2(self):
        found = one_of_each_type()
        for type_, reply in found.items():
            expected = [recorded.wire(r) for r in answers(reply)]
            class_ = answers(reply)[0].class_
            printed = ask({recorded.question(reply): reply}, "+short").splitlines()
            self.assertEqual(
                [dns.rdata.from_text(class_, type_, line).to_wire()
                 for line in printed], expected, printed)
        self.assertGreaterEqual(len(found), TYPES_MIN)


if __name__ == "__main__":
    unittest.main()
