#!/usr/bin/env python3
"""What --record writes is what a responder saw and sent, as tshark reads it; and
--replay prints from it, to the octet, what was printed when it was recorded.

usage: test_recording.py UDPDIG
"""
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

from responder import Responder, opt, option, record

UDPDIG = sys.argv.pop(1)
FIXTURES = pathlib.Path(__file__).parents[2] / "fixtures"
A, TXT = 1, 16
COOKIE = 10
TC, RA = 0x0200, 0x0080


def run(*words, text=b""):
    return subprocess.run([UDPDIG, *map(str, words)], input=text,
                          capture_output=True, timeout=60, check=False)


def cookie_of(query):
    """A cookie for the query's client cookie, if it has one."""
    at = query.opt.find(struct.pack("!H", COOKIE))
    return option(COOKIE, query.opt[at + 4:at + 12] + b"12345678") if at > 0 else b""


def text(count, last=0):
    """Strings of 255 octets, and one of `last`."""
    return (bytes([255]) + b"t" * 255) * count + bytes([last]) + b"t" * last


class Server:
    """Replies that differ by name, over UDP and TCP."""

    def __init__(self):
        self.sent = []
        self.asked = {}

    def keep(self, replies):
        self.sent += replies
        return replies

    def over_udp(self, query):
        count = self.asked[query.name] = self.asked.get(query.name, 0) + 1
        cookie = [opt(cookie_of(query))] if query.has_opt else []
        good = query.reply([record(query.name, A, bytes([192, 0, 2, count]))],
                           additionals=cookie)
        wrong_id = bytes([good[0] ^ 1]) + good[1:]
        return self.keep({
            "silent.test.": [],
            "truncated.test.": [query.reply(additionals=cookie, flags=0x8580 | TC)],
            "lossy.test.": [] if count == 1 else [good],
            "forged.test.": [wrong_id, good],
            "broken.test.": [query.reply(additionals=cookie, rcode=2)],
            "nobody.test.": [query.reply(additionals=cookie, rcode=3)],
            "malformed.test.": [good[:-1]],
        }.get(query.name.lower(), [good]))

    def over_tcp(self, query):
        # The first message has 65509 octets.
        data = text(255, 180) if query.name.startswith("huge") else text(20)
        reply = query.reply([record(query.name, TXT, data)])
        self.keep([reply])
        return reply


