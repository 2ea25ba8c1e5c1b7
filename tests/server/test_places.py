"""One address has no more than its share of the places, on whatever wire; who says nothing gives way."""

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.bans import Ban
from chat.limits import Limits
from chat.net.addresses import Networks
from chat.net.tls import TlsCredentials, self_signed
from chat.server import ChatFactory
from chat.server.listening import PortSettings, make_port
from chat.web.origins import Origins
from chat.web.routes import make_site
from tests.fresh import fresh_hub
from tests.port import FAR, NEAR, End, TlsPeer
from tests.web.frames import request

OTHER = IPv4Address("TCP", "192.0.2.8", 1)
CREDENTIALS = TlsCredentials(self_signed)
# How each wire begins, and what it is told where there is no place.
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
WIRES = (
    (b"server:register %b\n", b"server: welcome", b"server: error: there are 5 connections from your address"),
    (b'{"type":"join","nickname":"%b"}\n', b'{"type":"ack"', b'{"type":"error","code":"address_full"'),
    (GET + b"X: %b", b"HTTP/1.1 200", b"HTTP/1.1 503"),
    (request() + b"%b", b"HTTP/1.1 101", b"HTTP/1.1 503"),
)


class PlacesCase(SynchronousTestCase):
    """Twenty places, five of them for one address."""

    limits = Limits(max_clients=20, address_connections=5, turned_away=3)
    proxies: Networks = ()

    def setUp(self) -> None:
        self.clock = Clock()
        self.chat = ChatFactory(fresh_hub(self.limits, self.clock.seconds), self.clock)
        site = make_site(self.chat, Origins(), self.clock)
        self.port = make_port(self.chat, site, PortSettings(CREDENTIALS, proxies=self.proxies), self.clock)
        self.port.doStart()
        self.addCleanup(self.port.doStop)
        self._names = 0

    def connect(self, first: bytes = b"", address: IAddress = FAR) -> End:
        """Somebody new, who begins with `first`."""
        end = End(self.port, address)
        if first:
            self._names += 1
            end.receive(first.replace(b"%b", b"u%d" % self._names))
        return end

    def register(self, address: IAddress = FAR) -> End:
        return self.connect(b"server:register %b\n", address)

    def lose(self, *ends: End) -> None:
        for end in ends:
            end.lose()


class Share(PlacesCase):
    """What one address may have."""

    def test_every_wire(self) -> None:
        """The sixth is told why, in its own wire, whichever the five before it speak; another address gets in."""
        for held, _, _ in WIRES:
            for first, welcome, refusal in WIRES:
                ends = [self.connect(held) for _ in range(5)]
                over = self.connect(first)
                self.assertTrue(over.said().startswith(refusal), (held, first))
                self.assertTrue(over.disconnecting or b"HTTP" in welcome, (held, first))
                other = self.connect(first, OTHER)
                self.assertTrue(other.said().startswith(welcome), (held, first))
                self.lose(*ends, over, other)
        self.assertEqual(self.chat.admission.connections.total, 0)
        self.assertEqual(self.chat.admission.refused["address_full"], 16)

    def test_within_tls(self) -> None:
        """It is counted once, and told within."""
        peers = [TlsPeer(self.connect()).shake_hands() for _ in range(5)]
        for number, peer in enumerate(peers):
            peer.send(b"server:register t%d\n" % number)
            self.assertIn(b"welcome", peer.said())
        over = TlsPeer(self.connect()).shake_hands()
        over.send(b"server:who\n")
        self.assertIn(b"from your address", over.said())

    def test_this_machine(self) -> None:
        """Its own connections have no share."""
        for _ in range(15):
            self.assertIn(b"welcome", self.register(NEAR).said())

    def test_networks_of_ipv6(self) -> None:
        """Whoever has a network of 64 bits has one address."""
        for number in range(5):
            self.assertIn(b"welcome", self.register(IPv6Address("TCP", f"2001:db8::{number}", 1)).said())
        self.assertIn(b"from your address", self.register(IPv6Address("TCP", "2001:db8::ffff:1", 1)).said())
        self.assertIn(b"welcome", self.register(IPv6Address("TCP", "2001:db8:0:1::1", 1)).said())

    def test_a_place_is_given_back(self) -> None:
        """Whoever goes makes room."""
        ends = [self.register() for _ in range(5)]
        over = self.register()
        self.assertIn(b"from your address", over.said())
        self.lose(ends[0], over)
        for _ in range(3):
            end = self.register()
            self.assertIn(b"welcome", end.said())
            self.lose(end)

    def test_no_limit(self) -> None:
        """An operator may have none."""
        self.limits = Limits(max_clients=20, address_connections=0)
        self.setUp()
        self.assertTrue(all(b"welcome" in self.register().said() for _ in range(20)))

    def test_many_over(self) -> None:
        """No more wait to be told than a few; the rest is cut without a word."""
        held = [self.register() for _ in range(5)]
        ends = [self.connect() for _ in range(20)]
        self.assertEqual(sum(not end.disconnecting for end in ends), 1)
        self.assertFalse(any(end.disconnecting for end in held))


