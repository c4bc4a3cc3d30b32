#!/usr/bin/env python3
"""Builds the uv room without what Linux alone has, and runs its tests so.

usage: test_switches.py COMPILER
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
PROGRAMS_MIN = 15


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          check=False)
    if done.returncode:
        sys.exit(done.stdout[-5000:] + done.stderr[-5000:])
    return done.stdout


def switches():
    """The options of the room, all of them off."""
    text = (ROOT / "src/uv/CMakeLists.txt").read_text()
    names = re.findall(r"^option\((STUBDNS_\w+)", text, re.M)
    assert len(names) >= 4, names
    return [f"-D{name}=OFF" for name in names]


def main():
    with tempfile.TemporaryDirectory() as build:
        run("cmake", "-S", ROOT, "-B", build, "-DSTUBDNS_TESTS=ON", "-DSTUBDNS_WERROR=ON",
            f"-DCMAKE_C_COMPILER={sys.argv[1]}", *switches())
        targets = re.findall(r"\b(test_uv_\w+)",
                             run("cmake", "--build", build, "--target", "help"))
        assert len(targets) >= PROGRAMS_MIN, targets
        run("cmake", "--build", build, f"-j{os.cpu_count()}", "--target", *targets)
        names = "|".join(target.removeprefix("test_uv_") for target in targets
                         if target != "test_uv_scenarios")
        run("ctest", "--test-dir", build, "--no-tests=error", "--output-on-failure",
            f"-j{os.cpu_count()}", "-R", rf"^uv\.({names})$")


if __name__ == "__main__":
    main()
