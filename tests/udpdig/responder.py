"""A DNS responder on loopback whose replies the test writes: a function from a
query's octets to the datagrams that answer it.  Knows just enough of RFC 1035
section 4 to cut a query up and to put a reply together."""

import socket
import struct
import threading


def name(text):
    """Wire form of a name; no escapes, for the tests' own names."""
    labels = [label for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


class Query:
    def __init__(self, octets):
        self.octets = octets
        self.id, self.flags = struct.unpack("!HH", octets[:4])
        end = 12
        labels = []
        if octets[4:6] == b"\0\0":  # no question: the fields of one are empty
            octets = octets[:12] + bytes(5) + octets[12:]
        while octets[end]:
            labels.append(octets[end + 1 : end + 1 + octets[end]].decode("latin-1"))
            end += 1 + octets[end]
        self.name = ".".join(labels) + "."
        self.type, self.class_ = struct.unpack("!HH", octets[end + 1 : end + 5])
        self.question = octets[12 : end + 5]
        self.has_opt = octets[10:12] != b"\0\0"
        self.opt = octets[end + 5 :]

    def reply(self, answers=(), authorities=(), additionals=(), flags=0x8580, rcode=0):
        counts = (1, len(answers), len(authorities), len(additionals))
        header = struct.pack("!HHHHHH", self.id, flags | rcode, *counts)
        return header + self.question + b"".join([*answers, *authorities, *additionals])


def record(owner, type_, rdata, ttl=300, class_=1):
    fixed = struct.pack("!HHIH", type_, class_, ttl, len(rdata))
    return name(owner) + fixed + rdata


def option(code, value):
    return struct.pack("!HH", code, len(value)) + value


def opt(options=b"", size=1232, flags=0, version=0, rcode=0):
    ttl = rcode << 24 | version << 16 | flags
    return record("", 41, options, ttl, size)


class Responder:
    """Answers on 127.0.0.1, at a port the system chooses, until closed.

    `answer` takes a Query and gives the datagrams to send back; `tcp`, where it
    is given, takes one that came over TCP and gives a single message."""

    def __init__(self, answer, family=socket.AF_INET, host="127.0.0.1", tcp=None):
        self.answer = answer
        self.queries = []
        self.replied = 0  # queries whose replies are all sent
        self.tcp = tcp
        while not self._bind(family, host):
            pass
        if tcp:
            threading.Thread(target=self._accept, daemon=True).start()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _bind(self, family, host):
        """Whether the port that the system chose for UDP is free for TCP too."""
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.port = self.socket.getsockname()[1]
        try:
            if self.tcp:
                self.listener = socket.create_server((host, self.port), family=family)
        except OSError:
            self.socket.close()
            return False
        return True

    def _serve(self):
        while True:
            octets, client = self.socket.recvfrom(65535)
            if octets == b"stop":
                return
            query = Query(octets)
            self.queries.append(query)
            for reply in self.answer(query):
                self.socket.sendto(reply, client)
            self.replied += 1

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:  # closed
                return
            with connection, connection.makefile("rwb") as stream:
                while prefix := stream.read(2):
                    query = Query(stream.read(int.from_bytes(prefix, "big")))
                    self.queries.append(query)
                    reply = self.tcp(query)
                    stream.write(struct.pack("!H", len(reply)) + reply)
                    stream.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.sendto(b"stop", self.socket.getsockname())
        self.thread.join()
        if self.tcp:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
        self.socket.close()
