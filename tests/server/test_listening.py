"""What is behind the port: TLS, proxies, and who must use TLS."""

from ipaddress import ip_network

from twisted.internet.interfaces import IAddress, IProtocolFactory
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from chat.limits import Limits
from chat.net.tls import TlsCredentials, self_signed
from chat.server.factory import ChatFactory
from chat.server.listening import ISite, PortSettings, make_port
from chat.web.access import Reached
from chat.web.hosts import AnyHost
from chat.web.origins import Origins
from chat.web.routes import make_site
from tests.fresh import fresh_hub
from tests.port import FAR, NEAR, End, Recorders, TlsPeer
from tests.server.test_oneport import splits

CREDENTIALS = TlsCredentials(self_signed)
# PROXY protocol 2, on behalf of 192.0.2.7:4321.
PROXY_2 = b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + bytes([192, 0, 2, 7, 192, 0, 2, 2, 4321 >> 8, 4321 & 255, 0, 80])
PROXY_1 = b"PROXY TCP4 192.0.2.7 192.0.2.2 4321 80\r\n"


@implementer(ISite)
class Site(Recorders):
    """Something for HTTP, which refuses as `real` does."""

    def __init__(self, real: ISite) -> None:
        super().__init__("http")
        self._real = real

    def refusing(self, code: str) -> IProtocolFactory:
        """See `ISite.refusing`."""
        return self._real.refusing(code)


class ListeningCase(SynchronousTestCase):
    """A chat, something for HTTP, and the port in front of both."""

    settings = PortSettings(CREDENTIALS)

    def setUp(self) -> None:
        self.clock = Clock()
        self.chat = ChatFactory(fresh_hub(Limits(), self.clock.seconds), self.clock)
        self.site = Site(make_site(self.chat, Origins(), self.clock))
        self.port = make_port(self.chat, self.site, self.settings, self.clock)
        self.port.doStart()
        self.addCleanup(self.port.doStop)

    def connect(self, address: IAddress = NEAR) -> End:
        """A new connection."""
        return End(self.port, address)


class Encrypted(ListeningCase):
    """TLS, and what is in it."""

    def test_every_wire(self) -> None:
        """Text, JSON and HTTP are decided inside TLS as outside, wherever the handshake was cut."""
        for said, answer in (
            (b"server:register Ann\n", b"server: welcome, Ann\n"),
            (b'{"type":"who"}\n', b'{"type":"error","code":"not_registered"'),
        ):
            peer = TlsPeer(self.connect()).shake_hands()
            peer.send(said)
            self.assertTrue(peer.said().startswith(answer))
        TlsPeer(self.connect()).shake_hands().send(b"GET / HTTP/1.1\r\n")
        self.assertEqual(self.site.made[-1].received, b"GET / HTTP/1.1\r\n")

    def test_agreements(self) -> None:
        """HTTP may be agreed on; whoever offers only what is not spoken here gets in all the same."""
        for offered, agreed in (
            ((), b""),
            ((b"http/1.1",), b"http/1.1"),
            ((b"h2", b"http/1.1"), b"http/1.1"),
            ((b"irc",), b""),
            ((b"h2", b"spdy"), b""),
        ):
            made = len(self.site.made)
            peer = TlsPeer(self.connect(), offered).shake_hands()
            self.assertEqual(peer.connection.get_alpn_proto_negotiated(), agreed)
            self.assertEqual(len(self.site.made) - made, 1 if agreed else 0, offered)
            if agreed:
                self.clock.advance(1)
                self.assertEqual(peer.said(), b"")
            else:
                peer.send(b"server:who\n")
                self.assertIn(b"server: error", peer.said())

    def test_silence(self) -> None:
        """Nothing is said until it speaks: behind TLS may come HTTP, too. At the end it is told why."""
        end = self.connect()
        peer = TlsPeer(end)
        hello = peer.hello()
        end.receive(hello[:10])
        self.clock.advance(5)
        end.receive(hello[10:])
        self.assertEqual(peer.shake_hands().said(), b"")
        self.clock.advance(54)
        self.assertEqual(peer.said(), b"")
        peer.send(b"\n")
        self.assertIn(b"server: what is your name?", peer.said())
        mute, plain = TlsPeer(self.connect()).shake_hands(), self.connect()
        self.clock.advance(60)
        self.assertEqual(mute.said(), b"server: error: you took too long to give a name\n")
        # To what has not begun TLS, where TLS is to be had, there is nothing to say.
        self.assertEqual((plain.said(), plain.disconnecting), (b"", True))

    def test_slow_handshake(self) -> None:
        """Ten seconds, however it drips in; nothing is left of it."""
        end = self.connect()
        for byte in TlsPeer(end).hello()[:20]:
            end.receive(bytes([byte]))
            self.clock.advance(0.6)
        self.assertTrue(end.disconnecting)

    def test_no_handshake(self) -> None:
        """Two bytes of TLS, and then nothing."""
        end = self.connect().receive(b"\x16\x03")
        self.clock.advance(9.9)
        self.assertFalse(end.disconnecting)
        self.clock.advance(0.1)
        self.assertTrue(end.disconnecting)

    def test_no_tls_in_tls(self) -> None:
        """There it is no line either."""
        peer = TlsPeer(self.connect()).shake_hands()
        peer.send(b"\x16\x03\x01\nserver:register Eve\n")
        self.assertEqual(peer.said(), ALERT)
        self.assertEqual(self.chat.users, {})


