#!/usr/bin/env python3
"""Compares our decode of every recorded reply with that of tshark.

usage: test_tshark.py PRINT_JSON FIXTURES

PRINT_JSON is the program made of tests/wire/print_json.c, FIXTURES the folder
of the captures, beside which tshark's decode stands as tools/record-fixtures
had it made.  Compared are the header, the question, the fixed part of every
record and of the OPT record, and the fields that tshark_fields.txt lists.
"""
import base64
import collections
import datetime
import json
import pathlib
import re
import subprocess
import sys
import unittest

FIXTURES = pathlib.Path(sys.argv.pop())
PRINT_JSON = sys.argv.pop()
FIELDS = pathlib.Path(__file__).with_name("tshark_fields.txt")
SECTIONS = (("answer", "Answers"), ("authority", "Authoritative nameservers"),
            ("additional", "Additional records"))
FLAGS = {"qr": "response", "aa": "authoritative", "tc": "truncated",
         "rd": "recdesired", "ra": "recavail", "ad": "authenticated",
         "cd": "checkdisable"}
CLASSES = {"IN": 1, "CH": 3, "HS": 4, "NONE": 254, "ANY": 255}
TYPES = {mnemonic: int(number) for number, mnemonic in re.findall(
    r'X\(\w+, (\d+), "([^"]+)"',
    (pathlib.Path(__file__).parents[2] / "include/stubdns/types.h").read_text())}
OPT = 41
EXTENDED_ERROR = 15
TYPES_MIN = 50  # whose fields are compared


def fields():
    """By type: label, tshark's field and kind."""
    found = collections.defaultdict(list)
    for line in FIELDS.read_text().splitlines():
        if line and not line.startswith("#"):
            types, label, field, kind = line.split()
            for mnemonic in types.split(","):
                found[mnemonic].append(
                    (label, field.format(mnemonic.lower()), kind))
    return found


def replies():
    """Our decode of the reply of each exchange, which is its second message."""
    out = subprocess.run([PRINT_JSON], check=True, capture_output=True)
    found = {}
    for line in out.stdout.decode("ascii").splitlines():
        name, text = line.split("\t")
        found[name] = json.loads(text)
    return found


def escape(match):
    """An escape of a name as tshark has it: unprintable octets in octal."""
    character = match[1]
    if not character.isdigit():
        return character
    octet = int(character)
    return chr(octet) if 0x20 <= octet < 0x7f else f"\\{octet:03o}"


def name_of(name):
    """A name as tshark has it; None where it writes no octet above 127, or takes
    a name that begins with a zero octet for the root."""
    octets = [int(n) for n in re.findall(r"\\(\d{3})", name)]
    if max(octets, default=0) > 127 or name.startswith("\\000"):
        return None
    if name == ".":
        return "<Root>"
    return re.sub(r"\\(\d{3}|.)", escape, name[:-1])


def time_of(text):
    """tshark's "Jan  1, 2037 00:00:00.000000000 UTC" as YYYYMMDDHHmmSS."""
    text = text.partition(".")[0]
    return datetime.datetime.strptime(
        text, "%b %d, %Y %H:%M:%S").strftime("%Y%m%d%H%M%S")


def octets_of(text):
    return bytes.fromhex(text.replace(":", ""))


def number_of(text, prefix, mnemonics):
    """The number of a type or class."""
    if text in mnemonics:
        return mnemonics[text]
    return int(text.removeprefix(prefix))


def as_list(value):
    return value if isinstance(value, list) else [value]


def same_text(ours, theirs):
    """Texts agree, or one has octets that tshark does not write."""
    ours = "\n".join(as_list(ours))
    if re.search(r"\\\d{3}", ours):
        return True
    return re.sub(r"\\(.)", r"\1", ours) == "\n".join(as_list(theirs))


def agrees(kind, ours, theirs):
    if kind == "number":
        return ours == int(theirs, 0)
    if kind == "name":
        return name_of(ours) in (None, theirs)
    if kind == "time":
        return ours == time_of(theirs)
    if kind == "hex":
        return bytes.fromhex(ours) == octets_of(theirs)
    if kind == "base64":
        return base64.b64decode(ours) == octets_of(theirs)
    return same_text(ours, theirs)


def their_records(layer, section):
    """All but OPT; tshark puts records with the same summary together."""
    return [record for group in layer.get(section, {}).values()
            for record in as_list(group)
            if as_list(record["dns.resp.type"])[0] != str(OPT)]


