"""Reverse proxies that are believed (`--trust-forwarded`), and everybody else who says the same."""

from ipaddress import ip_network

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from chat.accounts.bans import Ban
from chat.limits import Limits
from chat.net.addresses import Behind, host_of
from chat.web.access import Reached
from chat.web.forwarded import Caller, caller_of
from chat.web.hosts import Hosts
from chat.web.origins import Origins
from chat.web.routes import make_site
from tests.web.asking import AskingCase, Response, request_of, response_of
from tests.web.case import Served
from tests.web.frames import request

PROXY = IPv4Address("TCP", "127.0.0.1", 1234)
MESSAGES = "/rooms/team/messages"
FAR = IPv4Address("TCP", "203.0.113.9", 1234)
TRUSTED = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def read(*lines: str, peer: IAddress = PROXY) -> Caller:
    """What comes of headers."""
    headers = Headers()
    for line in lines:
        name, _, value = line.partition(": ")
        headers.addRawHeader(name, value)
    return caller_of(peer, headers, TRUSTED)


def client(*lines: str) -> str | None:
    """The address of the client alone; None where it is not known."""
    found = read(*lines).client
    return None if isinstance(found, Behind) else str(host_of(found))


class Reading(SynchronousTestCase):
    """What the headers say."""

    def test_client(self) -> None:
        """The last hop that no proxy of ours is: what stands before it anybody may have written."""
        for lines, expected in (
            (("X-Forwarded-For: 192.0.2.1",), "192.0.2.1"),
            (("X-Forwarded-For: 1.1.1.1, 192.0.2.1",), "192.0.2.1"),
            (("X-Forwarded-For: 1.1.1.1, 192.0.2.1, 10.0.0.7, 127.0.0.1",), "192.0.2.1"),
            (("X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 192.0.2.1"), "192.0.2.1"),
            (("X-Forwarded-For: 10.0.0.8, 10.0.0.7",), "10.0.0.8"),
            (("X-Forwarded-For: 192.0.2.1:8080",), "192.0.2.1"),
            (("X-Forwarded-For: 2001:db8::1",), "2001:db8::1"),
            (("X-Forwarded-For: [2001:db8::1]:80",), "2001:db8::1"),
            (("X-Forwarded-For: ::ffff:192.0.2.1",), "192.0.2.1"),
            (("X-Forwarded-For: 127.0.0.1, nonsense",), None),
            (("X-Forwarded-For: 127.0.0.1, unknown, 10.0.0.7",), None),
            (("X-Forwarded-For: ",), None),
            (("X-Forwarded-For: 127.0.0.1,",), None),
            (("Forwarded: for=192.0.2.1",), "192.0.2.1"),
            (('Forwarded: for=1.1.1.1, FOR="192.0.2.1:80";proto=https;by=10.0.0.1',), "192.0.2.1"),
            (('Forwarded: by=_x;for="[2001:db8::1]:80" , for=10.0.0.7',), "2001:db8::1"),
            (('Forwarded: for="127.0.0.1, for=192.0.2.1',), "192.0.2.1"),
            (("Forwarded: for=127.0.0.1", "Forwarded: for=192.0.2.1"), "192.0.2.1"),
            (("Forwarded: for=_hidden",), None),
            (("Forwarded: for=unknown",), None),
            (("Forwarded: proto=https",), None),
            (("Forwarded: ;;;=",), None),
            (("X-Forwarded-Proto: https",), None),
            (("Via: 1.1 proxy",), None),
            ((), "127.0.0.1"),
        ):
            self.assertEqual(client(*lines), expected, lines)

    def test_both(self) -> None:
        """A proxy writes one of the two; where they do not agree, somebody else wrote the other."""
        self.assertEqual(client("X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1"), "192.0.2.1")
        self.assertIsNone(client("X-Forwarded-For: 192.0.2.1", "Forwarded: for=127.0.0.1"))
        self.assertIsNone(client("X-Forwarded-For: 127.0.0.1", "Forwarded: for=192.0.2.1"))

    def test_how_it_was_asked(self) -> None:
        """The scheme and the host that the proxy nearest to the client says, or the nearest to us that says so."""
        one = read(
            'Forwarded: for=1.1.1.1;host=evil.example, for=192.0.2.1;host="chat.example:1";proto=HTTPS, for=10.0.0.1'
        )
        self.assertEqual((one.scheme, one.host), ("https", "chat.example:1"))
        other = read(
            "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Host: evil.example, chat.example", "X-Forwarded-Proto: https"
        )
        self.assertEqual((other.scheme, other.host), ("https", "chat.example"))
        self.assertEqual(read("X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: gopher").scheme, None)

    def test_not_believed(self) -> None:
        """From anybody else it is nothing."""
        for peer in (FAR, IPv6Address("TCP", "2001:db8::9", 1), Behind(PROXY)):
            said = read("X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1;host=x;proto=https", peer=peer)
            self.assertEqual(said, Caller(peer))

    def test_many_hops(self) -> None:
        """However many there are, the last count."""
        self.assertEqual(client("X-Forwarded-For: " + "1.1.1.1, " * 1000 + "192.0.2.1"), "192.0.2.1")
        self.assertEqual(client("X-Forwarded-For: 127.0.0.1, " + "10.0.0.1, " * 1000 + "10.0.0.1"), "10.0.0.1")


