#!/usr/bin/env python3
"""Runs the examples of a manual page and compares what they print.

usage: test_examples.py PAGE STUBDNS-REPLAY UDPDIG

In the literal blocks of its section EXAMPLES a line that begins with "$ " is a
command, and the lines behind it are what it prints.  What `cat` prints is what
the file holds from there on; a command with "&" at its end is a responder, which
"kill %1" ends.  Captures are those of fixtures/recorded.  IDs differ, and so
does the port 5300.
"""
import contextlib
import difflib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile

RECORDED = pathlib.Path(__file__).parents[2] / "fixtures/recorded"
PAGE_PORT = "5300"


def free_port():
    """One that is free for UDP and for TCP."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, \
                socket.socket() as tcp:
            udp.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                tcp.bind(udp.getsockname())
                return str(udp.getsockname()[1])


def examples(page):
    """Each block as a list of pairs: a command and what it prints."""
    section = page.split(".Sh EXAMPLES\n")[1].split("\n.Sh ")[0]
    for block in re.findall(r"^\.Bd -literal\n(.*?)^\.Ed$", section,
                            re.MULTILINE | re.DOTALL):
        yield re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


class Session:
    def __init__(self, folder, programs):
        self.folder = folder
        self.environment = os.environ | {
            "PATH": f"{programs}:{os.environ['PATH']}"}
        self.responder = None

    def begin(self, command):
        self.port = free_port()
        self.responder = subprocess.Popen(
            ["bash", "-c", "exec " + command.replace(PAGE_PORT, self.port)],
            cwd=self.folder, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return self.responder.stdout.readline()

    def end(self):
        self.responder.terminate()
        output, errors = self.responder.communicate(timeout=10)
        self.responder = None
        return output + errors

    def run(self, command, printed):
        for capture in re.findall(r"\S+\.pcap", command):
            shutil.copy(RECORDED / capture, self.folder)
        if command.startswith("cat "):
            (self.folder / command.removeprefix("cat ")).write_text(printed)
            return printed
        if command.endswith("&"):
            return self.begin(command.rstrip(" &"))
        if command == "kill %1":
            return self.end()
        if self.responder:
            command = command.replace(PAGE_PORT, self.port)
        return subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self.environment,
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False).stdout


def without_variables(session, text):
    text = re.sub(r"\bid: \d+", "id: ID", text)
    return text.replace(session.port, PAGE_PORT) if session.responder else text


def check(session, example):
    for command, printed in example:
        found = without_variables(session, session.run(command, printed))
        wanted = without_variables(session, printed)
        yield from difflib.unified_diff(
            wanted.splitlines(), found.splitlines(), command, "now",
            lineterm="")
    if session.responder:
        session.end()
        yield "a responder is not ended"


def main():
    page, *programs = map(pathlib.Path, sys.argv[1:])
    folders = ":".join(str(program.resolve().parent) for program in programs)
    problems, count = [], 0
    with tempfile.TemporaryDirectory() as folder:
        session = Session(pathlib.Path(folder), folders)
        for example in examples(page.read_text()):
            count += len(example)
            problems += check(session, example)
    print("\n".join(problems))
    print(f"{count} commands")
    return 1 if problems or not count else 0


if __name__ == "__main__":
    sys.exit(main())