def their_owner(record):
    """tshark divides the owner of SRV into service, protocol and the rest."""
    if "dns.resp.name" in record:
        return record["dns.resp.name"]
    return ".".join(record[f"dns.srv.{part}"]
                    for part in ("service", "proto", "name"))


def same_head(ours, theirs):
    return (name_of(ours["name"]) in (None, their_owner(theirs)) and
            number_of(ours["type"], "TYPE", TYPES) ==
            int(as_list(theirs["dns.resp.type"])[0]) and
            number_of(ours["class"], "CLASS", CLASSES) ==
            int(theirs["dns.resp.class"], 0) and
            ours["ttl"] == int(theirs["dns.resp.ttl"]))


def comparable(table, ours, theirs):
    """Kind and both values of each field that both have."""
    opaque = [("hex", "dns.data", "hex")]
    for label, field, kind in table.get(ours["type"], opaque):
        if label in ours["rdata"] and field in theirs:
            yield kind, ours["rdata"][label], theirs[field]


class Recorded(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ours = replies()
        cls.fields = fields()
        cls.pairs = []
        for path in sorted(FIXTURES.glob("*.tshark.json")):
            name = path.name.partition(".")[0]
            cls.pairs.append((name, ours[name], json.loads(path.read_text())))

    def test_header_is_what_tshark_says(self):
        for name, ours, layer in self.pairs:
            tree = layer["dns.flags_tree"]
            self.assertEqual(ours["id"], int(layer["dns.id"], 0), name)
            self.assertEqual(ours["rcode"] & 15,
                             int(tree.get("dns.flags.rcode", "0")), name)
            for flag, field in FLAGS.items():
                self.assertEqual(flag in ours["flags"], tree.get(
                    "dns.flags." + field, "0") == "1", name)
        self.assertGreater(len(self.pairs), 500)

    def test_question_is_what_tshark_says(self):
        for name, ours, layer in self.pairs:
            theirs = list(layer.get("Queries", {}).values())
            if not theirs:
                continue
            question = ours["question"]
            self.assertIn(name_of(question["name"]),
                          (None, theirs[0]["dns.qry.name"]), name)
            self.assertEqual(number_of(question["class"], "CLASS", CLASSES),
                             int(theirs[0]["dns.qry.class"], 0), name)
            self.assertEqual(number_of(question["type"], "TYPE", TYPES),
                             int(theirs[0]["dns.qry.type"]), name)


    def take(self, ours, remaining):
        """Takes the record of tshark's that is ours out of those that remain."""
        for theirs in remaining:
            pairs = list(comparable(self.fields, ours, theirs))
            if same_head(ours, theirs) and all(agrees(*p) for p in pairs):
                remaining.remove(theirs)
                self.compared[ours["type"]] += bool(pairs)
                return
        self.fail(f"tshark has no record {ours} in {remaining}")

    def test_records_are_what_tshark_says(self):
        self.compared = collections.Counter()
        for name, ours, layer in self.pairs:
            for label, section in SECTIONS:
                remaining = their_records(layer, section)
                for record in ours[label]:
                    self.take(record, remaining)
                self.assertEqual(remaining, [], name)
        self.assertGreaterEqual(len(self.compared), TYPES_MIN)
        self.assertGreater(self.compared.total(), 2500)

    def test_opt_record_is_what_tshark_says(self):
        count = 0
        for name, ours, layer in self.pairs:
            opt = layer.get("Additional records", {}).get("<Root>: type OPT")
            self.assertEqual("edns" in ours, opt is not None, name)
            if opt is None:
                continue
            edns = ours["edns"]
            self.assertEqual(edns["version"],
                             int(opt["dns.resp.edns0_version"]))
            self.assertEqual(edns["udp"],
                             int(opt["dns.rr.udp_payload_size"]))
            codes = [option["code"] for option in edns["options"]]
            codes += [EXTENDED_ERROR] * len(edns["ede"])
            self.assertEqual(sorted(codes), sorted(
                int(option["dns.opt.code"])
                for option in as_list(opt.get("dns.opt", []))), name)
            self.assertEqual(ours["rcode"] >> 4,
                             int(opt["dns.resp.ext_rcode"], 0))
            count += 1
        self.assertGreater(count, 500)


if __name__ == "__main__":
    unittest.main()