class Behaviour(AskingCase):
    """What it is for."""

    limits = Limits(burst_lines=3, lines_per_second=1)

    def setUp(self) -> None:
        super().setUp()
        reached = Reached(Hosts(["chat.example"]), TRUSTED)
        self.site = make_site(self.factory, Origins(), self.clock, reached=reached)
        self.site.startFactory()

    def ask_from(self, peer: IAddress, asked: bytes) -> Response:
        """What somebody there is answered."""
        served = Served(self.site.buildProtocol(peer))
        served.transport.peerAddr = peer
        # A new connection asks the transport where it comes from.
        served.send(asked)
        return response_of(served.answer())

    def forwarded(
        self, client: str, target: str = "/rooms/team/messages", peer: IAddress = PROXY, **headers: str
    ) -> int:
        """The status for a client of a proxy."""
        return self.ask_from(peer, request_of("GET", target, b"", X_Forwarded_For=client, **headers)).status

    def test_pace(self) -> None:
        """Each client has its own; who is not believed has that of its own address, whatever it says."""
        self.assertEqual([self.forwarded("192.0.2.1") for _ in range(4)], [200, 200, 200, 429])
        self.assertEqual([self.forwarded("1.1.1.1, 192.0.2.2") for _ in range(4)], [200, 200, 200, 429])
        self.assertEqual([self.forwarded(f"10.9.9.{n}", peer=FAR) for n in range(4)], [200, 200, 200, 429])

    def test_banned(self) -> None:
        """Whoever is kept out is kept out behind a proxy, too; others behind it are not."""
        self.factory.admission.bans.add(Ban("192.0.2.1", False, 0))
        self.assertEqual([self.forwarded(client) for client in ("192.0.2.1", "192.0.2.2")], [403, 200])

    def test_metrics(self) -> None:
        """They are for who is here by both: the proxy, and whoever it speaks for."""
        for said, peer, status in (
            ("127.0.0.1", PROXY, 200),
            ("127.0.0.1, 192.0.2.1", PROXY, 403),
            ("192.0.2.5", PROXY, 403),
            ("unknown", PROXY, 403),
            ("127.0.0.1", FAR, 403),
            ("127.0.0.1", IPv4Address("TCP", "10.0.0.7", 1), 403),
        ):
            self.clock.advance(100)
            self.assertEqual(self.forwarded(said, "/metrics", peer), status, (said, peer))

    def test_origins(self) -> None:
        """Pages of the host that was asked for are the server's own, by the scheme that was used."""
        for headers, status in (
            ({"X_Forwarded_Host": "chat.example", "X_Forwarded_Proto": "https", "Origin": "https://chat.example"}, 200),
            ({"X_Forwarded_Host": "chat.example", "X_Forwarded_Proto": "https", "Origin": "http://chat.example"}, 403),
            ({"X_Forwarded_Host": "chat.example", "Origin": "https://chat.example"}, 200),
            ({"X_Forwarded_Host": "evil.example", "Origin": "http://evil.example"}, 421),
            ({"X_Forwarded_Host": "<>", "Origin": "http://evil.example"}, 400),
        ):
            self.clock.advance(100)
            self.assertEqual(self.forwarded("192.0.2.1", MESSAGES, PROXY, **headers), status, headers)
        asked = request_of("GET", "/healthz", X_Forwarded_For="192.0.2.1", X_Forwarded_Host="chat.example")
        self.assertEqual(self.ask_from(PROXY, asked.replace(b"Host: chat.ex", b"Host: evil.ex", 1)).status, 421)

    def test_websocket(self) -> None:
        """A WebSocket comes from where the proxy says."""
        served = Served(self.site.buildProtocol(PROXY))
        served.send(request("X-Forwarded-For: 192.0.2.1"))
        self.assertEqual(served.status(), 101)
        (connection,) = self.factory.connections
        self.assertEqual(connection.session.address, "192.0.2.1")
