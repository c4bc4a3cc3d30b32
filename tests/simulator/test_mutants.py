#!/usr/bin/env python3
"""Plants each mistake of mutants.txt in a copy of the rooms and runs the
simulator, which must end with a broken promise.

usage: test_mutants.py COMPILER
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ROOMS = ("wire", "exchange", "resolver")
SEEDS = "4000"
SECONDS = 40  # a mutant that hangs is found as well; others take a few


def read_mutants():
    """The entries of mutants.txt: (what, file, old, new)."""
    text = (HERE / "mutants.txt").read_text()
    entry = re.compile(r"^== (.*)\n-- (.*)\n- (.*)\n\+ ?(.*)$", re.M)
    return entry.findall(text)


def pattern_of(text):
    """Finds `text` whatever the white space between its words."""
    return r"\s+".join(re.escape(word) for word in text.split())


def compile_file(compiler, source, target, folder):
    subprocess.run(
        [compiler, "-O1", "-std=c11", f"-I{folder}/src", f"-I{ROOT}/src",
         f"-I{ROOT}/include", f"-I{ROOT}/tests", "-c", source, "-o", target],
        check=True)


def compile_all(compiler, folder):
    """Objects of everything as it stands, by source file."""
    sources = [path for room in ROOMS
               for path in (ROOT / "src" / room).glob("*.c")]
    sources += HERE.glob("*.c")
    objects = {path: folder / f"{path.parent.name}-{path.stem}.o"
               for path in sources}
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda path: compile_file(compiler, path, objects[path],
                                                folder), sources))
    return objects


def is_found(compiler, objects, mutant, folder):
    """Whether the simulator finds it; `folder` is for this mutant alone."""
    _, name, old, new = mutant
    source = (ROOT / name).read_text()
    changed, count = re.subn(pattern_of(old), lambda _: new, source, count=1)
    if count == 0:
        print(f"{name} no longer has: {old}", file=sys.stderr)
        return False
    path = folder / "src" / pathlib.Path(name).relative_to("src")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(changed)
    compile_file(compiler, path, folder / "mutant.o", folder)
    linked = [folder / "mutant.o" if source == ROOT / name else target
              for source, target in objects.items()]
    subprocess.run([compiler, "-o", folder / "mutant", *linked], check=True)
    try:
        result = subprocess.run(
            [folder / "mutant", "--seeds", SEEDS], capture_output=True,
            timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return True
    return result.returncode != 0


def main():
    compiler = sys.argv[1]
    mutants = read_mutants()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        objects = compile_all(compiler, folder)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            found = list(pool.map(
                lambda i: is_found(compiler, objects, mutants[i], folder / f"mutant{i}"),
                range(len(mutants))))
    missed = [mutant[0] for mutant, is_one in zip(mutants, found) if not is_one]
    for what in missed:
        print(f"not found: {what}")
    print(f"{len(mutants) - len(missed)} of {len(mutants)} mistakes found")
    return 1 if missed or not mutants else 0


if __name__ == "__main__":
    sys.exit(main())
