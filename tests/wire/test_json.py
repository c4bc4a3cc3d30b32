#!/usr/bin/env python3
"""Reads the JSON of all fixtures with Python's own parser.

usage: test_json.py PRINT_JSON

PRINT_JSON is the program made of print_json.c.  Every line must be one object
in printable ASCII without repeated keys, every path of keys must have values of
one type in all fixtures, and the `data` of each record of fixtures/texts.txt
must be the text of dig that stands there.
"""
import json
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXTS = ROOT / "fixtures/texts.txt"
LARGEST = 2 ** 53  # JSON numbers beyond it are not exact in every program
RECORD_KEYS = ["name", "ttl", "class", "type", "data", "rdata"]
SECTIONS = ("answer", "authority", "additional")
OPAQUE = ("hex", "malformed")


def unique(pairs):
    """An object, whose keys must differ."""
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key comes twice in {keys}")
    return dict(pairs)


def load(program):
    """The lines of the program as (fixture, text of JSON)."""
    out = subprocess.run([program], stdout=subprocess.PIPE, check=True).stdout
    return [line.split("\t") for line in out.decode("ascii").splitlines()]


def walk(value, path=""):
    """Every value below with its path of keys; items of arrays share one."""
    yield path, value
    if isinstance(value, dict):
        for key, member in value.items():
            yield from walk(member, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from walk(item, f"{path}[]")


def recorded_texts():
    """Per record of texts.txt: dig's text without splits, None where our text
    is another on purpose."""
    rows, form = [], None
    for line in TEXTS.read_text().splitlines():
        word, _, rest = line.partition(" ")
        if word == "record":
            rows.append({})
        elif word in ("dig", "differs"):
            form = word == "dig" and rest
            rows[-1][form] = ""
        elif line.startswith("|") and rows:
            rows[-1][form] += line[1:]
    return [None if False in row else row.get("+nosplit", row[""])
            for row in rows]


class Json(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lines = load(PROGRAM)
        cls.messages = {}
        for fixture, text in cls.lines:
            cls.messages.setdefault(fixture, []).append(
                json.loads(text, object_pairs_hook=unique))

    def objects(self):
        for fixture, messages in self.messages.items():
            for message in messages:
                yield fixture, message

    def records(self):
        for fixture, message in self.objects():
            for section in SECTIONS:
                for record in message[section]:
                    yield fixture, record

    def test_U3_all_fixtures_are_printable_ascii_on_one_line(self):
        self.assertGreater(len(self.lines), 700)
        for fixture, text in self.lines:
            self.assertTrue(all(" " <= c <= "~" for c in text), fixture)

    def test_no_key_ever_changes_its_type(self):
        types = {}
        for fixture, message in self.objects():
            for path, value in walk(message):
                first = types.setdefault(path, (type(value), fixture))
                self.assertIs(type(value), first[0],
                              f"{path} in {fixture} and {first[1]}")
        self.assertGreater(len(types), 150)

    def test_numbers_are_exact_in_every_program(self):
        for fixture, message in self.objects():
            for path, value in walk(message):
                self.assertIsNotNone(value, f"{path} in {fixture}")
                self.assertNotIsInstance(value, float, f"{path} in {fixture}")
                if isinstance(value, int):
                    self.assertLessEqual(abs(value), LARGEST, path)

    def test_records_have_the_same_keys_in_the_same_order(self):
        for fixture, record in self.records():
            self.assertEqual(list(record), RECORD_KEYS, fixture)

    def test_rdata_is_opaque_where_the_text_is_generic(self):
        for fixture, record in self.records():
            rdata, data = record["rdata"], record["data"]
            if "hex" not in rdata:
                self.assertFalse(data.startswith("\\# "), fixture)
                continue
            self.assertLessEqual(set(rdata), set(OPAQUE), fixture)
            octets = bytes.fromhex(rdata["hex"])
            digits = octets.hex().upper()
            self.assertEqual(data, f"\\# {len(octets)} {digits}".rstrip())

    def test_some_records_are_malformed_and_say_so(self):
        sentences = [record["rdata"]["malformed"] for _, record
                     in self.records() if "malformed" in record["rdata"]]
        self.assertGreater(len(sentences), 10)
        self.assertTrue(all(sentences))

    def test_data_is_the_text_of_dig(self):
        compared = 0
        for i, text in enumerate(recorded_texts()):
            message, = self.messages[f"texts.txt#{i}"]
            if text is None or not message["additional"]:
                continue
            words = text.split(None, 4)
            data = words[4] if len(words) > 4 else ""
            self.assertEqual(message["additional"][0]["data"], data)
            compared += 1
        self.assertGreater(compared, 300)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
