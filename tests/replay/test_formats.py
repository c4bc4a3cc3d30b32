#!/usr/bin/env python3
"""Writes captures in every format that is read and compares what is found.

usage: test_formats.py DATAGRAMS
       test_formats.py --write FOLDER    for a fuzzer to begin with

DATAGRAMS is the program made of datagrams.c.  What must be found is known from
the writing; where tshark is installed it must find the same.
"""
import ipaddress
import itertools
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

PAYLOAD = bytes.fromhex("123401000001000000000000037777770474657374000001"
                        "0001")
IPV4 = ("192.0.2.9", "192.0.2.53")
IPV6 = ("2001:db8::9", "fe80::53")
SECONDS, NANOSECONDS = 1735689600, 123456789


def udp(payload=PAYLOAD, source=40001, destination=53, length=None):
    if length is None:
        length = 8 + len(payload)
    return struct.pack("!4H", source, destination, length, 0) + payload


def ipv4(inside, options=b"", fragment=0, protocol=17, length=None):
    header_length = 20 + len(options)
    if length is None:
        length = header_length + len(inside)
    return struct.pack("!BBHHHBBH", 0x40 | header_length // 4, 0, length, 7,
                       fragment, 64, protocol, 0) + b"".join(
        ipaddress.ip_address(a).packed for a in IPV4) + options + inside


def ipv6(inside, protocol=17):
    return struct.pack("!IHBB", 0x60000000, len(inside), protocol, 64) + \
        b"".join(ipaddress.ip_address(a).packed for a in IPV6) + inside


def extension(next_protocol, length=8):
    return struct.pack("!BB", next_protocol, length // 8 - 1) + \
        b"\x01" + bytes([length - 4]) + bytes(length - 4)


def ethernet(inside, type_=None, tags=()):
    if type_ is None:
        type_ = 0x0800 if inside[0] >> 4 == 4 else 0x86dd
    return bytes(12) + b"".join(struct.pack("!HH", tag, 5) for tag in tags) + \
        struct.pack("!H", type_) + inside


def ethertype(inside):
    return 0x0800 if inside[0] >> 4 == 4 else 0x86dd


def cooked(inside):
    return struct.pack("!HHHQH", 0, 1, 6, 0, ethertype(inside)) + inside


def cooked_2(inside):
    return struct.pack("!HHIHBBQ", ethertype(inside), 0, 1, 1, 0, 6, 0) + inside


def family(order, inside, number):
    return struct.pack(order + "I", number) + inside


def pcap(frames, link, order="<", nanoseconds=False, cut=None):
    magic = 0xa1b23c4d if nanoseconds else 0xa1b2c3d4
    fraction = NANOSECONDS if nanoseconds else NANOSECONDS // 1000
    result = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for frame in frames:
        kept = frame[:cut]
        result += struct.pack(order + "IIII", SECONDS, fraction, len(kept),
                              len(frame)) + kept
    return result


def block(order, type_, body):
    body += bytes(-len(body) % 4)
    length = 12 + len(body)
    return struct.pack(order + "II", type_, length) + body + \
        struct.pack(order + "I", length)


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + \
        bytes(-len(value) % 4)


def section(order):
    return block(order, 0x0a0d0d0a,
                 struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1))


def interface(order, link, resolution=None, offset=None):
    body = struct.pack(order + "HHI", link, 0, 0)
    if resolution is not None:
        body += option(order, 9, bytes([resolution]))
    if offset is not None:
        body += option(order, 14, struct.pack(order + "q", offset))
    return block(order, 1, body + option(order, 0, b""))


def enhanced(order, number, ticks, frame):
    return block(order, 6, struct.pack(
        order + "IIIII", number, ticks >> 32, ticks & 0xffffffff, len(frame),
        len(frame)) + frame)


def obsolete(order, number, ticks, frame):
    return block(order, 2, struct.pack(
        order + "HHIIII", number, 0, ticks >> 32, ticks & 0xffffffff,
        len(frame), len(frame)) + frame)