ALERT = b"\x15\x03\x01\x00\x02\x02\x0a"
# A session ticket, and much else in a hello, is whatever somebody likes.
LINES = b"\nserver:register Eve\nhello\n"


class Unencrypted(ListeningCase):
    """A server without a certificate."""

    settings = PortSettings(proxies=[ip_network("127.0.0.1")])

    def test_no_tls(self) -> None:
        """Its client is told so in TLS's own words, and none of its bytes is a line, however they are cut."""
        for hello in (
            b"\x16\x03\x01\x02\x00\x01\x00",
            b"\x16\x03\n\x00\x00",
            b"\x15\x03\x01\x00\x02\x02\x28",
            b"\x17\x03\x03\x00\x05",
            b"\x80\x2e\x01\x03\x01\x00\x15",
            b"\x80\n\x01\x00\x02",
            b"\x8f\n\x01\x03\x03",
        ):
            for before in (b"", PROXY_1):
                for pieces in splits(hello + LINES):
                    end = self.connect().receive(*filter(None, (before, *pieces)))
                    self.assertEqual((end.said(), end.disconnecting), (ALERT, True), pieces)
        self.assertEqual((self.chat.users, dict(self.chat.connections)), ({}, {}))

    def test_real_hello(self) -> None:
        """What OpenSSL begins with."""
        end = self.connect()
        self.assertEqual(end.receive(TlsPeer(end).hello()).said(), ALERT)

    def test_other_protocols(self) -> None:
        """A first line with a NUL is some other protocol: what comes behind it is nobody's line."""
        for beginning in (b"\x03\x00\x00\x13\x0e", b"\x00\x00\x00\x85\xffSMB", b"a\x00"):
            end = self.connect().receive(beginning + LINES)
            self.assertEqual((end.said(), end.disconnecting), (b"", True), beginning)
        self.assertEqual(self.chat.users, {})

    def test_not_quite(self) -> None:
        """What only begins like it is text: a line in another encoding, which is told so."""
        for beginning in (b"\x80\n", b"\x80uro\n", b"\x16\n"):
            self.assertIn(b"server: ", self.connect().receive(beginning, b"server:who\n").said())

    def test_last_words(self) -> None:
        """Without TLS whoever never says anything is told why, as text: nobody can take it for something else."""
        end = self.connect(FAR)
        self.clock.advance(60)
        self.assertEqual(end.said(), b"server: error: you took too long to give a name\n")
        self.assertTrue(end.disconnecting)


class Required(ListeningCase):
    """`--require-tls`: this machine may do without, others hear why they may not."""

    settings = PortSettings(CREDENTIALS, requires_tls=True, proxies=[ip_network("127.0.0.1")])

    def test_in_its_own_wire(self) -> None:
        """Text, JSON and HTTP."""
        for said, answer in (
            (b"server:register Ann\n", b"server: error: this server wants TLS"),
            (b'{"type":"join","nickname":"Ann","id":1}\n', b'{"type":"error","code":"tls_required",'),
            (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"HTTP/1.1 403 Forbidden\r\n"),
        ):
            for pieces in splits(said):
                end = self.connect(FAR).receive(*filter(None, pieces))
                self.assertTrue(end.said().startswith(answer), pieces)
        self.assertEqual(self.chat.users, {})
        self.assertEqual(self.site.made, [])

    def test_with_tls(self) -> None:
        """What it is all about."""
        peer = TlsPeer(self.connect(FAR)).shake_hands()
        peer.send(b"server:register Ann\n")
        self.assertIn(b"server: welcome, Ann", peer.said())

    def test_near(self) -> None:
        """Nobody listens in within one machine."""
        self.assertIn(b"server: welcome", self.connect(NEAR).receive(b"server:register Ann\n").said())

    def test_behind_a_proxy(self) -> None:
        """A proxy on this machine does not bring others nearer."""
        end = self.connect(NEAR).receive(PROXY_1, b"server:register Ann\n")
        self.assertIn(b"server: error: this server wants TLS", end.said())
        peer = TlsPeer(self.connect(NEAR).receive(PROXY_1)).shake_hands()
        peer.send(b"server:register Ann\n")
        self.assertIn(b"server: welcome, Ann", peer.said())


