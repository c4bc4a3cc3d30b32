#!/usr/bin/env python3
"""The manual page and the completions list what the help lists; mandoc finds
nothing wrong with the page; and every example on it prints what it shows.

usage: test_descriptions.py UDPDIG STUBDNS_REPLAY FOLDER FIXTURES

FOLDER has udpdig.1 and the completions as they are built.  What needs a program
that is not there (mandoc, zsh, fish) is skipped.
"""
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

FIXTURES = pathlib.Path(sys.argv.pop())
FOLDER = pathlib.Path(sys.argv.pop())
REPLAY = sys.argv.pop()
UDPDIG = sys.argv.pop()
RECORDED = ("a", "mx", "nxdomain", "ptr", "srv")
EXAMPLES_MIN = 7


def out(*words):
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout


def help_lines():
    return [line for line in out(UDPDIG, "--help=all").splitlines()
            if re.match(r"  [-+]", line)]


def names():
    """Every option's names, without sign and value, and every letter."""
    words = [word for line in help_lines()
             for word in re.split(r"  +", line.strip())[0].split(", ")]
    letters = [word[1] for word in words if re.match(r"-[^-]", word)]
    long_names = [re.sub(r"^(\+\[no\]|\+|--)|(\[?=.*)", "", word) for word in words
                  if not re.match(r"-[^-]", word)]
    return long_names, letters


LONG, LETTERS = names()


class Lists(unittest.TestCase):
    def test_help_was_read(self):
        self.assertIn("short", LONG)
        self.assertIn("header-only", LONG)
        self.assertGreater(len(LONG), 60)
        self.assertIn("x", LETTERS)

    def test_manual_page_lists_the_same_options(self):
        page = (FOLDER / "udpdig.1").read_text()
        options = page[page.index(".Sh OPTIONS"):page.index(".Sh JSON")]
        found = re.findall(r"^\.It (?:Cm \+(?:\[no\])?|Fl -)([^ \n]+)", options, re.M)
        self.assertEqual(sorted(found), sorted(LONG))
        self.assertEqual(re.findall(r"^\.It Fl ([^-\n])", options, re.M), LETTERS)

    def check_completion(self, text):
        for name in LONG:
            for sign in ("+", "--"):
                self.assertRegex(text, rf"{re.escape(sign + name)}(?![a-z0-9-])", name)
        self.assertNotRegex(text, r"[ '](\+|--)(tls|trace|onesoa)")

    def test_completions_know_every_option(self):
        for shell in ("bash", "zsh", "fish"):
            with self.subTest(shell):
                self.check_completion((FOLDER / f"udpdig.{shell}").read_text())

    def test_bash_completes(self):
        file = shlex.quote(str(FOLDER / "udpdig.bash"))
        for word, wanted in (("+sho", "+short"), ("--no-sho", "--no-short"), ("+head",
                             "+header-only"), ("CAA", "CAA"), ("--exp", "--expire --expandaaaa "
                             "--explain --expect=")):
            done = out("bash", "-c", f"compopt() {{ :; }}; . {file}; COMP_WORDS=(udpdig "
                       f"{word}); COMP_CWORD=1; _udpdig; echo ${{COMPREPLY[*]}}")
            self.assertEqual(sorted(done.split()), sorted(wanted.split()))

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not installed")
    def test_zsh_reads_its_completion(self):
        out("zsh", "-n", str(FOLDER / "udpdig.zsh"))

    @unittest.skipUnless(shutil.which("fish"), "fish is not installed")
    def test_fish_completes(self):
        file = FOLDER / "udpdig.fish"
        done = out("fish", "--no-config", "-c", f"source {file}; complete -C 'udpdig +sho'")
        self.assertEqual(done, "+short\tdata of the answers only\n")


class Page(unittest.TestCase):
    PAGE = (FOLDER / "udpdig.1").read_text()

    def test_sections(self):
        for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "ENVIRONMENT", "FILES",
                        "EXIT STATUS", "EXAMPLES", "COMPATIBILITY", "STANDARDS"):
            self.assertIn(f".Sh {section}\n", self.PAGE)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_finds_nothing_wrong(self):
        done = subprocess.run(["mandoc", "-T", "lint", FOLDER / "udpdig.1"], capture_output=True,
                              text=True, check=False)
        # Whether other pages are installed here is not this page's matter.
        lines = [line for line in (done.stdout + done.stderr).splitlines()
                 if "mandoc.db" not in line and "referenced manual not found" not in line]
        self.assertEqual(lines, [])

    def examples(self):
        """Each command and what the page shows of its output."""
        for block in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", self.PAGE, re.M | re.S):
            for example in block.replace("\\e", "\\").split("$ udpdig ")[1:]:
                yield example.split("\n", 1)

    def test_examples_print_what_the_page_shows(self):
        files = [str(FIXTURES / f"knotd-{name}.pcap") for name in RECORDED]
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        count = 0
        with subprocess.Popen([REPLAY, *files], stdout=subprocess.PIPE, text=True) as server:
            try:
                address = server.stdout.readline().strip()
                for command, shown in self.examples():
                    with self.subTest(command):
                        words = shlex.split(command)
                        done = subprocess.run([UDPDIG, f"@{address}", *words],
                                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                              text=True, timeout=60, check=False,
                                              cwd=folder.name)
                        port = address.rpartition("#")[2]
                        self.assertEqual(done.stdout.replace(f"#{port}", "#53").rstrip(),
                                         shown.rstrip())
                    count += 1
            finally:
                server.terminate()
        self.assertGreaterEqual(count, EXAMPLES_MIN)


if __name__ == "__main__":
    unittest.main()