class Recording(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "recorded.pcap"
        self.names = pathlib.Path(folder.name) / "names"

    def record(self, *words, family=socket.AF_INET, host="127.0.0.1"):
        """Records, with the server still there; gives what was printed."""
        self.server = Server()
        with Responder(self.server.over_udp, family, host,
                       tcp=self.server.over_tcp) as responder:
            self.words = [f"@{host}#{responder.port}", *words]
            self.port = responder.port
            done = run(*self.words, "--record", self.path)
            self.queries = responder.queries
        return done

    def same(self, *words, family=socket.AF_INET, host="127.0.0.1", errors=True):
        recorded = self.record(*words, family=family, host=host)
        replayed = run(*self.words, "--replay", self.path)
        self.assertEqual(replayed.stdout.decode(), recorded.stdout.decode())
        self.assertEqual(replayed.returncode, recorded.returncode)
        if errors:
            self.assertEqual(replayed.stderr.decode(), recorded.stderr.decode())
        self.assertTrue(recorded.stdout or recorded.stderr)
        return recorded


class Replay(Recording):
    FORMS = ([], ["+short"], ["+qr", "-u"], ["--json"], ["+yaml"], ["--tsv"],
             ["--json=rfc8427"], ["--explain"], ["+multiline", "+identify"],
             ["+dnssec", "+nsid", "--json"], ["+noedns", "-u"], ["+0x20", "+qr"],
             ["+qid=77"], ["+cookie=0102030405060708"], ["--deterministic"],
             ["--exit-rcode"], ["--expect", "A 192.0.2.9"])

    def test_every_form_is_printed_again(self):
        for words in self.FORMS:
            with self.subTest(words):
                self.same("WWW.a.test", "+tries=1", *words)

    def test_every_course_of_a_lookup_is_run_again(self):
        self.assertEqual(self.same("lossy.test", "-u").returncode, 0)
        for name in ("forged.test", "nobody.test", "truncated.test"):
            with self.subTest(name):
                self.assertEqual(self.same(name, "+tries=1", "--json").returncode, 0)

    def test_lookups_without_a_reply_end_alike(self):
        for name, status in (("silent.test", 9), ("malformed.test", 9), ("broken.test", 0)):
            with self.subTest(name):
                done = self.same(name, "+deadline=700ms", "+nostats", errors=False)
                self.assertEqual(done.returncode, status)

    def test_shut_ports_are_shut_again(self):
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with socket.socket(family, socket.SOCK_DGRAM) as shut:
                shut.bind((host, 0))
                words = [f"@{host}#{shut.getsockname()[1]}", "a.test", "b.test"]
            for more in (["+tries=2"], ["--tsv", "+tries=1"], ["--explain", "+tries=1"]):
                with self.subTest(host, more=more):
                    recorded = run(*words, *more, "--record", self.path)
                    replayed = run(*words, *more, "--replay", self.path)
                    self.assertEqual(recorded.returncode, 9)
                    self.assertIn(b"no server listens",
                                  recorded.stdout + recorded.stderr)
                    self.assertEqual(replayed.stdout, recorded.stdout)
                    self.assertEqual(replayed.stderr, recorded.stderr)
                    self.assertEqual(replayed.returncode, 9)

    def test_ipv6_and_tcp(self):
        self.same("a.test", "-u", family=socket.AF_INET6, host="::1")
        self.same("a.test", "TXT", "+tcp", "--json", family=socket.AF_INET6, host="::1")
        self.same("a.test", "TXT", "+tcp", "-u")

    def test_several_questions_keep_their_replies(self):
        done = self.same("a.test", "a.test", "b.test", "nobody.test", "a.test", "+tries=1",
                         "--json")
        self.assertEqual(done.stdout.count(b"\n"), 5)
        self.assertEqual(len(set(done.stdout.split(b'"data":"')[1:4])), 3)

    def test_a_list_is_printed_again(self):
        self.names.write_text("".join(f"n{i}.test\n" for i in range(300)) + "b..d\n")
        for words in (["--json"], ["--tsv"], []):
            with self.subTest(words):
                done = self.same("-f", self.names, "--window", "50", "+tries=1", *words,
                                 errors=False)
                self.assertGreater(done.stdout.count(b"\n"), 300)

    def test_time_passes_at_once(self):
        capture = FIXTURES / "recorded/named-a.pcap"
        done = subprocess.run([UDPDIG, "--replay", capture, "other.test", "+deadline=3000"],
                              capture_output=True, timeout=20, check=False)
        self.assertEqual(done.returncode, 9)
        self.assertIn(f"udpdig: {capture}: nothing was recorded for 'other.test. A'\n",
                      done.stderr.decode())

    def test_a_capture_of_others_and_text_are_replayed(self):
        done = run("--replay", FIXTURES / "recorded/knotd-mx.pcap", "example.test", "MX", "+short")
        dig = (FIXTURES / "recorded/knotd-mx.dig").read_text()
        self.assertEqual(done.stdout.decode().strip(),
                         dig.split("=== dig +short\n")[1].split("===")[0].strip())
        done = run("--replay", "-", "a.test", "+short",
                   text=b"question a.test A\nanswer a.test. 5 A 192.0.2.7\n")
        self.assertEqual((done.stdout, done.returncode), (b"192.0.2.7\n", 0))


@unittest.skipUnless(shutil.which("tshark"), "tshark is not installed")
class Capture(Recording):
    def tshark(self):
        """Protocol, source and destination port, checksums and DNS octets of each frame."""
        fields = ("ip.version", "ip.checksum.status", "udp.checksum.status",
                  "tcp.checksum.status", "udp.srcport", "tcp.srcport", "udp.payload",
                  "tcp.payload")
        done = subprocess.run(
            ["tshark", "-n", "-r", self.path, "-T", "fields", "-E", "separator=;",
             *(word for check in ("ip", "udp", "tcp")
               for word in ("-o", f"{check}.check_checksum:TRUE")),
             *(word for field in fields for word in ("-e", field))],
            capture_output=True, text=True, timeout=60, check=True)
        return [line.split(";") for line in done.stdout.splitlines()]

    def check(self, version):
        frames = self.tshark()
        payloads = []
        for _, ip_sum, udp_sum, tcp_sum, udp_port, tcp_port, datagram, segment in frames:
            self.assertIn(ip_sum, ("1", "") if version == "6" else ("1",))
            self.assertEqual(udp_sum or tcp_sum, "1")
            octets = bytes.fromhex(datagram or segment[4:])
            if segment:
                self.assertEqual(int(segment[:4], 16), len(octets))
            payloads.append((int(udp_port or tcp_port) == self.port, octets))
        self.assertEqual(sorted(octets for is_reply, octets in payloads if is_reply),
                         sorted(self.server.sent))
        self.assertEqual(sorted(octets for is_reply, octets in payloads if not is_reply),
                         sorted(query.octets for query in self.queries))

    def test_refusals_are_icmp(self):
        for family, host, kind in ((socket.AF_INET, "127.0.0.1", "icmp"),
                                   (socket.AF_INET6, "::1", "icmpv6")):
            with self.subTest(host), socket.socket(family, socket.SOCK_DGRAM) as shut:
                shut.bind((host, 0))
                port = shut.getsockname()[1]
                shut.close()
                run(f"@{host}#{port}", "a.test", "+tries=1", "--record", self.path)
                found = subprocess.run(
                    ["tshark", "-n", "-r", self.path, "-Y", kind, "-T", "fields",
                     *(word for field in ("type", "code", "checksum.status")
                       for word in ("-e", f"{kind}.{field}")), "-e", "udp.dstport"],
                    capture_output=True, text=True, timeout=60, check=True).stdout
                wanted = {"icmp": "3\t3\t1", "icmpv6": "1\t4\t1"}[kind]
                self.assertEqual(found, f"{wanted}\t{port}\n")

    def test_all_that_went_over_the_wire_is_there(self):
        self.record("a.test", "forged.test", "truncated.test", "TXT", "lossy.test", "+short")
        self.check("4")
        self.assertGreaterEqual(len(self.queries), 6)

    def test_the_same_over_ipv6(self):
        self.record("a.test", "truncated.test", "TXT", family=socket.AF_INET6, host="::1")
        self.check("6")

    def test_our_own_reader_finds_the_same(self):
        self.record("a.test", "truncated.test", "+short")
        done = run("--decode", self.path, "--decode-port", self.port, "+short")
        self.assertEqual(done.stdout, b"192.0.2.1\n")


class Trouble(Recording):
    def test_files_that_cannot_be_written(self):
        with Responder(Server().over_udp) as responder:
            for path, status, why in (
                    ("/dev/full", 11, "No space left on device"),
                    (self.path.parent, 8, "Is a directory"),
                    (self.path / "x", 8, "")):
                with self.subTest(path):
                    done = run(f"@127.0.0.1#{responder.port}", "a.test", "+short",
                               "--record", path)
                    self.assertEqual(done.returncode, status)
                    self.assertIn(f"udpdig: {path}: {why}", done.stderr.decode())
                    self.assertEqual(done.stdout != b"", status == 11)

    def test_files_that_cannot_be_replayed(self):
        capture = (FIXTURES / "recorded/knotd-mx.pcap").read_bytes()
        for octets, why in ((None, "No such file or directory"),
                            (capture[:150], "at octet 109: the capture is damaged or cut"),
                            (b"hello\n", ":1: "), (b"\0\1\2", "")):
            if octets is not None:
                self.path.write_bytes(octets)
            with self.subTest(why):
                done = run("a.test", "--replay", self.path)
                self.assertEqual((done.returncode, done.stdout), (8, b""))
                self.assertIn(f"udpdig: {self.path}:", done.stderr.decode())
                self.assertIn(why, done.stderr.decode())

    def test_a_message_no_packet_holds_is_told(self):
        done = self.record("huge.test", "TXT", "+tcp", "+noall", "--stats")
        self.assertEqual(done.returncode, 0)
        self.assertIn("1 messages are left out: they are longer than an IP packet",
                      done.stderr.decode())

    def test_what_came_before_an_interrupt_is_kept(self):
        server = Server()
        with Responder(server.over_udp) as responder:
            child = subprocess.Popen(
                [UDPDIG, f"@127.0.0.1#{responder.port}", "a.test", "silent.test",
                 "+deadline=60", "+short", "--record", self.path],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual(child.stdout.readline(), b"192.0.2.1\n")
            child.kill()
            child.communicate()
        done = run("--replay", self.path, "a.test", "+short")
        self.assertEqual(done.stdout, b"192.0.2.1\n")


if __name__ == "__main__":
    unittest.main()
