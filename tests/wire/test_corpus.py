#!/usr/bin/env python3
"""Decodes recorded messages of many programs and compares with other decoders.

usage: test_corpus.py DECODE

STUBDNS_CORPUS names the folder: messages.tar.gz and, for each message of it,
what three independent decoders say in expected.jsonl.  Without it the test is
skipped (status 77).  DECODE is the program made of tests/support/decode.c.

Where the decoders agree that a message is well-formed, it must parse and say
the same header, question and records, spelling aside; where they agree that it is malformed, it
must fail or have a record that is marked so.  On what they do not agree on,
corpus_disputed.txt says what we do, and why.
"""
import collections
import ipaddress
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

SKIPPED = 77
SECTIONS = {"0": "an", "1": "ns", "2": "ar"}
OPT = 41
TKEY = 249  # each decoder writes another set of its fields
CACHE_FLUSH_MASK = 0x7fff  # RFC 6762 section 10.2

# RDATA that ends in one hex or base64 value, which decoders split as they
# like: the number of fields in front of it.
HEX_AFTER = {"DS": 3, "CDS": 3, "SSHFP": 2, "TLSA": 3, "NSAP": 0}
BASE64_AFTER = {"RRSIG": 8, "DNSKEY": 3, "CERT": 3, "OPENPGPKEY": 0}

# Types of which decoders write digits in either case, or quote at will.
PLAIN = ("NSEC3", "NSEC3PARAM", "SVCB", "HTTPS")


def fields(text):
    """Presentation format as a list of fields, each a tuple of octet strings:
    what stands between dots that are not escaped (RFC 1035 section 5.1)."""
    result, parts, octets, i, quoted = [], [], bytearray(), 0, False
    started = False
    while i < len(text):
        c = text[i]
        if c == "\\" and text[i + 1:i + 4].isdigit():
            octets.append(int(text[i + 1:i + 4]))
            i += 3
            started = True
        elif c == "\\":
            octets += text[i + 1].encode()
            i += 1
            started = True
        elif c == '"':
            quoted = not quoted
            started = True
        elif c == " " and not quoted:
            if started:
                result.append(tuple(parts) + (bytes(octets),))
            parts, octets, started = [], bytearray(), False
        elif c == "." and not quoted:
            parts.append(bytes(octets))
            octets = bytearray()
            started = True
        else:
            octets += c.encode("latin-1")
            started = True
        i += 1
    if started:
        result.append(tuple(parts) + (bytes(octets),))
    return result


def without_splits(values, count):
    return values[:count] + ["".join(values[count:])]


def canonical(mnemonic, text):
    """RDATA in a form that is the same for every decoder's way of writing."""
    if text.startswith("\\#"):
        words = text.split()
        return ["\\#", words[1], "".join(words[2:]).lower()]
    words = text.split()
    if not words:
        return ["\\#", "0", ""]
    if mnemonic in PLAIN:
        return text.replace('"', "").lower()
    if mnemonic == "LOC":
        return text.replace(".00m", "m").removesuffix(" 1m 10000m 10m")
    if mnemonic in ("A", "AAAA"):
        return [str(ipaddress.ip_address(words[0]))]
    if mnemonic in HEX_AFTER:
        return without_splits(text.lower().split(), HEX_AFTER[mnemonic])
    if mnemonic in BASE64_AFTER:
        return without_splits(words, BASE64_AFTER[mnemonic])
    return fields(text)


class Message:
    """One message as DECODE prints it."""

    def __init__(self):
        self.error, self.header, self.question, self.records = None, [], [], []

    def add(self, line):
        words, *texts = line.split("\t")
        kind, *words = words.split(" ")
        if kind == "error":
            self.error = words[0]
        elif kind == "header":
            self.header = [int(word) for word in words]
        elif kind == "question":
            self.question = words + texts
        else:
            self.records.append((words, *texts))

    def has_malformed_record(self):
        return any(words[5] != "ok" for words, _, _ in self.records)


def decode(program, folder, expected):
    lines = "".join(
        f"{'mdns' if e['mdns'] else 'unicast'} {folder}/{e['file']}\n"
        for e in expected)
    printed = subprocess.run([program], input=lines, text=True, check=True,
                             capture_output=True, encoding="ascii").stdout
    messages = {}
    for line in printed.splitlines():
        if line.startswith("message "):
            message = Message()
            messages[os.path.relpath(line[8:], folder)] = message
        else:
            message.add(line)
    return messages


def compare_header(expected, message):
    names = ("id", "flags", "qd", "an", "ns", "ar")
    for name, value in zip(names, message.header):
        if expected[name] != value:
            yield f"{name} is {value}, not {expected[name]}"
    if expected["trailing"] != message.header[7]:
        yield f"{message.header[7]} octets behind, not {expected['trailing']}"


