"""Who is here, who has to go, and who is kept out: with the operator's tool, and a server that runs or does not."""

import socket
from collections.abc import Sequence
from http.client import HTTPConnection, IncompleteRead
from ipaddress import IPv4Address, ip_address, ip_network

from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.bans import Ban, Bans, parse_target, target_of
from chat.errors import ChatError
from chat.limits import Limits
from tests.admin.case import Person, ToolCase
from tests.running import SECONDS, RunningServer


class Rules(SynchronousTestCase):
    """The bans themselves."""

    def setUp(self) -> None:
        self.now = 0.0
        self.bans = Bans(lambda: self.now)

    def is_out(self, address: str, source: str = "") -> bool:
        return self.bans.of_host(ip_address(address), source or address) is not None

    def test_targets(self) -> None:
        """What is a network is one, an address of IPv6 stands for its network; all else is a name."""
        for text, target in (
            ("192.0.2.7", ("192.0.2.7", False)),
            ("::ffff:192.0.2.7", ("192.0.2.7", False)),
            ("::ffff:192.0.2.0/120", ("192.0.2.0/24", False)),
            ("192.0.2.0/24", ("192.0.2.0/24", False)),
            ("192.0.2.7/24", ("192.0.2.0/24", False)),
            ("2001:db8::7", ("2001:db8::/64", False)),
            ("2001:db8::/32", ("2001:db8::/32", False)),
            ("Bob", ("bob", True)),
        ):
            self.assertEqual(parse_target(text, Limits()), target)
        for text in ("no name", "192.0.2.0/99", ""):
            self.assertRaises(ChatError, parse_target, text, Limits())

    def test_networks(self) -> None:
        """An address is out with any network that it is in, and in again without the ban."""
        for network, inside, outside in (
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"),
            ("192.0.2.0/24", "192.0.2.99", "192.0.3.1"),
            ("2001:db8::/32", "2001:db8:9::1", "2001:db9::1"),
        ):
            target = target_of(ip_network(network))
            self.bans.add(Ban(target, is_name=False, made_at=0.0))
            self.assertTrue(self.is_out(inside), network)
            self.assertFalse(self.is_out(outside), network)
            self.assertTrue(self.bans.remove(target))
            self.assertFalse(self.is_out(inside))
        self.bans.add(Ban("2001:db8::/64", is_name=False, made_at=0.0))
        self.assertTrue(self.is_out("2001:db8::5", "2001:db8::/64"))
        self.assertIsNone(self.bans.of_host(None, "here"))

    def test_an_end(self) -> None:
        """A ban ends by itself, and another one stands in its place."""
        self.bans.load([Ban("bob", is_name=True, made_at=0.0, until=60.0, reason="noise")])
        error = self.assertRaises(ChatError, self.bans.check_name, "bob")
        self.assertEqual(str(error), "that name is banned from this server until 1970-01-01 00:01 UTC: noise")
        self.now = 60.0
        self.bans.check_name("bob")
        self.assertEqual((list(self.bans), self.bans.remove("bob")), ([], False))
        self.bans.add(Ban("192.0.2.7", is_name=False, made_at=0.0, until=61.0))
        self.assertIsNotNone(self.bans.of_host(IPv4Address("192.0.2.7"), "192.0.2.7"))
        self.now = 61.0
        self.assertIsNone(self.bans.of_host(IPv4Address("192.0.2.7"), "192.0.2.7"))


