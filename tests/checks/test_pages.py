#!/usr/bin/env python3
"""The manual pages of sections 3 and 7 cover every public function.

usage: test_pages.py BUILD

The functions are those that Universal Ctags finds declared.  What needs a
program that is not there (mandoc, makewhatis) is skipped.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv.pop())
PAGES = sorted((ROOT / "tools/man").glob("*.[37]"))
os.environ["PATH"] += ":/usr/sbin"  # makewhatis


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60,
                          check=False)


def declared():
    """Every public function: its header, what it returns, its parameters."""
    tags = run("ctags", "--languages=C", "--kinds-C=p", "--map-C=+.h",
               "--language-force=C", "--fields=+St", "--output-format=json",
               "-f", "-", *map(str, (ROOT / "include").rglob("*.h")))
    found = {}
    for tag in map(json.loads, tags.stdout.splitlines()):
        found[tag["name"]] = (pathlib.Path(tag["path"]).name, squeezed(
            tag["typeref"].removeprefix("typename:") + tag["signature"]))
    return found


def squeezed(text):
    return re.sub(r"\s", "", text)


def described(page):
    """The prototypes of a page's synopsis."""
    return {m[2]: squeezed(m[1] + "(" + ",".join(
        re.findall(r'^\.Fa "(.*)"$', m[3], re.M)) + ")")
            for m in re.finditer(r"^\.Ft (.*)\n\.Fo (\w+)\n((?:\.Fa .*\n)*)",
                                 page, re.M)}


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = {path.name: path.read_text() for path in PAGES}
        cls.functions = declared()

    def test_functions_were_found(self):
        self.assertGreater(len(self.functions), 120)
        self.assertEqual(self.functions["stubdns_version"],
                         ("version.h", "unsigned(void)"))

    def test_every_function_is_on_the_page_of_its_header(self):
        for name, (header, prototype) in self.functions.items():
            with self.subTest(name):
                page = self.text[f"stubdns-{pathlib.Path(header).stem}.3"]
                self.assertEqual(described(page).get(name), prototype)
                self.assertRegex(page, rf"(?m)^\.Nm {name}( ,)?$")

    def test_no_other_function_is_described(self):
        for page in self.text.values():
            self.assertLessEqual(set(described(page)), set(self.functions))

    def test_overview_names_every_page(self):
        named = re.findall(r"Xr (\S+) 3$|Xr (\S+) 3 ,", self.text["stubdns.7"],
                           re.M)
        self.assertEqual(sorted(a or b for a, b in named),
                         sorted(name.removesuffix(".3") for name in self.text
                                if name.endswith(".3")))

    def test_pages_are_what_the_headers_say(self):
        done = run(ROOT / "tools/write-pages", "--check")
        self.assertEqual((done.stdout, done.returncode), ("", 0))

    def test_every_function_has_a_page_that_leads_to_its_own(self):
        for name, (header, _) in self.functions.items():
            link = BUILD / f"tools/man/links/{name}.3"
            self.assertEqual(link.read_text(), ".so man3/stubdns-"
                             f"{pathlib.Path(header).stem}.3\n")

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_finds_nothing_wrong(self):
        done = run("mandoc", "-T", "lint", *PAGES)
        # Whether other pages are installed here is not these pages' matter.
        lines = [line for line in (done.stdout + done.stderr).splitlines()
                 if "mandoc.db" not in line
                 and "referenced manual not found" not in line]
        self.assertEqual(lines, [])

    @unittest.skipUnless(shutil.which("makewhatis", path=os.environ["PATH"]),
                         "makewhatis is not installed")
    def test_apropos_finds_every_function(self):
        with tempfile.TemporaryDirectory() as folder:
            section = pathlib.Path(folder) / "man3"
            section.mkdir()
            for path in PAGES:
                if path.suffix == ".3":
                    shutil.copy(path, section)
            run("makewhatis", folder)
            listing = run("mapropos", "-M", folder, "-s", "3", "Nm~^stubdns")
        for name in self.functions:
            self.assertRegex(listing.stdout, rf"\b{name}\b")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