class Mute(PlacesCase):
    """Who says nothing gives way."""

    def test_undecided_of_one_address(self) -> None:
        """They keep nobody of their own address out, nor anybody of another's."""
        mute = [self.connect() for _ in range(5)]
        self.assertIn(b"welcome", self.register().said())
        self.assertTrue(mute[0].disconnecting)

    def test_those_who_have_most_give_way(self) -> None:
        """Where all places are taken, the address with the most goes first, though others have been silent longer."""
        self.limits = Limits(max_clients=20, address_connections=0, turned_away=0)
        self.setUp()
        other = self.connect(address=OTHER)
        mute = [self.connect() for _ in range(30)]
        self.assertFalse(other.disconnecting)
        self.assertEqual([end.disconnecting for end in mute], [True] * 11 + [False] * 19)

    def test_blank_lines(self) -> None:
        """Nor do those keep anybody out who are in the chat, and give no name."""
        self.limits = Limits(max_clients=20, address_connections=0)
        self.setUp()
        mute = [self.connect(b"\n") for _ in range(20)]
        self.assertIn(b"server is full", self.register(OTHER).said())
        self.clock.advance(10)
        self.assertIn(b"welcome", self.register(OTHER).said())
        self.assertIn(b"you took too long to give a name", mute[0].said())
        self.assertEqual([end.disconnecting for end in mute[:2]], [True, False])

    def test_who_has_a_name_stays(self) -> None:
        """However long they say nothing."""
        ends = [self.register() for _ in range(5)]
        self.clock.pump([30] * 20)
        self.assertIn(b"from your address", self.register().said())
        self.assertFalse(any(end.disconnecting for end in ends))


class Banned(PlacesCase):
    """Who is kept out."""

    def test_addresses(self) -> None:
        """They are told so, in each wire, and nothing else is done for them."""
        self.chat.hub.bans.add(Ban("192.0.2.7", is_name=False, made_at=0.0, reason="noise"))
        for first, welcome, _ in WIRES:
            said = self.connect(first).said()
            self.assertNotIn(welcome, said)
            self.assertIn(b"your address is banned from this server: noise", said)
            self.assertTrue(self.connect(first, OTHER).said().startswith(welcome))

    def test_names(self) -> None:
        """Nobody has the name while it holds, by whatever way they come."""
        self.chat.hub.bans.add(Ban("bob", is_name=True, made_at=0.0, until=60.0))
        for first in (
            b"server:register Bob\n",
            b"server:login bob pass-word-1\n",
            b'{"type":"join","nickname":"BOB"}\n',
        ):
            self.assertIn(
                b"that name is banned from this server until 1970-01-01 00:01 UTC", self.connect(first).said()
            )
        post = b"POST /rooms/a/messages?username=Bob HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"
        self.assertTrue(self.connect(post).said().startswith(b"HTTP/1.1 403"))
        self.chat.hub.bans.remove("bob")
        self.assertIn(b"welcome", self.connect(b"server:register Bob\n").said())