class People(ToolCase):
    """The tool, beside a server."""

    def read_end(self, person: Person) -> Sequence[str]:
        """The last that somebody is told, until the connection is closed."""
        with person:
            return [line.decode() for line in person._lines]

    def test_kick(self) -> None:
        """Who is kicked is told why, and may come back."""
        with RunningServer("--data", str(self.data)) as server:
            bob, ann = Person(server.port, "Bob"), Person(server.port, "Ann")
            self.assertRegex(self.done("sessions"), r"Bob  guest  127\.0\.0\.1:\d+  ndjson  since .* idle \d+ s")
            self.assertEqual(len(self.done("sessions", "--limit", "1").splitlines()), 2)
            self.assertRegex(self.done("addresses"), r"^127\.0\.0\.1  2 connections  \d+ lines a second\n$")
            self.assertEqual(self.done("kick", "bob", "--reason", "too  loud"), "ended 1 connection\n")
            end = self.read_end(bob)
            self.assertIn("the operator has ended your connection: too loud", end[-1])
            self.assertEqual(self.refused("kick", "bob"), "bob is not here")
            with Person(server.port, "Bob") as again:
                self.assertEqual(again.entered["type"], "ack")
                self.assertEqual(self.done("kick", "127.0.0.1"), "ended 2 connections\n")
            self.read_end(ann)

    def test_ban_a_name(self) -> None:
        """A name is out on every wire, and its sessions and streams end; after a restart, too."""
        with RunningServer("--data", str(self.data)) as server:
            bob = Person(server.port, "Bob", password="pass-word-1")
            made = bob.ask({"type": "token.make", "rooms": ["team"]})
            follower = HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
            headers = {"Authorization": f"Bearer {made['token']}"}
            follower.request("GET", "/rooms/team/messages?follow", headers=headers)
            stream = follower.getresponse()
            self.assertEqual(stream.status, 200)
            said = self.done("ban", "Bob", "--for", "2h", "--reason", "noise")
            self.assertRegex(said, r"^bob  banned until [^:]+:\d\d UTC: noise\nended 2 connections\n$")
            self.assertIn("banned", self.read_end(bob)[-1])
            self.assertRaises((ConnectionError, IncompleteRead), stream.read)
            follower.close()
            self.check_out(server.port, headers)
        with RunningServer("--data", str(self.data)) as server:
            self.check_out(server.port, headers)
            self.assertRegex(self.done("bans"), "^bob  banned until ")
            self.assertEqual(self.done("unban", "bob"), "")
            self.assertEqual(self.refused("unban", "bob"), "bob is not banned")
            with Person(server.port, "Bob", password="pass-word-1") as back:
                self.assertEqual(back.entered["type"], "ack")

    def check_out(self, port: int, headers: dict[str, str]) -> None:
        with Person(port, "BOB", password="pass-word-1") as person:
            self.assertEqual(person.entered["code"], "banned")
        for method, target, sent in (
            ("POST", "/rooms/team/messages?username=Bob", {}),
            ("POST", "/rooms/team/messages", headers),
            ("GET", "/rooms/team/messages", headers),
            ("GET", "/rooms/team/messages?follow", headers),
        ):
            asking = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
            asking.request(method, target, "hi" if method == "POST" else None, sent)
            self.assertEqual(asking.getresponse().status, 403, (method, target))
            asking.close()

    def test_ban_an_address(self) -> None:
        """It is told so in its own wire; what was open is ended."""
        with RunningServer("--data", str(self.data)) as server:
            bob = Person(server.port, "Bob")
            self.assertIn("ended 1 connection", self.done("ban", "127.0.0.0/8"))
            self.assertIn("your address is banned", self.read_end(bob)[-1])
            with socket.create_connection(("127.0.0.1", server.port), SECONDS) as person:
                person.sendall(b"server:register Ann\n")
                self.assertIn(b"server: error: your address is banned from this server\n", person.makefile("rb").read())
            asking = HTTPConnection("127.0.0.1", server.port, timeout=SECONDS)
            asking.request("GET", "/")
            self.assertEqual(asking.getresponse().status, 403)
            asking.close()
            self.done("unban", "127.0.0.0/8")
            with Person(server.port, "Ann") as ann:
                self.assertEqual(ann.entered["type"], "ack")

    def test_stopped(self) -> None:
        """Bans need no server; who is here does."""
        with RunningServer("--data", str(self.data)):
            pass
        self.assertRegex(self.done("ban", "192.0.2.7"), "^192.0.2.7  banned for ever\n$")
        self.assertEqual(self.done("bans"), "192.0.2.7  banned for ever\n")
        for order in ("sessions", "addresses", "kick bob"):
            self.assertEqual(self.refused(*order.split()), "no server runs on this data folder")
        self.assertIn("such as 30s, 10m, 2h or 3d", self.refused("ban", "bob", "--for", "soon"))
        self.assertIn("a name is", self.refused("ban", "no name"))
