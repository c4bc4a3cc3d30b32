#!/usr/bin/env python3
"""Programs outside of this project build against an installed stubdns and run.

usage: test_consumer.py STUBDNS-REPLAY

Builds and installs a release into a new folder, moves it, and uses it in plain
compiler calls, through pkg-config and through CMake, as C11 and as C++.
"""
import ipaddress
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from responder import RECORDED, ROOT, recorded_answer, responder

REPLAY = sys.argv[1]
CONSUMER = ROOT / "tests/consumer"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
LANGUAGES = {
    # libuv's header needs POSIX, which -std=c11 hides.
    "c": ["cc", "-std=c11", "-D_POSIX_C_SOURCE=200809L", *WARNINGS],
    "c++": ["c++", "-x", "c++", "-std=c++20", *WARNINGS,
            "-Wno-missing-field-initializers"],
}
# The examples and what each needs, in pkg-config's words.
EXAMPLES = {"getaddrinfo": "stubdns", "many": "stubdns-replay",
            "network": "stubdns", "poll": "stubdns",
            "replayed": "stubdns-replay"}
MANY = 10000


def run(*command, **options):
    result = subprocess.run([str(word) for word in command], text=True,
                            capture_output=True, **options)
    if result.returncode:
        raise AssertionError(f"{shlex.join(map(str, command))}\n"
                             f"{result.stdout}{result.stderr}")
    return result.stdout


def addresses(recorded):
    return sorted(ipaddress.ip_address(line.split()[-1])
                  for line in recorded_answer(recorded).splitlines())