def simple(order, frame):
    return block(order, 3, struct.pack(order + "I", len(frame)) + frame)


def datagram(addresses, payload=PAYLOAD, number=1, time_ns=None, ports=None):
    if time_ns is None:
        time_ns = SECONDS * 10**9 + NANOSECONDS // 1000 * 1000
    source, destination = ports or (40001, 53)
    return (f"{number} {time_ns} {addresses[0]}#{source} "
            f"{addresses[1]}#{destination} {payload.hex()}")


def links():
    """Every link type: name, number, frame around an IP packet."""
    yield "Ethernet", 1, ethernet
    yield "VLAN", 1, lambda p: ethernet(p, tags=[0x8100])
    yield "two VLAN tags", 1, lambda p: ethernet(p, tags=[0x88a8, 0x8100])
    yield "an old VLAN tag", 1, lambda p: ethernet(p, tags=[0x9100])
    yield "padded Ethernet", 1, lambda p: ethernet(p) + bytes(30)
    yield "Linux cooked 1", 113, cooked
    yield "Linux cooked 2", 276, cooked_2
    for number in (12, 14, 101):
        yield f"raw IP {number}", number, lambda p: p


def link_cases():
    for name, number, frame in links():
        for addresses, packet in ((IPV4, ipv4(udp())), (IPV6, ipv6(udp()))):
            yield (f"{name}, IPv{4 if addresses is IPV4 else 6}",
                   pcap([frame(packet)], number), [datagram(addresses)],
                   "1 0 0 0 0 ok 0")
    for number, addresses, packet in ((228, IPV4, ipv4(udp())),
                                      (229, IPV6, ipv6(udp()))):
        yield (f"raw {number}", pcap([packet], number), [datagram(addresses)],
               "1 0 0 0 0 ok 0")
    for order, link in (("<", 0), (">", 0), (">", 108)):
        for number in (2, 10, 24, 28, 30):
            addresses, packet = (IPV4, ipv4(udp())) if number == 2 else \
                (IPV6, ipv6(udp()))
            yield (f"family {number} in order {order} of link {link}",
                   pcap([family(order, packet, number)], link,
                        order if link == 0 else "<"), [datagram(addresses)],
                   "1 0 0 0 0 ok 0")


def header_cases():
    exact = SECONDS * 10**9 + NANOSECONDS
    for order, nanoseconds in itertools.product("<>", (False, True)):
        yield (f"pcap order {order} nanoseconds {nanoseconds}",
               pcap([ipv4(udp())] * 2, 101, order, nanoseconds),
               [datagram(IPV4, number=n, time_ns=exact if nanoseconds else None)
                for n in (1, 2)], "2 0 0 0 0 ok 0")
    yield ("frame check sequences in the link type",
           pcap([ethernet(ipv4(udp())) + bytes(4)], 0x24000001),
           [datagram(IPV4)], "1 0 0 0 0 ok 0")
    yield "an empty capture", pcap([], 1), [], "0 0 0 0 0 ok 0"
    yield ("another link type", pcap([ipv4(udp())], 127), [],
           "0 0 0 0 0 STUBDNS_ELINKTYPE 20")
    yield "no capture", b"plain text, no capture", [], \
        "0 0 0 0 0 STUBDNS_ENOCAPTURE 0"
    yield "an empty file", b"", [], "0 0 0 0 0 STUBDNS_ENOCAPTURE 0"
    yield ("a cut frame at the end", pcap([ipv4(udp())] * 2, 101)[:-1],
           [datagram(IPV4)], "1 0 0 0 0 STUBDNS_EBADCAPTURE 94")
    yield ("a cut record header", pcap([ipv4(udp())], 101) + bytes(15),
           [datagram(IPV4)], "1 0 0 0 0 STUBDNS_EBADCAPTURE 94")
    yield ("a cut file header", pcap([], 1)[:20], [],
           "0 0 0 0 0 STUBDNS_EBADCAPTURE 20")


