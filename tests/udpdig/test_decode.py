#!/usr/bin/env python3
"""udpdig --decode prints what captures, hex, base64 and octets hold.

usage: test_decode.py UDPDIG
"""
import base64
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

UDPDIG = sys.argv[1]
FIXTURES = pathlib.Path(__file__).parents[2] / "fixtures"
CAPTURE = FIXTURES / "recorded/named-a.pcap"
NULL_MX = FIXTURES / "messages/R12-null-mx.hex"


def run(*words, octets=b""):
    done = subprocess.run([UDPDIG, *map(str, words)], input=octets,
                          capture_output=True, timeout=30, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def null_mx_octets():
    lines = (line.split("#")[0] for line in NULL_MX.read_text().splitlines())
    return bytes.fromhex("".join(lines))


class Decode(unittest.TestCase):
    def test_a_capture_is_printed_as_dig_printed_its_reply(self):
        status, output, errors = run("--decode", CAPTURE, "+noall", "+answer")
        self.assertEqual((status, errors), (0, ""))
        dig = (FIXTURES / "recorded/named-a.dig").read_text()
        answer = dig.split("=== dig +noall +answer\n")[1].split("===")[0]
        self.assertEqual(output.strip(), answer.strip())

    def test_each_message_is_one_object(self):
        _, output, _ = run("--decode", CAPTURE, "--json")
        objects = [json.loads(line) for line in output.splitlines()]
        self.assertEqual([o["n"] for o in objects], [1, 2])
        self.assertEqual(objects[1]["answer"][0]["data"], "192.0.2.80")

    def test_hex_base64_and_octets_hold_the_same_message(self):
        octets = null_mx_octets()
        for given in (NULL_MX.read_bytes(), base64.b64encode(octets),
                      base64.urlsafe_b64encode(octets).rstrip(b"="), octets):
            self.assertEqual(run("--decode", "-", "+short", octets=given),
                             (0, "0 .\n", ""))

    def test_a_malformed_message_is_told_and_the_rest_goes_on(self):
        recorded = bytearray(CAPTURE.read_bytes())
        length = struct.unpack_from("<I", recorded, 24 + 8)[0]
        recorded[24 + 16 + length - 45 + 12] = 0x80  # the query's first label
        status, output, errors = run("--decode", "-", "+short",
                                     octets=bytes(recorded))
        self.assertEqual((status, output), (9, "192.0.2.80\n"))
        self.assertIn("message 1, at octet 13: a name has a label", errors)

    def test_other_ports_are_counted_unless_asked_for(self):
        status, output, errors = run("--decode", CAPTURE, "--decode-port=99")
        self.assertEqual((status, output), (0, ""))
        self.assertIn("of 2 frames 2 were not decoded", errors)
        self.assertIn("2 of other ports", errors)

    def test_damage_is_told_with_its_offset(self):
        status, output, errors = run("--decode", "-", "+short",
                                     octets=CAPTURE.read_bytes()[:-1])
        self.assertEqual((status, output), (8, ""))
        self.assertIn("-: at octet ", errors)
        self.assertIn("the capture is damaged or cut", errors)

    def test_what_never_ends_is_given_up(self):
        for endless in ("yes", "cat /dev/zero"):
            done = subprocess.run(
                ["bash", "-c", f"{endless} | "
                 f"'{UDPDIG}' --decode -"], capture_output=True, timeout=60,
                check=False)
            self.assertEqual(done.returncode, 8, done.stderr)

    def test_a_file_that_is_missing_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "absent"
            status, _, errors = run("--decode", path)
            self.assertEqual(status, 8)
            self.assertIn(str(path), errors)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
