"""A network and system files of one's own: a script that calls enter() goes on
in namespaces of mounts and network, where port 53 of the loopback interface is
free and /etc holds what the test wants.  Where the system does not permit that
the script ends with 77: skipped."""

import fcntl
import os
import pathlib
import socket
import struct
import subprocess
import sys

MARK = "STUBDNS_TEST_NAMESPACE"
SIOCSIFFLAGS = 0x8914
SIOCSIFADDR = 0x8916
SIOCSIFNETMASK = 0x891C
SIOCGIFINDEX = 0x8933
IFF_UP = 1


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def enter():
    """Runs the script again inside, unless it is there already."""
    if os.environ.get(MARK):
        return
    command = ["unshare", "--mount", "--net"]
    if os.geteuid() != 0:
        command += ["--user", "--map-root-user"]
    permitted = subprocess.run([*command, "true"], capture_output=True, text=True)
    if permitted.returncode:
        skip(f"no namespaces here: {permitted.stderr.strip()}")
    os.environ[MARK] = "1"
    os.execvp("unshare", [*command, sys.executable, *sys.argv])


def interface_request(name, rest):
    return struct.pack("16s24s", name.encode(), rest)


def add_ipv4(device, address, mask):
    def packed(text):
        return struct.pack("HH4s", socket.AF_INET, 0, socket.inet_aton(text))

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFADDR, interface_request(device, packed(address)))
        fcntl.ioctl(control, SIOCSIFNETMASK, interface_request(device, packed(mask)))


def add_ipv6(device, address, length):
    """False where the system has no IPv6."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as control:
            index = socket.if_nametoindex(device)
            octets = socket.inet_pton(socket.AF_INET6, address)
            fcntl.ioctl(control, SIOCSIFADDR, struct.pack("16sIi", octets, length, index))
    except OSError:
        return False
    return True


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        flags = struct.pack("H22x", IFF_UP)
        fcntl.ioctl(control, SIOCSIFFLAGS, interface_request("lo", flags))


def put_files(folder, files):
    """Each file's text in the place of the system's file of that path."""
    for path, text in files.items():
        copy = pathlib.Path(folder) / path.replace("/", "_")
        copy.write_text(text)
        if not os.path.exists(path):
            skip(f"there is no {path} to put another in its place")
        subprocess.run(["mount", "--bind", copy, path], check=True)