def packet_cases():
    def case(name, packet, found, counts, link=101):
        return name, pcap([packet], link), found, counts + " 0 ok 0"

    v4, v6 = [datagram(IPV4)], [datagram(IPV6)]
    yield case("IPv4 options", ipv4(udp(), bytes([1] * 8)), v4, "1 0 0 0")
    yield case("octets behind the IPv4 packet", ipv4(udp()) + b"junk", v4,
               "1 0 0 0")
    yield case("an empty datagram", ipv4(udp(b"")), [datagram(IPV4, b"")],
               "1 0 0 0")
    yield case("UDP shorter than its packet",
               ipv4(udp(length=8 + len(PAYLOAD)) + b"junk"), v4, "1 0 0 0")
    yield case("the first fragment", ipv4(udp(), fragment=0x2000), [],
               "1 1 0 0")
    yield case("a later fragment", ipv4(udp(), fragment=3), [], "1 1 0 0")
    yield case("do not fragment", ipv4(udp(), fragment=0x4000), v4, "1 0 0 0")
    yield case("TCP", ipv4(bytes(20), protocol=6), [], "1 0 0 1")
    yield case("UDP length 7", ipv4(udp(length=7)), [], "1 0 0 1")
    yield case("UDP length past the packet", ipv4(udp(length=500)), [],
               "1 0 1 0")
    yield case("an IPv4 header of 16 octets",
               b"\x44" + ipv4(udp())[1:], [], "1 0 0 1")
    yield case("a cut IPv4 header", ipv4(udp())[:19], [], "1 0 1 0")
    yield case("ARP", ethernet(bytes(28), 0x0806), [], "1 0 0 1", 1)
    yield case("a cut Ethernet header", bytes(13), [], "1 0 1 0", 1)
    yield case("an empty frame", b"", [], "1 0 1 0", 1)
    yield case("hop-by-hop options", ipv6(extension(17) + udp(), 0), v6,
               "1 0 0 0")
    yield case("many extension headers",
               ipv6(extension(43, 16) + extension(60, 24) + extension(17, 8) +
                    udp(), 0), v6, "1 0 0 0")
    yield case("an authentication header",
               ipv6(struct.pack("!BBHIII", 17, 4, 0, 1, 1, 0) + bytes(8) +
                    udp(), 51), v6, "1 0 0 0")
    yield case("a fragment header without fragments",
               ipv6(struct.pack("!BBHI", 17, 0, 0, 9) + udp(), 44), v6,
               "1 0 0 0")
    yield case("an IPv6 fragment",
               ipv6(struct.pack("!BBHI", 17, 0, 1, 9) + udp(), 44), [],
               "1 1 0 0")
    yield case("a later IPv6 fragment",
               ipv6(struct.pack("!BBHI", 17, 0, 8, 9) + udp(), 44), [],
               "1 1 0 0")
    yield case("extension headers that end in the middle",
               ipv6(extension(0, 64)[:20], 0), [], "1 0 1 0")
    yield case("IPv6 without a next header", ipv6(b"", 59), [], "1 0 0 1")
    yield ("frames that the capture cut",
           pcap([ipv4(udp())], 101, cut=40), [], "1 0 1 0 0 ok 0")


