#!/usr/bin/env python3
"""Which servers udpdig asks and from which address, in a network of its own: -b,
and --all-servers and --diff with the servers of resolv.conf.

usage: test_servers.py UDPDIG
"""
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.append(str(pathlib.Path(__file__).parents[1] / "uv"))
import namespace
from responder import Query, record

UDPDIG = sys.argv[1]
SERVERS = ("127.0.0.1", "127.0.0.2", "127.0.0.3")
PORT = 53


def run(*words, text=None):
    return subprocess.run([UDPDIG, *words], input=text, capture_output=True, text=True,
                          timeout=60, check=False)


class Server(threading.Thread):
    """Answers every A with the last octet of its own address, and another number
    for names that begin with "x"; remembers who asked."""

    def __init__(self, host):
        super().__init__(daemon=True)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((host, PORT))
        self.number = 1 if ":" in host else int(host[-1])
        self.clients = []
        self.start()

    def run(self):
        while True:
            octets, client = self.socket.recvfrom(65535)
            query = Query(octets)
            self.clients.append(client[:2])
            number = self.number if query.name.startswith("x") else 7
            answer = record(query.name, 1, bytes([192, 0, 2, number]))
            self.socket.sendto(query.reply([answer]), client)


def setUpModule():
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    lines = "".join(f"nameserver {server}\n" for server in SERVERS)
    namespace.raise_loopback()
    namespace.put_files(folder.name, {"/etc/resolv.conf": lines})
    Case.servers = [Server(host) for host in SERVERS]


class Case(unittest.TestCase):
    def setUp(self):
        for server in self.servers:
            server.clients.clear()

    def asked(self):
        return [len(server.clients) for server in self.servers]


class OfTheSystem(Case):
    def test_one_of_them_is_asked_and_each_where_that_is_wanted(self):
        self.assertEqual(run("x.test", "+short").stdout, "192.0.2.1\n")
        self.assertEqual(self.asked(), [1, 0, 0])
        done = run("--all-servers", "x.test", "y.test", "+short")
        self.assertEqual(done.stdout, "192.0.2.1\n192.0.2.2\n192.0.2.3\n" + "192.0.2.7\n" * 3)
        self.assertEqual(self.asked(), [3, 2, 2])

    def test_servers_that_are_named_are_asked_alone(self):
        done = run("--all-servers", "@127.0.0.2", "@127.0.0.3", "x.test", "+short")
        self.assertEqual(done.stdout, "192.0.2.2\n192.0.2.3\n")
        self.assertEqual(self.asked(), [0, 1, 1])

    def test_footers_have_their_addresses(self):
        done = run("--all-servers", "x.test", "+noall", "+stats")
        for server in SERVERS:
            self.assertIn(f";; SERVER: {server}#53({server}) (UDP)\n", done.stdout)

    def test_what_they_say_is_compared(self):
        done = run("--diff", "x.test", "same.test")
        self.assertEqual(done.stdout, "".join(
            f"; x.test. A: -127.0.0.1#53 +127.0.0.{n}#53\n-x.test.\tIN\tA\t192.0.2.1\n"
            f"+x.test.\tIN\tA\t192.0.2.{n}\n" for n in (2, 3)))
        self.assertEqual((done.returncode, self.asked()), (2, [2, 2, 2]))

    def test_each_is_asked_for_every_line_of_a_list(self):
        done = run("-f", "-", "--all-servers", "--tsv", text="x.test\ny.test\nx.test A\n")
        rows = [line.split("\t") for line in done.stdout.splitlines()]
        self.assertEqual([(row[0], row[-1]) for row in rows],
                         [(line, f"192.0.2.{number}") for line, numbers in
                          (("1", (1, 2, 3)), ("2", (7, 7, 7)), ("3", (1, 2, 3)))
                          for number in numbers])
        self.assertEqual((done.returncode, self.asked()), (0, [3, 3, 3]))

    def test_a_family_that_has_none_is_told(self):
        for words in (("--all-servers",), ("--diff",)):
            done = run("-6", *words, "x.test")
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertEqual(done.stderr,
                             "udpdig: the system has no server that -4, -6 or -b leaves\n")

    def test_a_list_is_not_compared(self):
        for words, text in ((("--diff", "@127.0.0.1", "@127.0.0.2"), "x.test\n"),
                            ((), "x.test @127.0.0.1 @127.0.0.2 --diff\n")):
            done = run("-f", "-", *words, text=text)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("--diff", done.stderr + done.stdout)
        self.assertEqual(self.asked(), [0, 0, 0])


class Local(Case):
    def clients(self, *words, **more):
        done = run("@127.0.0.1", *words, **more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.servers[0].clients

    def test_queries_come_from_the_address(self):
        self.assertEqual({host for host, _ in self.clients("-b", "127.0.0.9", "x.test", "y.test")},
                         {"127.0.0.9"})
        self.assertEqual({host for host, _ in self.clients("-b", "127.0.0.8", "-f", "-",
                                                           text="x.test\ny.test\n")},
                         {"127.0.0.9", "127.0.0.8"})

    def test_and_from_the_port_where_one_is_written(self):
        for word in ("127.0.0.9#4567", "127.0.0.9:4567"):
            self.servers[0].clients.clear()
            self.assertEqual(self.clients("-b", word, "x.test"), [("127.0.0.9", 4567)])

    def test_ports_differ_where_none_is_written(self):
        self.assertGreater(len({port for _, port in self.clients(
            "-b", "127.0.0.9", *(f"n{i}.test" for i in range(20)))}), 10)

    @unittest.skipUnless(socket.has_dualstack_ipv6(), "there is no IPv6 here")
    def test_ipv6(self):
        server = Server("::1")
        self.assertEqual(run("-b", "::1", "@::1", "x.test", "+short").stdout, "192.0.2.1\n")
        self.assertEqual(server.clients[0][0], "::1")

    def test_an_address_that_is_not_ours(self):
        for words in (("x.test",), ("-f", "-"), ("-f", "-", "--threads=3")):
            done = run("@127.0.0.1", "-b", "192.0.2.1", *words, text="x.test\n")
            self.assertEqual((done.returncode, done.stdout), (9, ""))
            self.assertIn("the address of -b is none of this host's", done.stderr)
        self.assertEqual(self.asked(), [0, 0, 0])

    def test_a_server_of_another_family_is_not_asked(self):
        self.assertEqual(run("-b", "127.0.0.9", "@::1", "@127.0.0.1", "x.test").returncode, 1)
        done = run("-b", "::1", "x.test", "+short", "+deadline=1")
        self.assertEqual((done.returncode, self.asked()), (9, [0, 0, 0]))


LIBRARIES = list(pathlib.Path("/usr/lib").glob("*/libidn2.so.0"))


@unittest.skipUnless(LIBRARIES, "libidn2 is not installed")
class WithoutLibidn2(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        namespace.put_files(folder.name, {str(path): "" for path in LIBRARIES})
        self.addCleanup(lambda: [subprocess.run(["umount", path], check=True)
                                 for path in LIBRARIES])

    def test_names_that_need_it_are_told(self):
        done = run("@127.0.0.1", "bücher.example")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(" has letters outside ASCII, which need libidn2.so.0: install it",
                      done.stderr)

    def test_others_are_asked_for(self):
        for name in ("y.test", "xn--bcher-kva.example"):
            self.assertEqual(run("@127.0.0.1", "+short", "+idn", name).stdout, "192.0.2.7\n"
                             if name == "y.test" else "192.0.2.1\n")


if __name__ == "__main__":
    namespace.enter()
    del sys.argv[1]
    unittest.main()