def compare_question(expected, message):
    if not expected.get("questions"):
        return
    wanted = expected["questions"][0]
    type_, class_, name = message.question
    if (int(type_), int(class_)) != (wanted["type"], wanted["cls"]):
        yield f"asks type {type_} class {class_}, not {wanted}"
    if fields(name) != fields(wanted["name"]):
        yield f"asks {name}, not {wanted['name']}"


def split_text(text):
    """Owner, TTL, mnemonic and RDATA; the class is told apart from it."""
    owner, ttl, _, mnemonic, rdata = text.split(" ", 4)
    return owner, int(ttl), mnemonic, rdata


def compare_record(wanted, record, mdns):
    words, owner, rdata = record
    section, type_, class_, ttl, length, error = words
    if wanted["s"] != SECTIONS[section] or wanted["type"] != int(type_):
        yield f"is type {type_} in {SECTIONS[section]}, not {wanted}"
        return
    if wanted["rdlen"] != int(length):
        yield f"has {length} octets, not {wanted['rdlen']}"
    if error != "ok":
        yield f"is marked {error}: {wanted['text']}"
    if wanted["type"] in (OPT, TKEY):
        return
    wanted_owner, wanted_ttl, mnemonic, wanted_rdata = \
        split_text(wanted["text"])
    if int(class_) != wanted["cls"] & (CACHE_FLUSH_MASK if mdns else 0xffff):
        yield f"has class {class_}, not {wanted['cls']}"
    if int(ttl) != (wanted_ttl if wanted_ttl < 1 << 31 else 0):
        yield f"has TTL {ttl}, not {wanted_ttl}"
    if fields(owner) != fields(wanted_owner):
        yield f"belongs to {owner}, not {wanted_owner}"
    if wanted_rdata.startswith("\\#") and not wanted["agreed"]:
        return  # of a type that this decoder does not know
    if canonical(mnemonic, rdata) != canonical(mnemonic, wanted_rdata):
        yield f"is {rdata}, not {wanted_rdata}"


def compare_wellformed(expected, message):
    if message.error:
        yield f"fails with {message.error}"
        return
    yield from compare_header(expected, message)
    yield from compare_question(expected, message)
    if len(message.records) != len(expected["rrs"]):
        yield f"has {len(message.records)} records, not {len(expected['rrs'])}"
    for wanted, record in zip(expected["rrs"], message.records):
        yield from compare_record(wanted, record, expected["mdns"])


def verdict(message):
    if message.error:
        return "fails"
    return "marks a record" if message.has_malformed_record() else "parses"


def compare(expected, message, disputed):
    key = pathlib.PurePath(expected["file"]).stem
    if key in disputed:
        if verdict(message) != disputed.pop(key):
            yield f"{verdict(message)} ({message.error}), against the list"
    elif expected["consensus"] == "wellformed":
        yield from compare_wellformed(expected, message)
    elif expected["consensus"] == "malformed":
        if verdict(message) == "parses":
            yield "parses, though it is malformed"
    else:
        yield f"is disputed and not on the list: {verdict(message)}"


def read_disputed():
    """{hash: what we do with it}; each line: hash, what we do, why."""
    path = pathlib.Path(__file__).with_name("corpus_disputed.txt")
    result = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            key, what, reason = (part.strip() for part in line.split("|"))
            assert what in ("parses", "fails", "marks a record") and reason
            result[key] = what
    return result


def check(program, corpus, folder):
    with tarfile.open(corpus / "messages.tar.gz") as archive:
        archive.extractall(folder)
    expected = [json.loads(line) for line in
                (corpus / "expected.jsonl").read_text().splitlines()]
    messages, disputed = decode(program, folder, expected), read_disputed()
    count = collections.Counter(e["consensus"] for e in expected)
    compared = sum(r["type"] not in (OPT, TKEY) for e in expected
                   for r in e["rrs"] if e["consensus"] == "wellformed")
    failures = 0
    for e in expected:
        for sentence in compare(e, messages[e["file"]], disputed):
            print(f"{e['file']}: {sentence}")
            failures += 1
    for key in disputed:
        print(f"corpus_disputed.txt: {key} is not in the corpus")
    print(f"{len(expected)} messages ({count['wellformed']} well-formed, "
          f"{count['malformed']} malformed, {count['disputed']} disputed), "
          f"{compared} records, {failures} differences")
    return 1 if failures or disputed or not compared else 0


def main():
    corpus = os.environ.get("STUBDNS_CORPUS")
    if not corpus:
        print("skipped: STUBDNS_CORPUS names no folder of recorded messages")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        return check(sys.argv[1], pathlib.Path(corpus), folder)


if __name__ == "__main__":
    sys.exit(main())
