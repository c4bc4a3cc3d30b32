#!/usr/bin/env python3
"""tools/check-rooms passes as things are and fails on each planted violation.

usage: test_check_rooms.py BUILD COMPILER"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD, COMPILER = pathlib.Path(sys.argv[1]), sys.argv[2]


class CheckRooms(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name) / "source"
        self.build = pathlib.Path(folder.name) / "build"
        for name in ("include", "src", "tools"):
            shutil.copytree(ROOT / name, self.root / name)
        for archive in BUILD.glob("src/*/*.a"):
            copy = self.build / archive.relative_to(BUILD)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(archive, copy)

    def check(self):
        return subprocess.run(
            [ROOT / "tools/check-rooms", "--root", self.root,
             "--build", self.build], capture_output=True, text=True)

    def assert_found(self, message):
        result = self.check()
        self.assertEqual(result.stdout, message + "\n", result.stderr)
        self.assertEqual(result.returncode, 1)

    def plant_include(self, file, header):
        """Puts an #include into line 3 of a new file."""
        (self.root / file).write_text(f"/* Planted. */\n\n#include {header}\n")

    def plant_code(self, room, code):
        """Compiles `code` into the archive of a room."""
        folder = self.build / "src" / room
        (folder / "planted.c").write_text(code)
        subprocess.run([COMPILER, "-w", "-c", "planted.c"], cwd=folder,
                       check=True)
        subprocess.run(["ar", "r", f"libstubdns_{room}.a", "planted.o"],
                       cwd=folder, check=True, capture_output=True)

    def test_passes_on_the_tree_as_it_is(self):
        result = self.check()
        self.assertEqual(result.stdout + result.stderr, "")
        self.assertEqual(result.returncode, 0)

    def test_finds_an_include_of_a_higher_room(self):
        (self.root / "src/uv/planted.h").write_text("")
        for room in ("wire", "config", "exchange", "resolver"):
            with self.subTest(room=room):
                file = f"src/{room}/planted.c"
                self.plant_include(file, '"uv/planted.h"')
                self.assert_found(f"{file}:3: room {room} includes "
                                  "uv/planted.h of room uv")
                (self.root / file).unlink()

    def test_finds_an_include_that_climbs_by_a_path(self):
        (self.root / "src/exchange/planted.h").write_text("")
        self.plant_include("src/wire/planted.c", '"../exchange/planted.h"')
        self.assert_found("src/wire/planted.c:3: room wire includes "
                          "../exchange/planted.h of room exchange")

    def test_finds_an_include_of_a_room_beside(self):
        (self.root / "src/config/planted.h").write_text("")
        self.plant_include("src/exchange/planted.c", '"config/planted.h"')
        self.assert_found("src/exchange/planted.c:3: room exchange includes "
                          "config/planted.h of room config")

    def test_finds_an_include_of_replay_outside_tests(self):
        (self.root / "src/replay/planted.h").write_text("")
        self.plant_include("src/uv/planted.c", '"replay/planted.h"')
        self.assert_found("src/uv/planted.c:3: room uv includes "
                          "replay/planted.h of room replay")

    def test_finds_a_public_header_of_a_higher_room(self):
        self.plant_include("src/exchange/planted.h", '"stubdns/resolver.h"')
        self.assert_found("src/exchange/planted.h:3: room exchange includes "
                          "stubdns/resolver.h of room uv")

    def test_finds_system_headers_in_pure_rooms(self):
        for header in ("uv.h", "sys/socket.h", "time.h", "stdio.h",
                       "stdlib.h", "netinet/in.h", "unistd.h"):
            with self.subTest(header=header):
                self.plant_include("src/resolver/planted.c", f"<{header}>")
                self.assert_found("src/resolver/planted.c:3: pure room "
                                  f"resolver includes {header}")

    def test_finds_libuv_in_a_public_header_of_the_wire(self):
        self.plant_include("include/stubdns/planted.h", "<uv.h>")
        self.assert_found("include/stubdns/planted.h:3: pure room wire "
                          "includes uv.h")

    def test_finds_a_room_that_is_not_in_the_plan(self):
        (self.root / "src/cellar").mkdir()
        self.plant_include("src/cellar/planted.c", "<stddef.h>")
        self.assert_found("src/cellar/planted.c: cellar is no room")

    def test_finds_calls_of_impure_functions(self):
        for room, symbol in (("wire", "malloc"), ("wire", "strdup"),
                             ("config", "getenv"), ("exchange", "time"),
                             ("exchange", "rand"), ("resolver", "uv_now"),
                             ("resolver", "free")):
            with self.subTest(room=room, symbol=symbol):
                self.plant_code(room, f"void *{symbol}();\n"
                                f"void *planted(void) {{ return {symbol}(1); "
                                "}\n")
                self.assert_found(f"libstubdns_{room}.a(planted.o): pure room "
                                  f"{room} needs {symbol}")
                self.plant_code(room, "int planted;\n")

    def test_finds_a_call_of_a_function_of_a_higher_room(self):
        self.plant_code("resolver", "void upper(void) {}\n")
        self.plant_code("wire", "void upper(void);\n"
                        "void planted(void) { upper(); }\n")
        self.assert_found("libstubdns_wire.a(planted.o): pure room wire "
                          "needs upper")

    def test_finds_that_an_archive_is_missing(self):
        archive = self.build / "src/wire/libstubdns_wire.a"
        archive.unlink()
        self.assertIn(f"{archive}: there is no such archive",
                      self.check().stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
