#!/usr/bin/env python3
"""Which names udpdig asks for with +search, +ndots and +domain: beside dig, and
with the system's search list.

usage: test_search.py UDPDIG
"""
import os
import pathlib
import subprocess
import sys
import unittest

from responder import Responder, record

UDPDIG = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else "udpdig")


def asked(program, *words, answer=lambda query: [query.reply(rcode=3)], **environment):
    """The names of the queries of a run, each once, and its output."""
    inherited = {key: value for key, value in os.environ.items()
                 if key not in ("LOCALDOMAIN", "RES_OPTIONS")}
    with Responder(answer) as server:
        done = subprocess.run(
            [program, "@127.0.0.1", "-p", str(server.port), "+nocookie", *words],
            env={**inherited, **environment}, capture_output=True, text=True,
            timeout=60, check=False)
        names = [query.name.lower() for query in server.queries]
    return list(dict.fromkeys(names)), done.stdout


class Search(unittest.TestCase):
    def test_names_are_those_of_dig(self):
        """Where the name as it is comes first, dig goes no further; the C
        library does, and so does udpdig."""
        rows = 0
        for name in ("www", "www.", "www.one", "www.one.", "a.b.c"):
            for words in ((), ("+domain=corp.test",),
                          ("+domain=corp.test", "+ndots=2"),
                          ("+domain=corp.test", "+ndots=0")):
                rows += 1
                with self.subTest(name=name, words=words):
                    theirs, _ = asked("dig", *words, name)
                    ours, _ = asked(UDPDIG, *words, name)
                    if words and theirs == [f"{name}."]:
                        theirs.append(f"{name}.corp.test.")
                    self.assertEqual(ours, theirs)
        self.assertEqual(rows, 20)

    def test_list_is_the_systems_with_servers_of_ones_own(self):
        names, _ = asked(UDPDIG, "+search", "www", LOCALDOMAIN="one.test two.test")
        self.assertEqual(names, ["www.one.test.", "www.two.test.", "www."])
        names, _ = asked(UDPDIG, "+search", "a.b", LOCALDOMAIN="one.test",
                         RES_OPTIONS="ndots:2")
        self.assertEqual(names, ["a.b.one.test.", "a.b."])
        names, _ = asked(UDPDIG, "www", LOCALDOMAIN="one.test")
        self.assertEqual(names, ["www."])

    def test_reply_for_the_name_that_exists_is_printed(self):
        def answer(query):
            if query.name.lower() != "www.two.test.":
                return [query.reply(rcode=3)]
            return [query.reply([record(query.name, 1, b"\xc0\0\2\1")])]
        names, printed = asked(UDPDIG, "+search", "+noall", "+answer", "www",
                               answer=answer, LOCALDOMAIN="one.test two.test three.test")
        self.assertEqual(names, ["www.one.test.", "www.two.test."])
        self.assertEqual(printed.split(), ["www.two.test.", "300", "IN", "A", "192.0.2.1"])


if __name__ == "__main__":
    unittest.main()