def block_cases():
    exact = SECONDS * 10**9 + NANOSECONDS
    packet = ipv4(udp())
    for order in "<>":
        start = section(order)
        yield (f"pcapng order {order}", start + interface(order, 101) +
               enhanced(order, 0, exact // 1000, packet), [datagram(IPV4)],
               "1 0 0 0 0 ok 0")
        for resolution, ticks, time_ns in (
                (9, exact, exact), (3, exact // 10**6, exact // 10**6 * 10**6),
                (0, SECONDS, SECONDS * 10**9), (12, exact * 10, exact // 100),
                (0x8a, SECONDS << 10 | 512, SECONDS * 10**9 + 5 * 10**8),
                (0xa0, SECONDS << 32 | 1 << 31, SECONDS * 10**9 + 5 * 10**8)):
            if resolution == 12:  # what 64 bits hold of picoseconds
                ticks, time_ns = 123456789012345678, 123456789012345
            yield (f"resolution {resolution:#x} order {order}",
                   start + interface(order, 101, resolution) +
                   enhanced(order, 0, ticks, packet),
                   [datagram(IPV4, time_ns=time_ns)], "1 0 0 0 0 ok 0")
        yield (f"time offset, order {order}",
               start + interface(order, 101, 9, -3600) +
               enhanced(order, 0, exact, packet),
               [datagram(IPV4, time_ns=exact - 3600 * 10**9)],
               "1 0 0 0 0 ok 0")
        yield (f"three kinds of packets, order {order}",
               start + interface(order, 101) + simple(order, packet) +
               block(order, 5, bytes(12)) + obsolete(order, 0, 0, packet) +
               enhanced(order, 0, 0, packet),
               [datagram(IPV4, number=n, time_ns=0) for n in (1, 2, 3)],
               "3 0 0 0 0 ok 0")
    yield ("interfaces of several links",
           section("<") + interface("<", 101) + interface("<", 127) +
           interface("<", 1, 9) + enhanced("<", 2, exact, ethernet(packet)) +
           enhanced("<", 1, exact, packet),
           [datagram(IPV4, time_ns=exact)], "2 0 0 0 1 ok 0")
    yield ("sections of both orders",
           section("<") + interface("<", 101, 9) +
           enhanced("<", 0, exact, packet) + section(">") +
           interface(">", 1, 9) + enhanced(">", 0, exact, ethernet(packet)),
           [datagram(IPV4, number=n, time_ns=exact) for n in (1, 2)],
           "2 0 0 0 0 ok 0")
    yield ("more interfaces than the table holds",
           section("<") + interface("<", 101) * 40 +
           enhanced("<", 39, exact, packet) + enhanced("<", 31, 0, packet),
           [datagram(IPV4, number=2, time_ns=0)], "2 0 0 0 1 ok 0")
    start = section("<") + interface("<", 101)
    for name, bad in (
            ("a packet of no interface", enhanced("<", 1, 0, packet)),
            ("a block cut", enhanced("<", 0, 0, packet)[:-1]),
            ("a block header cut", bytes(7)),
            ("a block of length 8", struct.pack("<III", 6, 8, 8)),
            ("a block of odd length", struct.pack("<II", 5, 13) + bytes(13)),
            ("lengths that differ",
             enhanced("<", 0, 0, packet)[:-4] + bytes(4)),
            ("a frame longer than its block",
             block("<", 6, struct.pack("<5I", 0, 0, 0, 5000, 5000) + packet)),
            ("an interface option past its block",
             block("<", 1, struct.pack("<HHIHH", 1, 0, 0, 9, 60))),
            ("a section without a byte order",
             block("<", 0x0a0d0d0a, bytes(16)))):
        yield name, start + bad, [], f"0 0 0 0 0 STUBDNS_EBADCAPTURE {len(start)}"


def tshark_datagrams(path):
    """What tshark finds, in the same lines."""
    names = ("frame.number", "frame.time_epoch", "ip.src", "ip.dst", "ipv6.src",
             "ipv6.dst", "udp.srcport", "udp.dstport", "udp.length",
             "udp.payload")
    words = [word for name in names for word in ("-e", name)]
    printed = subprocess.run(
        ["tshark", "-n", "-r", path, "-o", "ip.defragment:FALSE", "-o",
         "ipv6.defragment:FALSE", "-Y", "udp.length >= 8", "-T", "fields",
         *words], capture_output=True, text=True, check=False)
    result = []
    for line in printed.stdout.splitlines():
        number, time, *rest = line.split("\t")
        a4, b4, a6, b6, source, destination, _, payload = rest
        seconds, fraction = (time or "0.0").split(".")
        time_ns = int(seconds) * 10**9 + int(fraction)
        result.append(f"{number} {time_ns} {a4 or a6}#{source} "
                      f"{b4 or b6}#{destination} {payload}")
    return result


# Here tshark 4.0 finds something else: it shows datagrams of fragments and
# what cut frames hold of them, goes by the length of the IP packet where that of
# UDP is another, does not know Linux's address family, loses precision of times
# in picoseconds and has no limit of interfaces.
TSHARK_DIFFERS = ("fragment", "cut", "past the packet", "than its packet",
                  "family 10", "resolution 0xc", "more interfaces")


def check(program, path, case):
    name, octets, datagrams, counts = case
    path.write_bytes(octets)
    printed = subprocess.run([program, path], check=True, capture_output=True,
                             text=True).stdout.splitlines()
    if printed != datagrams + [counts]:
        yield f"{name}: found {printed}, not {datagrams + [counts]}"


def joined(cases):
    """Sound captures joined to few, for tshark takes long to start: pcap by
    header, and pcapng all in one, as its sections may follow each other."""
    groups = {}
    for name, octets, datagrams, counts in cases:
        if not counts.endswith(" ok 0") or \
                any(word in name for word in TSHARK_DIFFERS):
            continue
        header = b"" if octets.startswith(b"\x0a\x0d\x0d\x0a") else octets[:24]
        group = groups.setdefault(header, [header, [], 0])
        group[0] += octets[len(header):]
        for line in datagrams:
            number, rest = line.split(" ", 1)
            group[1].append(f"{int(number) + group[2]} {rest}")
        group[2] += int(counts.split()[0])
    return groups.values()


def check_with_tshark(path, cases):
    if not shutil.which("tshark"):
        print("tshark is not installed: compared with what was written only")
        return
    for octets, datagrams, _ in joined(cases):
        path.write_bytes(octets)
        found = tshark_datagrams(path)
        for theirs, ours in itertools.zip_longest(found, datagrams):
            if theirs != ours:
                yield f"tshark found {theirs}, not {ours}"


def check_prefixes(program, path):
    """A file that ends early is sound between frames, and else damaged where
    the frame begins that is cut."""
    packet = ipv4(udp())
    start = section(">") + interface(">", 101, 9)
    for header, frame in ((pcap([], 101), pcap([packet], 101)[24:]),
                          (start, enhanced(">", 0, 7, packet))):
        octets = header + 2 * frame
        for length in range(len(header), len(octets) + 1):
            count, rest = divmod(length - len(header), len(frame))
            path.write_bytes(octets[:length])
            counts = subprocess.run(
                [program, path], check=True, capture_output=True,
                text=True).stdout.splitlines()[-1]
            wanted = f"{count} 0 0 0 0 ok 0" if rest == 0 else \
                f"{count} 0 0 0 0 STUBDNS_EBADCAPTURE {length - rest}"
            if counts != wanted:
                yield f"of {octets[:4]} {length} octets: {counts}, not {wanted}"


def check_ports(program, path):
    """Ports select datagrams from or to them."""
    frames = [ipv4(udp(source=s, destination=d))
              for s, d in ((40001, 53), (5353, 5353), (53, 40001), (1, 2))]
    path.write_bytes(pcap(frames, 101))
    for ports, numbers in ((("53",), "13"), (("53", "5353"), "123"), ((), "1234"),
                           (("9",), "")):
        printed = subprocess.run([program, path, *ports], check=True, text=True,
                                 capture_output=True).stdout.splitlines()
        found = "".join(line[0] for line in printed[:-1])
        other = printed[-1].split()[3]
        if found != numbers or int(other) != 4 - len(numbers):
            yield f"ports {ports}: found {printed}"


def write(folder, cases):
    for number, (_, octets, _, _) in enumerate(cases):
        (folder / f"written-{number}").write_bytes(octets)


def main():
    program = sys.argv[1]
    cases = list(itertools.chain(link_cases(), header_cases(), packet_cases(),
                                 block_cases()))
    if program == "--write":
        write(pathlib.Path(sys.argv[2]), cases)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "capture"
        failures = [f for case in cases for f in check(program, path, case)]
        failures += check_ports(program, path)
        failures += check_prefixes(program, path)
        failures += check_with_tshark(path, cases)
    for failure in failures:
        print(failure)
    print(f"{len(cases)} captures, {len(failures)} differences")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