class Proxied(ListeningCase):
    """`--proxy-protocol`: who is behind a proxy that is believed."""

    settings = PortSettings(CREDENTIALS, proxies=[ip_network("127.0.0.0/8"), ip_network("2001:db8::/32")])

    def test_every_split(self) -> None:
        """Both versions, cut anywhere, before HTTP: its address is the one that the proxy says."""
        for header in (PROXY_1, PROXY_2):
            for pieces in splits(header + b"GET / HTTP/1.1\r\n"):
                self.connect().receive(*filter(None, pieces))
                heir = self.site.made[-1]
                self.assertEqual((heir.received, heir.address), (b"GET / HTTP/1.1\r\n", FAR), pieces)

    def test_chat(self) -> None:
        """The chat knows people by that address."""
        end = self.connect().receive(PROXY_2, b"server:register Ann\n")
        self.assertIn(b"server: welcome, Ann", end.said())
        (connection,) = self.chat.connections
        self.assertEqual(connection.session.address, "192.0.2.7")

    def test_not_believed(self) -> None:
        """From anywhere else such a header is what somebody typed."""
        end = self.connect(FAR).receive(PROXY_1, b"server:register Ann\n")
        self.assertTrue(end.said().startswith(b"server: error: you have no name yet"))
        (connection,) = self.chat.connections
        self.assertEqual(connection.session.address, "192.0.2.7")

    def test_without_a_header(self) -> None:
        """Whoever comes from a proxy's address need not be one."""
        self.assertIn(b"server: welcome", self.connect().receive(b"server:register Ann\n").said())

    def test_half_closed(self) -> None:
        """`printf … | nc -N` through a proxy gets its answers; by TLS, or before the header's end, it is closed."""
        end = self.connect().receive(PROXY_1, b"server:register Ann\nserver:who")
        end.half_close()
        self.assertTrue(end.said().endswith(b"server: online (1): Ann\n"))
        self.assertTrue(end.disconnecting)
        for beginning in (PROXY_1 + b"\x16\x03\x01", PROXY_1[:20]):
            end = self.connect().receive(beginning)
            end.half_close()
            self.assertTrue(end.disconnecting)

    def test_no_header(self) -> None:
        """What is none is the end, and no traceback."""
        for said in (
            *(b"PROXY " + rest + b"\r\n" for rest in (
                b"", b"TCP4", b"TCP4 a b 1 2", b"TCP4 192.0.2.7 192.0.2.2 1", b"TCP4 192.0.2.7 192.0.2.2 1 2 3",
                b"TCP4 192.0.2.7 192.0.2.2 x 2", b"TCP4 192.0.2.7 192.0.2.2 -1 2", b"TCP4 ::1 ::1 1 2",
                b"TCP6 192.0.2.7 192.0.2.2 1 2", b"TCP4 192.0.2.999 192.0.2.2 1 2", b"TCP5 a b 1 2", b"tcp4 a b 1 2",
                b"TCP4 \xff\xfe b 1 2", b"TCP4  192.0.2.7 192.0.2.2 1", b"\x00",
            )),
            PROXY_2[:12] + b"\x31\x11\x00\x0c" + bytes(12),
            PROXY_2[:12] + b"\x22\x11\x00\x0c" + bytes(12),
            PROXY_2[:12] + b"\x21\x11\x00\x00",
            PROXY_2[:12] + b"\x21\x21\x00\x0c" + bytes(12),
            PROXY_2[:12] + b"\x21\x31\x00\x0c" + bytes(12),
        ):  # fmt: skip
            end = self.connect().receive(said, b"server:register Eve\n")
            self.assertTrue(end.disconnecting, said)
        self.assertEqual(self.chat.users, {})
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_half_closed_http(self) -> None:
        """A request through a proxy is answered after its client has closed its side, for as long as that takes."""
        port = make_port(self.chat, make_site(self.chat, Origins(), self.clock), self.settings, self.clock)
        end = End(port).receive(PROXY_1, b"GET /rooms/team/messages?follow HTTP/1.0\r\n\r\n")
        end.half_close()
        self.assertIn(b"HTTP/1.0 200 OK", end.said())
        self.connect().receive(b"server:register Ann\nserver:join team\nhello\n")
        self.assertIn(b"Ann (in team): hello\n", end.said())
        self.assertFalse(end.disconnecting)

    def test_endless_header(self) -> None:
        """A header that does not end is the end."""
        end = self.connect().receive(b"PROXY TCP4 " + b"1" * 200)
        self.assertTrue(end.disconnecting)


