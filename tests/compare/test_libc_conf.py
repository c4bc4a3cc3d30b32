#!/usr/bin/env python3
"""Compares what the C library and stubdns make of each text in a file of cases
(resolv_confs.txt or hosts.txt) and of each fixture whose name begins with
PREFIX.

usage: test_libc_conf.py CASES PREFIX LIBC-PROGRAM OUR-PROGRAM
"""
import ipaddress
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parents[1] / "fixtures" / "config"


class Case:
    """A text, and what is to be made of it."""

    def __init__(self, name, text=b""):
        self.name, self.text = name, text
        self.environment, self.asked, self.differs = {}, [], {}

    def read(self, line):
        if line.startswith("env "):
            variable, value = line[4:].split("=", 1)
            self.environment[variable] = value
        elif line.startswith("ask "):
            self.asked += line.split()[1:]
        elif line.startswith("differs "):
            kind, reason = line[8:].split(": ", 1)
            self.differs[kind] = reason
        elif line.startswith("|"):
            octets = line[2:].encode("latin-1").decode("unicode_escape")
            self.text += octets.encode("latin-1") + b"\n"


def names_in(hosts):
    return sorted({word for line in hosts.splitlines()
                   for word in line.partition("#")[0].split()[1:]})


def read_cases(path, prefix):
    cases = []
    for line in (HERE / path).read_text().splitlines():
        if line.startswith("== "):
            cases.append(Case(line[3:]))
        elif cases:
            cases[-1].read(line)
    for fixture in sorted(FIXTURES.glob(prefix + "*")):
        cases.append(Case(fixture.name, fixture.read_bytes()))
        if prefix == "hosts-":
            cases[-1].asked = names_in(fixture.read_text())
    return cases


def normal(word):
    """An address in one form, or a name without the dots at its ends, which
    change nothing."""
    try:
        return str(ipaddress.ip_address(word))
    except ValueError:
        return word.strip(".") or "."


def values(program, path, case):
    """Each kind's words, as the program prints them.  The addresses of a host
    are sorted: in which order they are given is decided elsewhere."""
    inherited = {key: value for key, value in os.environ.items()
                 if key not in ("LOCALDOMAIN", "RES_OPTIONS")}
    printed = subprocess.run([program, path, *case.asked],
                             env={**inherited, **case.environment},
                             capture_output=True, text=True, check=True).stdout
    lines = {line.split()[0]: [normal(word) for word in line.split()[1:]]
             for line in printed.splitlines()}
    for host in case.asked:
        lines[host][1:] = sorted(lines[host][1:])
    return lines


def differences(case, path, programs):
    theirs, ours = (values(program, path, case) for program in programs)
    for kind, words in theirs.items():
        if (words != ours[kind]) != (kind in case.differs):
            yield (f"{case.name}: {kind}: the C library has {words}, "
                   f"stubdns {ours[kind]}")


def main():
    cases = read_cases(*sys.argv[1:3])
    wrong = 0
    with tempfile.NamedTemporaryFile() as file:
        for case in cases:
            file.seek(0)
            file.truncate()
            file.write(case.text)
            file.flush()
            for difference in differences(case, file.name, sys.argv[3:]):
                wrong += 1
                print(difference)
    print(f"{len(cases)} texts compared")
    return 1 if wrong or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
