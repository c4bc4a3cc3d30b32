#!/usr/bin/python3
"""Compares the order of addresses that stubdns_getaddrinfo() and the C library's
getaddrinfo() give with the same gai.conf.

usage: test_gai_conf_libc.py RESOLVE [--list]

Where gai.conf has no labels or precedences, the C library's are those of RFC
3484, and ours those of RFC 6724: so each text has both.  Where all rules are
equal for IPv4 and IPv6, it has IPv4 first, as it asks for, and we IPv6: so no
text lets that happen.  Nor does one let rule 9 compare networks of IPv4.
"""
import pathlib
import sys
import tempfile

import namespace
import test_getaddrinfo_libc as libc_test

LABELS = """\
label ::1/128 0
label ::/0 1
label ::ffff:0:0/96 4
label 2002::/16 2
label fc00::/7 13
"""
PRECEDENCES = """\
precedence ::1/128 50
precedence ::/0 40
precedence ::ffff:0:0/96 35
precedence 2002::/16 30
precedence fc00::/7 3
"""
RFC = LABELS + PRECEDENCES

# Each is put behind what is written above, or stands for itself.
TEXTS = (
    RFC,
    LABELS + "precedence ::ffff:0:0/96 100\n",
    LABELS + "precedence fc00::/7 100\nprecedence ::ffff:0:0/96 90\n",
    LABELS + "precedence ::/0 1\nprecedence ::/0 100\n"
             "precedence ::ffff:0:0/96 50\n",
    LABELS + "precedence 2001:db8::/32 5\nprecedence 2002::/15 60\n"
             "precedence ::ffff:0:0/96 41\n",
    LABELS + "precedence ::ffff:192.0.2.0/120 60\nprecedence ::/0 50\n"
             "precedence ::ffff:0:0/96 49\n",
    LABELS + "precedence ::ffff:203.0.113.0/121 2147483647\n"
             "precedence ::ffff:0.0.0.0/97 41\nprecedence ::ffff:0:0/96 39\n",
    # The numbers of lines that are wrong count for nothing.
    LABELS + "precedence ::ffff:0:0/96 2147483648\n"
             "precedence ::ffff:0:0/129 100\nprecedence 192.0.2.0/24 100\n"
             "precedence ::ffff:0:0/96 x\nprecedences ::ffff:0:0/96 100\n"
             "precedence fc00::/7 45\nprecedence ::ffff:0:0/96 39\n",
    LABELS + "  precedence\t::ffff:0:0/96   100 # and so on\n#precedence ::/0 9\n"
             "precedence fc00::/7 99 more words\n",
    LABELS + "precedence ::ffff:0:0/96 100\r\nreload yes\n",
    PRECEDENCES + "label ::/0 1\n",
    PRECEDENCES + "label 2001:db8::10/128 7\n",
    PRECEDENCES + "label ::ffff:192.0.2.1/128 9\n",
    PRECEDENCES + "label fd00::1/128 3\nlabel 2002::/16 8\n",
    RFC + "scopev4 ::ffff:127.0.0.0/104 20\nscopev4 ::ffff:0.0.0.0/96 14\n",
    RFC + "scopev4 127.0.0.0/8 20\nscopev4 0.0.0.0/0 2\n",
    RFC + "scopev4 192.0.2.1/32 5\nscopev4 127.0.0.0/8 2\n",
    RFC + "scopev4 203.0.113.0/24 2\nscopev4 127.0.0.0/9 3\n"
          "scopev4 127.0.0.0/8 2\n",
    RFC + "scopev4 ::1/128 5\nscopev4 203.0.113.0/33 2\nscopev4 x/8 2\n"
          "scopev4 127.0.0.0/8 13\n",
    LABELS + "precedence ::/0 7\nprecedence ::ffff:0:0/96 9\n"
             "scopev4 192.0.2.0/24 3\nscopev4 127.0.0.0/8 2\n",
)
HOSTS = {
    "order.test.": (("203.0.113.1", "192.0.2.1", "127.0.0.5"),
                    ("fd00::1", "2002:c000:20a::1", "2001:db8::1")),
    "loop.test.": (("127.0.0.5", "203.0.113.1"), ("::1",)),
    "far.order.test.": (("198.51.100.1", "192.0.2.1"),
                        ("fd01::1", "2001:db8::1")),
    "twins.test.": (("192.0.2.7", "192.0.2.1"), ("2001:db8::7", "2001:db8::1")),
}
INPUTS = [f"a {host.rstrip('.')} - - stream - -" for host in HOSTS]

PATH = "/etc/gai.conf"


def set_up(folder):
    namespace.raise_loopback()
    namespace.add_ipv4("lo:1", "192.0.2.10", "255.255.255.0")
    namespace.add_ipv4("lo:2", "203.0.113.10", "255.255.255.0")
    for address in ("2001:db8::10", "fd00::10", "2002:c000:20a::10"):
        if not namespace.add_ipv6("lo", address, 64):
            namespace.skip("there is no IPv6 here")
    namespace.put_files(folder, {**libc_test.FILES, PATH: ""})
    for host, (ipv4, ipv6) in HOSTS.items():
        for type_, addresses in (("A", ipv4), ("AAAA", ipv6)):
            libc_test.ZONE[host, type_] = "\n".join(
                f"300 IN {type_} {address}" for address in addresses)
    libc_test.start_server()


def main():
    namespace.enter()
    failures, orders = [], set()
    with tempfile.TemporaryDirectory() as folder:
        set_up(folder)
        for text in TEXTS:
            pathlib.Path(PATH).write_text(text)
            for line, libc, ours in libc_test.ask(sys.argv[1], INPUTS):
                orders.add((line, ours))
                if "--list" in sys.argv:
                    print(f"{text}\n{line}\n   libc {libc}\n   ours {ours}")
                if libc != ours:
                    failures.append(f"{text}\n{line}\n   libc {libc}\n"
                                    f"   ours {ours}")
    print(f"{len(TEXTS)} texts, {len(orders)} orders of {len(INPUTS)} hosts")
    for failure in failures:
        print(failure)
    return 1 if failures or len(orders) < 3 * len(INPUTS) else 0


if __name__ == "__main__":
    sys.exit(main())