# A proxy that does not say for whom it speaks: for nobody it knows, for a socket in a file system, for its own machine.
UNIX = PROXY_2[:12] + b"\x21\x31\x00\xd8" + b"/run/app.sock".ljust(216, b"\x00")
NAMELESS = (
    b"PROXY UNKNOWN\r\n",
    b"PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n",
    PROXY_2[:12] + b"\x21\x00\x00\x00",
    PROXY_2[:12] + b"\x21\x00\x00\x03\x04\x00\x00",
    PROXY_2[:12] + b"\x21\x50\x00\x00",
    UNIX,
    UNIX.replace(b"\x21\x31", b"\x21\x30"),
)
OF_ITS_OWN = PROXY_2[:12] + b"\x20\x00\x00\x00"


class Nameless(ListeningCase):
    """Proxies that are believed, and do not say who is behind them."""

    settings = PortSettings(
        CREDENTIALS, requires_tls=True, proxies=[ip_network("127.0.0.1"), ip_network("192.0.2.0/24")]
    )

    def test_never_near(self) -> None:
        """Nobody is on this machine because a proxy names nobody, though the proxy itself may be."""
        for header in NAMELESS:
            for pieces in splits(header[:40]):
                rest = header[40:] + b"server:register Ann\n"
                end = self.connect(NEAR).receive(*filter(None, (*pieces, rest)))
                self.assertIn(b"server: error: this server wants TLS", end.said(), header)
        near = b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n"
        self.assertIn(b"wants TLS", self.connect(FAR).receive(near, b"server:who\n").said())
        self.assertNotIn(b"wants TLS", self.connect(NEAR).receive(near, b"server:who\n").said())

    def test_of_its_own(self) -> None:
        """What a proxy says for itself (LOCAL) is its own: from where it is."""
        self.assertIn(b"what is your name", self.connect(NEAR).receive(OF_ITS_OWN, b"\n").said())
        self.assertIn(b"wants TLS", self.connect(FAR).receive(OF_ITS_OWN, b"\n").said())

    def test_counts_as_the_proxy(self) -> None:
        """They share what the proxy's address may have."""
        for header in (*NAMELESS, OF_ITS_OWN):
            peer = TlsPeer(self.connect(FAR).receive(header)).shake_hands()
            peer.send(b"server:who\n")
            self.assertIn(b"server: error: you have no name", peer.said())
        self.assertEqual({each.session.address for each in self.chat.connections}, {"192.0.2.7"})

    def test_no_metrics(self) -> None:
        """`/metrics` are for those who are known to be here, or in a network that may read them."""
        for header, status in (*((each, 403) for each in NAMELESS), (OF_ITS_OWN, 200)):
            site = make_site(self.chat, Origins(), self.clock, Reached(AnyHost(), (), [ip_network("127.0.0.0/8")]))
            port = make_port(self.chat, site, PortSettings(proxies=[ip_network("127.0.0.1")]), self.clock)
            end = End(port, NEAR).receive(header + b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertEqual(int(end.said().split()[1]), status, header)


class Slow(ListeningCase):
    """Whoever drips, in whichever wire, is gone within a minute of having chosen it."""

    def setUp(self) -> None:
        super().setUp()
        self.port = make_port(self.chat, make_site(self.chat, Origins(), self.clock), self.settings, self.clock)
        self.port.doStart()
        self.addCleanup(self.port.doStop)

    def survived(self, beginning: bytes, drop: bytes) -> int:
        """How many seconds a connection lasts that begins like this, and sends a little more each second."""
        end = self.connect().receive(beginning)
        for second in range(200):
            if end.disconnecting:
                return second
            end.receive(drop)
            self.clock.advance(1)
        return 200

    def test_drips(self) -> None:
        """A header that never ends, a line that never ends, a handshake, and a beginning of one of them."""
        for beginning, drop, limit in (
            (b"GET / HTTP/1.1\r\n", b"X", 60),
            (b"GET / HTTP/1.1\r\n", b"X: y\r\n", 60),
            (b"POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n", b"x", 60),
            (b"hello", b"x", 60),
            (b'{"type":', b" ", 60),
            (b"server:who\n", b"server:who\n", 60),
            (b"\x16\x03\x01\x7f\xff\x01\x00\x7f\xfb\x03\x03", b"\x00", 10),
            (b"UPDATEREDIRECT", b"", 60),
        ):
            self.assertLessEqual(self.survived(beginning, drop), limit, beginning)