class Consumer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.prefix = cls.folder / "moved here"
        build = cls.folder / "build"
        run("cmake", "-S", ROOT, "-B", build, "-DCMAKE_BUILD_TYPE=Release",
            "-DCMAKE_INSTALL_LIBDIR=lib")
        run("cmake", "--build", build, "-j2")
        run("cmake", "--install", build, "--prefix", cls.folder / "first")
        (cls.folder / "first").rename(cls.prefix)
        shutil.rmtree(build)
        os.environ["LD_LIBRARY_PATH"] = str(cls.prefix / "lib")
        os.environ["PKG_CONFIG_PATH"] = str(cls.prefix / "lib/pkgconfig")

    def assert_looks_up(self, program):
        """The program prints the MX records that were recorded."""
        self.assertEqual(
            self.run_against(["knotd-mx"], program, "example.test"),
            ";; success\n" + recorded_answer("knotd-mx"))

    def run_against(self, captures, program, *words, **options):
        """What it prints with a resolv.conf, its last word, of a responder."""
        with responder(REPLAY, *captures) as port:
            configuration = self.folder / "resolv.conf"
            configuration.write_text(f"nameserver 127.0.0.1:{port}\n")
            return run(program, *words, configuration, **options)

    def assert_examples_work(self, programs):
        """Every example prints what was recorded, or what its network says."""
        printed = self.run_against(["knotd-a", "knotd-aaaa"], programs[
            "getaddrinfo"], "several.example.test", "443")
        self.assertEqual(
            sorted(ipaddress.ip_address(text) for text in printed.split()
                   if ":" not in text), addresses("knotd-a"))
        self.assertEqual(
            sorted(ipaddress.ip_address(text) for text in printed.split()
                   if ":" in text), addresses("knotd-aaaa"))
        printed = self.run_against(
            ["knotd-a"], programs["poll"],
            input="several.example.test\nempty..label\n")
        # The answer may come before the second name is read, or behind it.
        self.assertCountEqual(
            printed.splitlines(), [";; the name has an empty label",
                                   *recorded_answer("knotd-a").splitlines()])
        self.assertEqual(run(programs["network"], "www.example.test"),
                         ";; success after 20000 us\n"
                         "www.example.test.\t300\tIN\tA\t192.0.2.1\n")
        self.assert_asks_many(programs["many"])
        self.assert_needs_no_network(programs["replayed"])

    def assert_needs_no_network(self, program):
        """A test attaches a capture: its two seconds pass at once."""
        begin = time.monotonic()
        self.assertEqual(run(program, RECORDED / "named-a.pcap"),
                         recorded_answer("named-a"))
        self.assertLess(time.monotonic() - begin, 2)
        other = subprocess.run([program, RECORDED / "knotd-mx.pcap"],
                               capture_output=True, text=True, check=False)
        self.assertEqual((other.returncode, other.stdout), (1, "\n"))

    def assert_asks_many(self, program):
        """Each of ten thousand names has the address recorded for it."""
        hosts = {f"host{i}.example.test": f"10.0.{i >> 8}.{i & 255}"
                 for i in range(MANY)}
        recording = self.folder / "recording"
        recording.write_text("".join(
            f"question {name} A\nanswer {name}. 300 IN A {address}\n"
            for name, address in hosts.items()))
        printed = run(program, recording, input="".join(
            f"{name}\n" for name in hosts))
        first, *lines = printed.splitlines()
        self.assertEqual(first, f";; {MANY} lookups are under way")
        self.assertEqual(sorted(lines), sorted(
            f"{name} {address}" for name, address in hosts.items()))

    def assert_builds_and_reads(self, program):
        self.assertEqual(run(program, "Example.Test"), "Example.Test. MX\n")
        self.assertNotIn("libuv", run("ldd", program))

    def compile(self, language, name, *flags):
        program = self.folder / name
        run(*LANGUAGES[language], CONSUMER / f"{name}.c", "-x", "none",
            "-o", program, *flags)
        return program

    def test_plain_compiler_calls(self):
        paths = ["-I", self.prefix / "include", "-L", self.prefix / "lib"]
        for language in LANGUAGES:
            with self.subTest(language=language):
                self.assert_looks_up(self.compile(
                    language, "lookup", *paths, "-lstubdns", "-luv"))
                self.assert_builds_and_reads(self.compile(
                    language, "wire", *paths, "-lstubdns_wire"))

    def test_the_static_library(self):
        program = self.compile("c", "lookup", "-I", self.prefix / "include",
                               self.prefix / "lib/libstubdns.a", "-luv")
        self.assertNotIn("libstubdns", run("ldd", program))
        self.assert_looks_up(program)

    def test_pkg_config(self):
        for language in LANGUAGES:
            with self.subTest(language=language):
                for name, module, check in (
                        ("lookup", "stubdns", self.assert_looks_up),
                        ("wire", "stubdns-wire",
                         self.assert_builds_and_reads)):
                    check(self.compile(language, name,
                                       *self.flags_of(module)))
        self.assert_examples_work({
            name: self.compile("c", name, *self.flags_of(module))
            for name, module in EXAMPLES.items()})

    def flags_of(self, module):
        return shlex.split(run("pkg-config", "--cflags", "--libs", module))

    def test_cmake_package(self):
        build = self.folder / "consumer"
        run("cmake", "-S", CONSUMER, "-B", build,
            f"-DCMAKE_PREFIX_PATH={self.prefix}",
            f"-DCMAKE_C_FLAGS={shlex.join(WARNINGS)}")
        run("cmake", "--build", build, "-j2")
        for name in ("lookup-c", "lookup-cpp", "lookup-static"):
            self.assert_looks_up(build / name)
        for name in ("wire-c", "wire-cpp"):
            self.assert_builds_and_reads(build / name)
        self.assert_examples_work({name: build / name for name in EXAMPLES})

    def test_examples_are_cplusplus_as_well(self):
        flags = ["-I", self.prefix / "include", "-L", self.prefix / "lib",
                 "-lstubdns_replay", "-lstubdns", "-luv"]
        self.assert_examples_work({name: self.compile("c++", name, *flags)
                                   for name in EXAMPLES})

    def test_every_header_stands_alone(self):
        include = self.prefix / "include"
        headers = sorted(include.rglob("*.h"))
        self.assertGreater(len(headers), 20)
        for language, flags in LANGUAGES.items():
            for header in headers:
                with self.subTest(header=header.name, language=language):
                    run(*flags, "-x", language, "-fsyntax-only", "-I", include,
                        "-include", header, os.devnull)

    def test_the_wire_format_needs_no_libuv(self):
        needed = run("cc", "-M", "-I", self.prefix / "include", "-include",
                     "stubdns/wire.h", "-x", "c", os.devnull)
        self.assertIn("stubdns/message.h", needed)
        self.assertNotIn("uv.h", needed)

    def test_manual_pages_are_installed(self):
        pages = self.prefix / "share/man"
        self.assertTrue((pages / "man7/stubdns.7").is_file())
        target = (pages / "man3/stubdns_lookup.3").read_text()
        self.assertTrue((pages / target.split()[1]).is_file())

    def test_the_shared_library_has_a_version(self):
        listing = run("objdump", "-p", self.prefix / "lib/libstubdns.so")
        self.assertIn("SONAME               libstubdns.so.0.1\n", listing)

    def test_udpdig_is_installed(self):
        run(self.prefix / "bin/udpdig", "-h")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
