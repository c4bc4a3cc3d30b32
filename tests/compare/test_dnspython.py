#!/usr/bin/python3
"""Reads what we print of every recorded record with dnspython.

usage: test_dnspython.py DECODE FIXTURES

DECODE is the program made of tests/support/decode.c, FIXTURES the folder of the
captures.  From our presentation format dnspython must make the octets that it
makes of the record as it was on the wire.  It is Debian's, and so is the
python3 that finds it; without it the test is skipped (status 77).
"""
import collections
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import dns.name
    import dns.rdata
except ImportError:
    sys.exit(77)

import recorded

FIXTURES = sys.argv.pop()
DECODE = sys.argv.pop()
TYPES_MIN = 55  # that dnspython knows, and of which there are records


def decode(messages):
    """Type, class, owner and RDATA as DECODE prints them, by message."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, message in enumerate(messages):
            paths.append(pathlib.Path(folder, str(number)))
            paths[-1].write_bytes(message)
        printed = subprocess.run(
            [DECODE], input="".join(f"unicast {path}\n" for path in paths),
            text=True, check=True, capture_output=True, encoding="ascii").stdout
    found = []
    for line in printed.splitlines():
        if line.startswith("message "):
            found.append([])
        elif line.startswith("record "):
            words, owner, rdata = line.split("\t")
            type_, class_ = (int(word) for word in words.split()[2:4])
            if type_ != recorded.OPT:
                found[-1].append((type_, class_, owner, rdata))
    return found


class Recorded(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        messages = [m for e in recorded.exchanges(FIXTURES) for m in e]
        cls.pairs = []
        for message, printed in zip(messages, decode(messages), strict=True):
            theirs = recorded.records(message)
            cls.pairs += zip(theirs, printed, strict=True)

    def test_owners_type_and_class_are_those_of_the_wire_PP7(self):
        for record, (type_, class_, owner, _) in self.pairs:
            self.assertEqual((type_, class_), (record.type, record.class_))
            self.assertEqual(dns.name.from_text(owner).to_wire(),
                             record.owner.to_wire(), owner)

    def test_rdata_is_read_as_the_octets_it_was_PP7(self):
        read, unread = collections.Counter(), collections.Counter()
        for record, (type_, class_, _, text) in self.pairs:
            reason = recorded.why_unread(record)
            if not recorded.is_known(record) and not text.startswith("\\#"):
                reason = "it does not know the type"
            if reason:
                unread[reason] += 1
                continue
            with self.subTest(text=text):
                found = dns.rdata.from_text(class_, type_, text).to_wire()
                self.assertEqual(found.hex(), recorded.wire(record).hex())
            read[type_] += 1
        for reason, count in unread.most_common():
            print(f"{count:6} {reason}")
        self.assertGreaterEqual(len(read), TYPES_MIN)
        self.assertLess(unread.total() * 20, read.total())


if __name__ == "__main__":
    unittest.main()
