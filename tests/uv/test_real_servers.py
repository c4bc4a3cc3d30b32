#!/usr/bin/env python3
"""Lookups against a real server give what dig prints at the same time.

usage: test_real_servers.py SERVER ASK

SERVER is named, knotd, nsd or unbound; ASK is the program of tests/uv/ask.c.
The questions are those of fixtures/exchanges.txt that need no options, the
server is started on loopback at a free port.  Exits with 77 where it, or dig,
is not installed.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from fixtures import servers, table  # noqa: E402

SKIPPED = 77
DIG = ["dig", "-r", "+noall", "+comments", "+answer", "+noadflag",
       "+nocookie", "+bufsize=1232", "+tries=2", "+time=5"]
TYPES = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "NULL": 10, "PTR": 12, "HINFO": 13,
    "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33, "DNAME": 39, "ANY": 255,
    "CAA": 257,
}
CLASSES = {"IN": 1, "CH": 3, "HS": 4}
FORMS_OF_DIG = {("A", "CH"), ("A", "HS")}
RCODES = {"NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3,
          "NOTIMP": 4, "REFUSED": 5, "YXDOMAIN": 6}
DIG_HEADER = re.compile(r";; ->>HEADER<<- .*status: (\w+), .*\n"
                        r";; flags:([\w ]*);")


def type_number(word):
    return TYPES.get(word) or int(word.removeprefix("TYPE"))


def is_asked(exchange):
    """Whether its type has a number here, and a form that both know: dig has
    one for addresses of other classes, where RFC 3597 section 5 has another."""
    known = re.compile("|".join(TYPES) + r"|TYPE\d+")
    return (known.fullmatch(exchange.type) and exchange.klass in CLASSES
            and (exchange.type, exchange.klass) not in FORMS_OF_DIG)


def questions(server):
    return [e for e in table.read(ROOT / "fixtures/exchanges.txt")
            if e.server == server and not e.options and is_asked(e)]


def normal(record, with_ttl):
    """A record with one blank between columns, and its TTL if it is fixed; in
    small letters, since ours ask with random capitals, of which a CNAME made
    from a DNAME keeps some."""
    owner, ttl, rest = record.lower().split(maxsplit=2)
    return " ".join([owner, ttl if with_ttl else "-", *rest.split()])


def asked_by_dig(exchanges, port, with_ttl):
    batch = "".join(f"{e.question} {e.type} {e.klass}\n" for e in exchanges)
    with tempfile.NamedTemporaryFile("w", suffix=".dig") as file:
        file.write(batch)
        file.flush()
        text = subprocess.run([*DIG, "-p", str(port), "@127.0.0.1", "-f",
                               file.name], check=True, capture_output=True,
                              text=True).stdout
    found = []
    for part in re.split(r"(?m)^;; Got answer:\n", text)[1:]:
        status, flags = DIG_HEADER.search(part).groups()
        records = sorted(normal(line, with_ttl) for line in part.splitlines()
                         if line and not line.startswith(";"))
        found.append((RCODES[status], int("tc" in flags.split()), records))
    return found


def asked_by_us(exchanges, addresses, program, with_ttl):
    lines = "".join(f"{e.question} {type_number(e.type)} {CLASSES[e.klass]}\n"
                    for e in exchanges)
    text = subprocess.run([program, *addresses], input=lines, check=True,
                          capture_output=True, text=True).stdout
    found = []
    for part in text.split("\n\n")[:-1]:
        head, *records = part.splitlines()
        rcode, truncated = head.split()
        found.append((int(rcode), int(truncated),
                      sorted(normal(line, with_ttl) for line in records)))
    return found


def differences(exchanges, ours, theirs):
    for exchange, our, their in zip(exchanges, ours, theirs, strict=True):
        if our != their:
            yield f"{exchange.name}:\n  dig: {their}\n  we:  {our}"


def compare(server, program, port):
    exchanges = questions(server)
    # A cache counts the TTL down.
    with_ttl = server != "unbound"
    theirs = asked_by_dig(exchanges, port, with_ttl)
    ours = asked_by_us(exchanges, [f"127.0.0.1#{port}"], program, with_ttl)
    problems = list(differences(exchanges, ours, theirs))
    print("\n".join(problems))
    print(f"{server}: {len(exchanges)} questions, {len(problems)} differ")
    return 1 if problems or not exchanges else 0


def main():
    server, program = sys.argv[1:]
    if not shutil.which("dig"):
        print("skipped: dig is not installed (Debian: bind9-dnsutils)")
        return SKIPPED
    with tempfile.TemporaryDirectory() as state:
        try:
            group = servers.Servers([server], ROOT / "fixtures/servers",
                                    ROOT / "fixtures/zones", state)
            with group:
                return compare(server, program, group.ports[server])
        except servers.ServerError as error:
            if "is not installed" not in str(error):
                raise
            print(f"skipped: {error}")
            return SKIPPED


if __name__ == "__main__":
    sys.exit(main())
