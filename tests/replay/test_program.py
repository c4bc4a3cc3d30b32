#!/usr/bin/env python3
"""Asks stubdns-replay over UDP and tries its arguments.

usage: test_program.py STUBDNS-REPLAY
"""
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile

FIXTURES = pathlib.Path(__file__).parents[2] / "fixtures"
RECORDED = FIXTURES / "recorded" / "named-a.pcap"
HEX = FIXTURES / "messages" / "R12-null-mx.hex"


# Writes a capture whose frames begin anew again and again.
ENDLESS_CAPTURE = """
import sys
octets = open(sys.argv[1], "rb").read()
try:
    sys.stdout.buffer.write(octets)
    while True:
        sys.stdout.buffer.write(octets[24:] * 1000)
except BrokenPipeError:
    sys.stderr.close()
"""


def query(id_, name, type_, flags=0x0100):
    labels = b"".join(bytes([len(label)]) + label.encode()
                      for label in name.split("."))
    return struct.pack("!6H", id_, flags, 1, 0, 0, 0) + labels + \
        struct.pack("!BHH", 0, type_, 1)


class Server:
    """The program while it serves."""

    def __init__(self, program, *arguments, pieces=()):
        self.process = subprocess.Popen(
            [program, *map(str, arguments)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for piece in pieces:
            self.process.stdin.buffer.write(piece)
            self.process.stdin.flush()
        self.process.stdin.close()
        self.first_line = self.process.stdout.readline()
        address, _, port = self.first_line.strip().partition("#")
        self.address = address, int(port)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(10)

    def ask(self, octets):
        self.socket.sendto(octets, self.address)
        return self.socket.recvfrom(65535)[0]

    def stop(self, number):
        self.process.send_signal(number)
        output, errors = self.process.stdout.read(), self.process.stderr.read()
        self.process.wait(timeout=10)
        self.socket.close()
        return self.process.returncode, output, errors


def check_answers(program):
    server = Server(program, RECORDED, HEX)
    assert server.address[0] == "127.0.0.1" and server.address[1] > 0
    reply = server.ask(query(0xbeef, "WWW.example.TEST", 1))
    assert reply[:2] == b"\xbe\xef" and reply[2] & 0x80, reply
    assert b"\3WWW\7example\4TEST\0" in reply, reply
    assert reply.count(bytes([192, 0, 2, 80])) == 1, reply
    reply = server.ask(query(1, "www.example.com", 15))
    assert reply.endswith(b"\0\3\0\0\0"), reply
    server.socket.sendto(b"\0" * 5, server.address)  # gets no reply
    server.socket.sendto(query(2, "www.example.test", 1, 0x8180),
                         server.address)  # nor does a reply
    reply = server.ask(query(3, "no\1where.test", 16))
    assert reply[:2] == b"\0\3" and reply[3] & 0xf == 5, reply
    status, output, errors = server.stop(signal.SIGTERM)
    assert (status, output) == (0, ""), (status, output)
    assert errors == "stubdns-replay: not recorded: no\\001where.test. " \
        "IN TXT\n", errors


def check_pipe(program):
    """The standard input may be any of the kinds, in any pieces."""
    text = b"question www.test A\nanswer www.test. 60 A 192.0.2.1\n"
    for octets, question in (
            (RECORDED.read_bytes(), query(1, "www.example.test", 1)),
            (HEX.read_bytes(), query(1, "www.example.com", 15)),
            (text, query(1, "www.test", 1))):
        server = Server(program, "-", pieces=[
            octets[i:i + 7] for i in range(0, len(octets), 7)])
        reply = server.ask(question)
        assert reply[3] & 0xf == 0 and reply[7] == 1, reply
        assert server.stop(signal.SIGTERM)[0] == 0


def check_rejected(program):
    """Queries without an ordinary question, and what is wrong with them."""
    server = Server(program, "--", RECORDED)
    for octets, rcode in (
            (query(1, "www.example.test", 1)[:-1], 1),
            (struct.pack("!6H", 1, 0x0100, 0, 0, 0, 0), 1),
            (query(1, "www.example.test", 1, 0x2100), 4)):
        reply = server.ask(octets)
        assert reply[:2] == b"\0\1" and reply[2] & 0x80, reply
        assert reply[3] & 0xf == rcode, (octets, reply)
    assert server.stop(signal.SIGTERM) == (0, "", "")


def check_signal_and_port(program):
    server = Server(program, "--port", "0", RECORDED)
    taken = server.address[1]
    status, errors = run(program, RECORDED, "--port", taken)
    assert status == 10 and "in use" in errors, (status, errors)
    assert server.stop(signal.SIGINT)[0] == 0
    again = Server(program, RECORDED, f"--port={taken}")
    assert again.address[1] == taken
    assert again.stop(signal.SIGTERM)[0] == 0


def check_addresses(program):
    for family, address in ((socket.AF_INET, "127.0.0.2"),
                            (socket.AF_INET6, "::1")):
        if family == socket.AF_INET6 and not socket.has_dualstack_ipv6():
            continue
        server = Server(program, RECORDED, "--port", "0", "--address", address)
        assert server.address[0] == address, server.first_line
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with socket.socket(family, kind) as client:
                client.settimeout(10)
                client.connect(server.address)
                question = query(1, "www.example.test", 1)
                if kind == socket.SOCK_STREAM:
                    question = struct.pack("!H", len(question)) + question
                client.send(question)
                assert bytes([192, 0, 2, 80]) in client.recv(65535)
        assert server.stop(signal.SIGTERM)[0] == 0
    for address in ("localhost", "127.0.0.1#5300", "127.0.0.1:5300",
                    "127.0.0.1#53", "[::1]:5300", ""):
        status, errors = run(program, RECORDED, "--address", address)
        assert status == 1 and "no IPv4 or IPv6 address" in errors, errors


def run(program, *arguments, stdout=subprocess.DEVNULL):
    done = subprocess.run([program, *map(str, arguments)], stdout=stdout,
                          stderr=subprocess.PIPE, text=True, timeout=30,
                          check=False)
    return done.returncode, done.stderr


def check_arguments(program):
    for arguments, word in (
            ((), "no file"), (("--port",), "--port"),
            (("--port", "65536", RECORDED), "'65536'"),
            (("--port", "x", RECORDED), "'x'"),
            (("--port=", RECORDED), "''"), (("--prot", RECORDED), "'--prot'"),
            (("-x", RECORDED), "'-x'")):
        status, errors = run(program, *arguments)
        assert status == 1 and word in errors, (arguments, status, errors)
        assert errors.startswith("stubdns-replay: ") and \
            errors.count("\n") == 1, errors
    assert run(program, "--help")[0] == 0
    with open("/dev/full", "w", encoding="ascii") as full:
        assert run(program, "--help", stdout=full)[0] == 11
        assert run(program, RECORDED, stdout=full)[0] == 11


def check_files(program, folder):
    recorded = RECORDED.read_bytes()
    files = {
        "empty": (b"", "at octet 0: this is no pcap or pcapng capture"),
        "cut.pcap": (recorded[:60], "at octet 24: the capture is damaged"),
        "query.pcap": (recorded[:24 + 16 + 28 + 40], "damaged or cut"),
        "link.pcap": (recorded[:20] + b"\x7f" + recorded[21:],
                      "at octet 20: the capture is of an unknown link type"),
        "odd.hex": (b"# odd\n12 3", "at octet 9: these are no pairs"),
        "short.hex": (b"# short\n1234", "the message ends inside a field"),
        "text": (b"hello", "text:1: a statement is question, "),
        "octets": (b"\0\1\2", "at octet 0: this is no pcap"),
    }
    for name, (octets, sentence) in files.items():
        path = folder / name
        path.write_bytes(octets)
        status, errors = run(program, RECORDED, path)
        assert status == 8 and sentence in errors and str(path) in errors, \
            (name, status, errors)
    empty = folder / "header.pcap"
    empty.write_bytes(recorded[:24])
    status, errors = run(program, empty)
    assert status == 8 and "nothing to answer from" in errors, errors
    for path in (folder / "absent", folder):
        status, errors = run(program, path)
        assert status == 8 and str(path) in errors, (path, status, errors)


def endless(program, what, memory=None):
    """Feeds what never ends by a pipe, with so much memory."""
    limit = f"ulimit -v {memory};" if memory else ""
    command = f"{what} | ({limit} '{program}' -)"
    done = subprocess.run(["bash", "-c", command], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, timeout=60,
                          check=False)
    return done.returncode, done.stderr


def check_endless(program):
    """What never ends is given up, with the place."""
    status, errors = endless(program, "yes")
    assert status == 8 and "at octet 8388608: the text is longer" in errors, \
        errors
    for path in ("/dev/zero", "-"):
        with open("/dev/zero", "rb") as zeros:
            done = subprocess.run([program, path], stdin=zeros, text=True,
                                  stderr=subprocess.PIPE, timeout=30,
                                  check=False)
        assert done.returncode == 8, done
        assert "at octet 0: this is no pcap" in done.stderr, done
    memory = 60000
    limited = subprocess.run(
        ["bash", "-c", f"ulimit -v {memory}; '{program}' --help"],
        capture_output=True, check=False)
    if limited.returncode:
        print("memory cannot be limited here: no endless capture is tried")
        return
    status, errors = endless(
        program, f"{sys.executable} -c '{ENDLESS_CAPTURE}' '{RECORDED}'", memory)
    assert status == 8 and "out of memory" in errors, errors
    offset = int(errors.split("at octet ")[1].split(":")[0])
    assert offset > 1000000, errors


def main():
    program = sys.argv[1]
    check_answers(program)
    check_pipe(program)
    check_rejected(program)
    check_signal_and_port(program)
    check_addresses(program)
    check_arguments(program)
    check_endless(program)
    with tempfile.TemporaryDirectory() as folder:
        check_files(program, pathlib.Path(folder))
    print("stubdns-replay answers, and says what is wrong")


if __name__ == "__main__":
    main()
