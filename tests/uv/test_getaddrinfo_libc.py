#!/usr/bin/python3
"""Compares stubdns_getaddrinfo() and stubdns_getnameinfo() with the C library's
on the same files and server.

usage: test_getaddrinfo_libc.py RESOLVE [--list]

Every line of getaddrinfo_inputs.txt must have the same result from both, unless
getaddrinfo_differences.txt has it, with the reason why; and what stands there
must differ.  With --list all results are printed.
"""
import pathlib
import subprocess
import sys
import tempfile
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

import namespace

FOLDER = pathlib.Path(__file__).parent

FILES = {
    "/etc/resolv.conf": (
        "nameserver 127.0.0.1\n"
        "search test sub.test\n"
    ),
    "/etc/nsswitch.conf": "hosts: files dns\nservices: files\n",
    "/etc/hosts": (
        "127.0.0.1 localhost\n"
        "::1 localhost ip6-localhost\n"
        "192.0.2.77 file.test file other-name\n"
        "192.0.2.78 file.test\n"
        "192.0.2.79 upper.TEST\n"
        "2001:db8::77 six.test\n"
        "192.0.2.80 dotted.test # comment\n"
        "192.0.2.77 second.test\n"
    ),
}

ZONE = {
    ("both.test.", "A"): "300 IN A 192.0.2.1",
    ("both.test.", "AAAA"): "300 IN AAAA 2001:db8::1",
    ("v4.test.", "A"): "300 IN A 192.0.2.3\n300 IN A 192.0.2.2",
    ("v4.test.", "AAAA"): "",
    ("v6.test.", "A"): "",
    ("v6.test.", "AAAA"): "300 IN AAAA 2001:db8::2\n300 IN AAAA 2001:db8::3",
    ("far.test.", "A"): "300 IN A 198.51.100.1\n300 IN A 192.0.2.1",
    ("far.test.", "AAAA"): "300 IN AAAA 2001:db8:ffff::1",
    ("alias.test.", "A"): "300 IN CNAME both.test.",
    ("alias.test.", "AAAA"): "300 IN CNAME both.test.",
    ("dangling.test.", "A"): "300 IN CNAME empty.test.",
    ("dangling.test.", "AAAA"): "300 IN CNAME empty.test.",
    ("empty.test.", "A"): "",
    ("empty.test.", "AAAA"): "",
    ("half.test.", "A"): "300 IN A 192.0.2.4",
    ("half.test.", "AAAA"): "SERVFAIL",
    ("liar.test.", "A"): "300 IN A 192.0.2.4",
    ("liar.test.", "AAAA"): "NXDOMAIN",
    ("servfail.test.", "A"): "SERVFAIL",
    ("servfail.test.", "AAAA"): "SERVFAIL",
    ("refused.test.", "A"): "REFUSED",
    ("refused.test.", "AAAA"): "REFUSED",
    ("notimp.test.", "A"): "NOTIMP",
    ("notimp.test.", "AAAA"): "NOTIMP",
    ("formerr.test.", "A"): "FORMERR",
    ("formerr.test.", "AAAA"): "FORMERR",
    ("mapped.test.", "A"): "",
    ("mapped.test.", "AAAA"): "300 IN AAAA ::ffff:192.0.2.5",
    ("many.test.", "A"): "\n".join(f"300 IN A 192.0.2.{n}" for n in (9, 7, 8, 5, 200)),
    ("many.test.", "AAAA"): "",
    ("under_score.test.", "A"): "300 IN A 192.0.2.6",
    ("under_score.test.", "AAAA"): "",
    ("file.test.", "A"): "300 IN A 192.0.2.99",
    ("file.test.", "AAAA"): "300 IN AAAA 2001:db8::99",
    ("deep.sub.test.", "A"): "300 IN A 192.0.2.11",
    ("deep.sub.test.", "AAAA"): "",
    ("only.sub.test.", "A"): "300 IN A 192.0.2.12",
    ("only.sub.test.", "AAAA"): "",
    ("1.2.0.192.in-addr.arpa.", "PTR"): "300 IN PTR both.test.",
    ("2.2.0.192.in-addr.arpa.", "PTR"): "300 IN PTR first.test.\n300 IN PTR second.test.",
    ("3.2.0.192.in-addr.arpa.", "PTR"): "300 IN PTR bad\\010name.test.",
    ("4.2.0.192.in-addr.arpa.", "PTR"): "300 IN CNAME 4.sub.2.0.192.in-addr.arpa.",
    ("5.2.0.192.in-addr.arpa.", "PTR"): "SERVFAIL",
    ("6.2.0.192.in-addr.arpa.", "PTR"): "",
}
SOA = "test. 300 IN SOA ns.test. hostmaster.test. 1 2 3 4 300"
TAILS = {
    "both.test.": True,
    "4.sub.2.0.192.in-addr.arpa.": "300 IN PTR delegated.test.",
}


