#!/usr/bin/env python3
"""Programs that read dig's text read udpdig's: jc, and the line prefixes that
health checks look for.

usage: test_programs.py UDPDIG STUBDNS_REPLAY FIXTURES

A responder gives recorded replies to udpdig.  jc is Debian's; what needs it is
skipped without it.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

FIXTURES = pathlib.Path(sys.argv.pop())
REPLAY = sys.argv.pop()
UDPDIG = sys.argv.pop()
QUESTIONS = {"a": "several.example.test A", "mx": "example.test MX", "srv":
             "_sip._tcp.example.test SRV", "ptr": "-x 192.0.2.25",
             "nxdomain": "nothing.example.test A"}


class Readers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        files = [FIXTURES / f"knotd-{name}.pcap" for name in QUESTIONS]
        cls.server = subprocess.Popen([REPLAY, *files], stdout=subprocess.PIPE, text=True)
        cls.port = cls.server.stdout.readline().strip().rpartition("#")[2]
        cls.texts = {}
        for name, words in QUESTIONS.items():
            cls.texts[name] = cls.ask(UDPDIG, words)

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        cls.server.communicate()

    @classmethod
    def ask(cls, program, words):
        return subprocess.run([program, "@127.0.0.1", "-p", cls.port, "+nocookie", *words.split()],
                              capture_output=True, text=True, timeout=60, check=True).stdout

    @unittest.skipUnless(shutil.which("jc") and shutil.which("dig"), "jc or dig is missing")
    def test_jc_reads_the_same_as_of_dig(self):
        for name, text in self.texts.items():
            ours, digs = (self.read_by_jc(t) for t in (text, self.ask("dig", QUESTIONS[name])))
            self.assertEqual(ours, digs)
            self.assertEqual(ours[0]["query_num"], 1)

    @staticmethod
    def read_by_jc(text):
        found = json.loads(subprocess.run(["jc", "--dig"], input=text, capture_output=True,
                                          text=True, timeout=60, check=True).stdout)
        for item in found:
            for key in ("id", "query_time", "when", "when_epoch", "when_epoch_utc"):
                item.pop(key, None)
        return found

    @staticmethod
    def check(text, wanted):
        """As a health check reads: status, then the lines of the answer section up to a blank
        one, the time, the server."""
        status = re.search(r"^;; ->>HEADER<<- opcode: \w+, status: (\w+), id: \d+$", text, re.M)
        time = re.search(r"^;; Query time: (\d+) msec$", text, re.M)
        server = re.search(r"^;; SERVER: ([^#]+)#(\d+)\(", text, re.M)
        lines = text.splitlines()
        start = lines.index(";; ANSWER SECTION:") if ";; ANSWER SECTION:" in lines else len(lines)
        answers = []
        for line in lines[start + 1:]:
            if not line:
                break
            answers.append(line.split(None, 4))
        found = any(answer[4] == wanted for answer in answers)
        return status[1], time is not None, server[1], found

    def test_health_check_finds_its_lines(self):
        for name, wanted, status in (("a", "192.0.2.81", "NOERROR"),
                                     ("mx", "10 mail.example.test.", "NOERROR"),
                                     ("ptr", "mail.example.test.", "NOERROR"),
                                     ("srv", "20 0 5061 sip.other.test.", "NOERROR")):
            self.assertEqual(self.check(self.texts[name], wanted),
                             (status, True, "127.0.0.1", True))
        self.assertEqual(self.check(self.texts["nxdomain"], "192.0.2.81"),
                         ("NXDOMAIN", True, "127.0.0.1", False))


if __name__ == "__main__":
    unittest.main()
