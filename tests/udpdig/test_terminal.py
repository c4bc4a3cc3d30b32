#!/usr/bin/env python3
"""udpdig in a terminal emulator: colours, Ctrl-C, a narrow window, progress, and
records that try to take the terminal over.

usage: test_terminal.py UDPDIG

Needs tmux, and is skipped without it (status 77).
"""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from responder import Responder, opt, option, record

if not shutil.which("tmux"):
    sys.exit(77)

UDPDIG = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "udpdig").resolve()
HOSTILE = b"\x1b[2J\x1b]0;pwn\x07\x9b31m\xe2\x80\xae\r\nFAKE"
ESCAPED = r"\027[2J\027]0;pwn\007\15531m\226\128\174\013\010FAKE"


class Terminal:
    """A window of tmux with a shell in it."""

    def __init__(self, folder, columns=80, rows=50):
        self.tmux = ["tmux", "-S", os.path.join(folder, "socket"), "-f", "/dev/null"]
        environment = {k: v for k, v in os.environ.items()
                       if k not in ("NO_COLOR", "CLICOLOR_FORCE", "TMUX", "UDPDIG_OPTIONS")}
        subprocess.run([*self.tmux, "-u", "new-session", "-d", "-x", str(columns), "-y", str(rows),
                        "env", "PS1=$ ", "sh"], env={**environment, "LC_ALL": "C.UTF-8"},
                       check=True, timeout=30)

    def run(self, command, shown):
        """Types a command and waits until `shown` is on the screen."""
        subprocess.run([*self.tmux, "send-keys", "-l", "clear; " + command], check=True)
        subprocess.run([*self.tmux, "send-keys", "Enter"], check=True)
        return self.wait(shown)

    def interrupt(self):
        """Presses Ctrl-C and asks the shell, which has ended its line, for the status."""
        subprocess.run([*self.tmux, "send-keys", "C-c"], check=True)
        subprocess.run([*self.tmux, "send-keys", "-l", "echo STATUS=$?"], check=True)
        subprocess.run([*self.tmux, "send-keys", "Enter"], check=True)
        self.wait("STATUS=130")

    def screen(self, *flags):
        return subprocess.run([*self.tmux, "capture-pane", "-p", *flags], check=True,
                              capture_output=True, text=True).stdout

    def wait(self, shown, *flags):
        deadline = time.monotonic() + 20
        while shown not in (screen := self.screen(*flags)):
            if time.monotonic() > deadline:
                raise AssertionError(f"{shown!r} does not come: {screen}")
            time.sleep(0.02)
        return screen

    def close(self):
        subprocess.run([*self.tmux, "kill-server"], check=False)


def words(server, *more):
    return shlex.join([str(UDPDIG), f"@127.0.0.1#{server.port}", *more])


class InTerminal(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def terminal(self, **size):
        terminal = Terminal(self.folder, **size)
        self.addCleanup(terminal.close)
        return terminal

    def test_colours_are_on_the_screen(self):
        terminal = self.terminal()
        with Responder(lambda q: [q.reply([record(q.name, 1, b"1234")], rcode=0)]) as server:
            terminal.run(words(server, "a.test") + "; echo END", "\nEND")
            screen = terminal.screen("-e")
            self.assertRegex(screen, r"\x1b\[(0;)?1m(\x1b\[\d+m)*a\.test\.")
            self.assertRegex(screen, r"32m(\x1b\[\d+m)*NOERROR")
            terminal.run(words(server, "a.test", "--no-color") + "; echo DONE", "\nDONE")
            self.assertNotIn("\x1b", terminal.screen("-e"))

    def test_interrupt_ends_it_at_once_with_130(self):
        terminal = self.terminal()
        with Responder(lambda q: []) as server:
            terminal.run(words(server, "a.test", "+deadline=60"), "")
            while not server.queries:
                time.sleep(0.01)
            terminal.interrupt()

    def test_narrow_window_loses_nothing(self):
        terminal = self.terminal(columns=24, rows=60)
        text = b"x" * 60
        with Responder(lambda q: [q.reply([record(q.name, 16, bytes([60]) + text)])]) as server:
            terminal.run(words(server, "a.test", "+noall", "+answer", "+nocmd", "--no-color") +
                         "; echo END", "\nEND")
            whole = terminal.screen("-J").replace(" ", "")
        self.assertIn(f'"{text.decode()}"', whole)

    def test_records_cannot_take_the_terminal_over_U1(self):
        terminal = self.terminal(columns=200)
        label = bytes([len(HOSTILE)]) + HOSTILE

        def answer(query):
            records = [record(query.name, 16, label), record(query.name, 5, label + b"\0"),
                       label + record("", 1, b"1234"), record(query.name, 257, b"\0\5issue" + HOSTILE),
                       record(query.name, 13, label + label), record(query.name, 65280, HOSTILE)]
            options = option(3, HOSTILE) + option(15, b"\0\6" + HOSTILE) + option(65001, HOSTILE)
            return [query.reply(records, [], [opt(options)])]

        with Responder(answer) as server:
            for number, form in enumerate(("", "+short", "--json", "+yaml", "--tsv", "--explain")):
                with self.subTest(form):
                    terminal.run(words(server, "a.test", "TXT", *form.split()) +
                                 f"; echo END{number}", f"\nEND{number}")
                    screen = terminal.screen("-J")
                    self.assertNotIn("\nFAKE", screen)
                    if form != "--explain":
                        self.assertIn(ESCAPED, screen.replace("\\\\", "\\"))

    def test_progress_is_one_line_that_is_rewritten(self):
        terminal = self.terminal()
        file = pathlib.Path(self.folder, "names")
        file.write_text("".join(f"{'dead' if i == 20 else 'a'}{i}.test\n" for i in range(40)))
        answer = lambda q: [] if q.name.startswith("dead") else [q.reply()]
        with Responder(answer) as server:
            terminal.run(words(server, "+short", "+deadline=3", "-f", str(file)), "39 done")
            self.assertEqual(terminal.screen().count("39 done"), 1)
            terminal.interrupt()


if __name__ == "__main__":
    unittest.main()