def add(message, owner, type_, text):
    """Puts records into the answer, and those that a CNAME leads to."""
    for line in text.splitlines():
        ttl, class_, rrtype, rdata = line.split(" ", 3)
        message.answer.append(dns.rrset.from_text(owner, int(ttl), class_, rrtype, rdata))
        if rrtype == "CNAME":
            tail = TAILS.get(rdata)
            if tail is True:
                add(message, rdata, type_, ZONE[rdata, type_])
            elif tail:
                add(message, rdata, type_, tail)


def reply_to(octets):
    query = dns.message.from_wire(octets)
    question = query.question[0]
    type_ = dns.rdatatype.to_text(question.rdtype)
    reply = dns.message.make_response(query, recursion_available=True)
    text = ZONE.get((str(question.name).lower(), type_), "NXDOMAIN")
    if text.isalpha() and text.isupper():
        reply.set_rcode(dns.rcode.from_text(text))
    else:
        add(reply, str(question.name), type_, text)
    if not reply.answer and reply.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        owner, ttl, class_, rrtype, rdata = SOA.split(" ", 4)
        soa = dns.rrset.from_text(owner, int(ttl), class_, rrtype, rdata)
        reply.authority.append(soa)
    return reply.to_wire()


def serve(socket_):
    while True:
        octets, client = socket_.recvfrom(65535)
        socket_.sendto(reply_to(octets), client)


def start_server():
    socket_ = namespace.socket.socket(namespace.socket.AF_INET, namespace.socket.SOCK_DGRAM)
    socket_.bind(("127.0.0.1", 53))
    threading.Thread(target=serve, args=(socket_,), daemon=True).start()


def read_inputs():
    text = (FOLDER / "getaddrinfo_inputs.txt").read_text()
    return [line for line in text.splitlines() if line and line[0] != "#"]


def read_differences():
    """The reason for each input that differs: an input stands at the begin of a
    line, its reason indented below."""
    reasons = {}
    inputs = []
    for line in (FOLDER / "getaddrinfo_differences.txt").read_text().splitlines():
        if line.startswith(" "):
            for one in inputs:
                reasons[one] = (reasons.get(one, "") + " " + line.strip()).strip()
        elif line and line[0] != "#":
            if inputs and inputs[0] in reasons:
                inputs = []
            inputs.append(line)
    return reasons


def ask(program, inputs):
    run = subprocess.run([program], input="\n".join(inputs) + "\n", text=True,
                         capture_output=True, timeout=120)
    lines = run.stdout.splitlines()
    if run.returncode or len(lines) != 2 * len(inputs):
        sys.exit(f"{program} ended with {run.returncode}\n{run.stdout}{run.stderr}")
    for i, line in enumerate(inputs):
        libc, ours = lines[2 * i : 2 * i + 2]
        yield line, libc.removeprefix("libc "), ours.removeprefix("ours ")


def main():
    namespace.enter()
    inputs = read_inputs()
    reasons = read_differences()
    failures = [f"{line}: no such input" for line in reasons if line not in inputs]
    with tempfile.TemporaryDirectory() as folder:
        namespace.raise_loopback()
        namespace.add_ipv4("lo:1", "192.0.2.10", "255.255.255.0")
        if not namespace.add_ipv6("lo", "2001:db8::10", 64):
            namespace.skip("there is no IPv6 here")
        namespace.put_files(folder, FILES)
        start_server()
        for line, libc, ours in ask(sys.argv[1], inputs):
            if "--list" in sys.argv:
                print(f"{line}\n   libc {libc}\n   ours {ours}")
            if libc != ours and line not in reasons:
                failures.append(f"{line}\n   libc {libc}\n   ours {ours}")
            if libc == ours and line in reasons:
                failures.append(f"{line}: there is no difference any more: {libc}")
    print(f"{len(inputs)} inputs, {len(reasons)} differences with a reason")
    if len(inputs) < 80:
        failures.append("fewer than 80 inputs")
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
