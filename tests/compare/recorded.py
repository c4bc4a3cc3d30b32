"""The recorded messages and their records, as dnspython reads their octets, and
what it cannot read of their presentation format, with the reason."""
import collections
import pathlib
import struct

import dns.name
import dns.rdata

PCAP_HEADER, FRAME_HEADER, IP_AND_UDP = 24, 16, 28
HINFO, LOC, OPT, NID, L64, TSIG, CAA = 13, 29, 41, 104, 106, 250, 257
NOERROR, NXDOMAIN = 0, 3
NOT_ASKED = (OPT, 249, TSIG, 251, 252)  # types that udpdig does not ask for
A, AMTRELAY = 1, 260
CLASS_CHAOS = 3

Record = collections.namedtuple(
    "Record", "section owner type class_ ttl message offset length")


def payloads(path):
    """The datagrams of one of our captures: raw IPv4 without options."""
    octets = path.read_bytes()
    offset = PCAP_HEADER
    while offset < len(octets):
        length, = struct.unpack_from("<I", octets, offset + 8)
        offset += FRAME_HEADER
        yield octets[offset + IP_AND_UDP:offset + length]
        offset += length


def exchanges(folder):
    """The query and the reply of every capture."""
    for path in sorted(pathlib.Path(folder).glob("*.pcap")):
        yield tuple(payloads(path))


def counts(message):
    return struct.unpack_from("!HHHH", message, 4)


def question_end(message):
    offset = 12
    for _ in range(counts(message)[0]):
        offset += dns.name.from_wire(message, offset)[1] + 4
    return offset


def question(message):
    return message[12:question_end(message)]


def is_usual(message):
    """A reply that udpdig takes at once: to a query of one question."""
    flags = int.from_bytes(message[2:4], "big")
    return (flags & 0xfa00 == 0x8000 and flags & 15 in (NOERROR, NXDOMAIN) and
            counts(message)[0] == 1 and
            int.from_bytes(question(message)[-4:-2], "big") not in NOT_ASKED)


def batches(folder):
    """The usual replies, by question: in each batch a question stands once."""
    found = []
    for _, reply in exchanges(folder):
        if not is_usual(reply):
            continue
        free = [batch for batch in found if question(reply) not in batch]
        if not free:
            free = [{}]
            found += free
        free[0][question(reply)] = reply
    return found


def words_of(octets):
    """Arguments that ask a question."""
    name, used = dns.name.from_wire(octets, 0)
    type_, class_ = octets[used:used + 2], octets[used + 2:]
    return ["-q", name.to_text(), "-t", f"TYPE{int.from_bytes(type_, 'big')}",
            "-c", f"CLASS{int.from_bytes(class_, 'big')}"]


def records(message):
    """Every record but OPT, which has no presentation format."""
    offset = question_end(message)
    for section, count in enumerate(counts(message)[1:]):
        for _ in range(count):
            owner, used = dns.name.from_wire(message, offset)
            fixed = struct.unpack_from("!HHIH", message, offset + used)
            offset += used + 10
            if fixed[0] != OPT:
                yield Record(section, owner, *fixed[:3], message, offset,
                             fixed[3])
            offset += fixed[3]


def octets(record):
    return record.message[record.offset:record.offset + record.length]


def wire(record):
    """RDATA without compression, by dnspython."""
    return dns.rdata.from_wire(record.class_, record.type, record.message,
                               record.offset, record.length).to_wire()


def mac_length(record):
    """Of TSIG: behind algorithm, time and fudge (RFC 8945 section 4.2)."""
    used = dns.name.from_wire(record.message, record.offset)[1]
    return struct.unpack_from("!H", octets(record), used + 8)[0]


def is_known(record):
    """Whether dnspython has a form for the type."""
    form = dns.rdata.get_rdata_class(record.class_, record.type)
    return form is not dns.rdata.GenericRdata


def why_unread(record):
    """Why dnspython cannot be asked about this record, or None."""
    rdata = octets(record)
    if record.type in (NID, L64):
        return "it wants four digits in each group, where dig prints fewer"
    if record.type in (HINFO, CAA) and max(rdata) > 127:
        return "it takes octets above 127 for UTF-8 in HINFO and CAA"
    if record.type == LOC and rdata[0] != 0:
        return "it reads LOC of version 0 alone"
    if record.type == TSIG and not mac_length(record):
        return "it wants a MAC in TSIG"
    if record.type == A and record.class_ == CLASS_CHAOS:
        return "it reads A of class CH as a Chaosnet address"
    if record.type == AMTRELAY and rdata[1] & 0x7f > 3:
        return "it refuses unknown types of relay"
    return None
