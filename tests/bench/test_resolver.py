#!/usr/bin/env python3
"""tools/bench/resolver measures what it says: with few names, so that figures
mean nothing but that every name was found, by one thread.

usage: test_resolver.py BUILD
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    permitted = subprocess.run(["unshare", "--mount", "--net", "true"],
                               capture_output=True, text=True)
    if permitted.returncode:
        print(f"skipped: no namespaces here: {permitted.stderr.strip()}")
        return 77
    run = subprocess.run(
        [ROOT / "tools" / "bench" / "resolver", "--names", "50", "--slow-names",
         "4", "--rounds", "1", sys.argv[1]], capture_output=True, text=True)
    rows = re.findall(r"^stubdns .* ([\d.]+) +([\d.]+) +[\d.]+$", run.stdout, re.M)
    if run.returncode or rows != [("100.0", "1.0")] * 2:
        print(run.stdout, run.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
