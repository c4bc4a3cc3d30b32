#!/usr/bin/env python3
"""Compares what the C library and stubdns make of each text in resolv_confs.txt
and of each resolv.conf among the fixtures.

usage: test_libc_conf.py LIBC-CONF OUR-CONF
"""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parents[1] / "fixtures" / "config"


def read_cases():
    """Yields (name, text, environment, kinds that differ)."""
    name, text, environment, differs = None, b"", {}, {}
    for line in (HERE / "resolv_confs.txt").read_text().splitlines() + ["== "]:
        if line.startswith("== "):
            if name:
                yield name, text, environment, differs
            name, text, environment, differs = line[3:], b"", {}, {}
        elif line.startswith("env "):
            variable, value = line[4:].split("=", 1)
            environment[variable] = value
        elif line.startswith("differs "):
            kind, reason = line[8:].split(": ", 1)
            differs[kind] = reason
        elif line.startswith("|"):
            octets = line[2:].encode("latin-1").decode("unicode_escape")
            text += octets.encode("latin-1") + b"\n"
    for path in sorted(FIXTURES.glob("resolv-*.conf")):
        yield path.name, path.read_bytes(), {}, {}


def normal(word):
    """A domain without the dots at its ends, which change nothing."""
    return word.strip(".") or "."


def values(program, path, environment):
    """Each kind's words, as the program prints them."""
    inherited = {key: value for key, value in os.environ.items()
                 if key not in ("LOCALDOMAIN", "RES_OPTIONS")}
    printed = subprocess.run([program, path], env={**inherited, **environment},
                             capture_output=True, text=True, check=True).stdout
    lines = dict((line.split()[0], line.split()[1:])
                 for line in printed.splitlines())
    lines["search"] = [normal(word) for word in lines["search"]]
    return lines


def main():
    libc_conf, our_conf = sys.argv[1:]
    wrong = count = 0
    with tempfile.NamedTemporaryFile() as file:
        for name, text, environment, differs in read_cases():
            file.seek(0)
            file.truncate()
            file.write(text)
            file.flush()
            theirs = values(libc_conf, file.name, environment)
            ours = values(our_conf, file.name, environment)
            count += 1
            for kind, words in theirs.items():
                if (words != ours[kind]) != (kind in differs):
                    wrong += 1
                    print(f"{name}: {kind}: the C library has {words}, "
                          f"stubdns {ours[kind]}")
    print(f"{count} texts compared")
    return 1 if wrong or count < 60 else 0


if __name__ == "__main__":
    sys.exit(main())
