"""A responder that answers from the recorded captures, for other tests."""
import contextlib
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECORDED = ROOT / "fixtures/recorded"


@contextlib.contextmanager
def responder(program, *captures):
    """Runs stubdns-replay over recorded captures, by name, or files, by path;
    gives its port."""
    files = [RECORDED / f"{capture}.pcap" if isinstance(capture, str)
             else capture for capture in captures]
    process = subprocess.Popen([program, *files, "--port", "0"],
                               stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        yield int(re.search(r"(\d+)\s*$", line)[1])
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def recorded_answer(name):
    """The answer section as dig printed it when the fixture was recorded."""
    text = (RECORDED / f"{name}.dig").read_text()
    return text.split("=== dig +noall +answer\n")[1].split("=== dig")[0]
