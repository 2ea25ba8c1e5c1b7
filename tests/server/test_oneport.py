"""The port: what the first bytes of a connection decide, however they come."""

from collections.abc import Iterator

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from chat.limits import Limits
from chat.server.oneport import HTTP_STARTS, Beginning, OnePort, PendingConnections
from tests.port import End, Recorder, Recorders

# What each kind of client says first, and who is to have it.
BEGINNINGS = (
    (b"\x16\x03\x01\x02\x00\x01\x00", "tls"),
    (b"\x16\x03\x03\x00\x01", "tls"),
    (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "http"),
    (b"GET http://x/ HTTP/1.1\r\n", "http"),
    (b"POST /rooms/team/messages HTTP/1.1\r\n", "http"),
    (b"HEAD / HTTP/1.0\r\n", "http"),
    (b"OPTIONS * HTTP/1.1\r\n", "http"),
    (b"PROPFIND /x HTTP/1.1\r\n", "http"),
    (b"CONNECT x:443 HTTP/1.1\r\n", "http"),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "http"),
    (b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", "proxy"),
    (b"server:register Alice\r\n", "chat"),
    (b"register Alice\n", "chat"),
    (b'{"type":"join","nickname":"Ann"}\n', "chat"),
    (b'\xef\xbb\xbf{"type":"who"}\n', "chat"),
    (b"\xef\xbb\xbfGET / HTTP/1.1\r\n", "http"),
    (b"\xef\xbb\xbfserver:who\n", "chat"),
    (b"\xef\xbb\n", "chat"),
    (b"GET off my lawn\n", "chat"),
    (b"GETTING there\n", "chat"),
    (b"OPTIONS are many\n", "chat"),
    (b"get / HTTP/1.1\r\n", "chat"),
    (b"\xff\xfb\x1f\xff\xfb\x20", "chat"),
    (b"\r\n\r\nhello\n", "chat"),
    (b"\x16\x01", "chat"),
    (b"PROXIES\n", "chat"),
    (b"\n", "chat"),
    (b"\x00", "chat"),
)


def splits(data: bytes) -> Iterator[tuple[bytes, ...]]:
    """Whole, in two pieces at every place, in three, and byte by byte."""
    yield (data,)
    for at in range(1, len(data)):
        yield data[:at], data[at:]
        yield data[:at], b"", data[at:] if at % 2 else data[at : at + 1], b"" if at % 2 else data[at + 1 :]
    yield tuple(data[at : at + 1] for at in range(len(data)))


class PortCase(SynchronousTestCase):
    """A port with a factory of each kind, on a test's clock."""

    limits = Limits(max_clients=3, turned_away=1)

    def setUp(self) -> None:
        self.clock = Clock()
        self.chat = Recorders("chat")
        self.others = {name: Recorders(name) for name in ("tls", "http", "proxy")}
        rows = [
            Beginning(b"\x16\x03", self.others["tls"]),
            Beginning(b"PROXY ", self.others["proxy"], 8),
            *(Beginning(start, self.others["http"]) for start in HTTP_STARTS),
        ]
        self.connected = 0
        self.pending = PendingConnections(self.limits, lambda: self.connected)
        self.port = OnePort(rows, self.chat, self.pending, clock=self.clock)
        self.port.doStart()

    def connect(self) -> End:
        """A new connection, which says nothing yet."""
        return End(self.port)

    def heir(self, end: End) -> Recorder:
        """Who has the connection; it must be decided."""
        assert isinstance(end.protocol, Recorder), end.protocol
        return end.protocol


class Decisions(PortCase):
    """Each beginning, in all its pieces."""

    def test_every_split(self) -> None:
        """All are decided alike, nothing is lost, said or left running."""
        count = 0
        for data, name in BEGINNINGS:
            for pieces in splits(data):
                end = self.connect().receive(*filter(None, pieces))
                self.assertEqual((self.heir(end).name, self.heir(end).received), (name, data), pieces)
                self.assertEqual((end.value(), len(self.pending)), (b"", 0), pieces)
                count += 1
        self.assertGreater(count, 700)
        self.clock.advance(1000)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_as_late_as_it_likes(self) -> None:
        """A second between any two bytes changes nothing: no time makes chat of a request."""
        for data, name in BEGINNINGS:
            end = self.connect()
            for at in range(min(len(data), 25)):
                end.receive(data[at : at + 1])
                self.clock.advance(1)
            self.assertEqual(self.heir(end).name, name, data)

    def test_every_method(self) -> None:
        """Every way in which a request can begin is one."""
        for start in HTTP_STARTS:
            self.assertEqual(self.heir(self.connect().receive(start)).name, "http", start)

    def test_address(self) -> None:
        """The heir learns whose connection it is."""
        end = self.connect().receive(b"hello\n")
        self.assertEqual(self.heir(end).address, end.getPeer())

    def test_no_heir(self) -> None:
        """Where nobody will have it, it is closed."""
        self.chat.buildProtocol = lambda addr: None  # type: ignore[assignment, method-assign, return-value]
        self.assertTrue(self.connect().receive(b"hello\n").disconnecting)


class Silence(PortCase):
    """Who says nothing."""

    def test_nothing_is_said(self) -> None:
        """It may yet turn out TLS or HTTP, whose clients would take any word for an answer; a minute later, too."""
        for data, name in BEGINNINGS:
            end = self.connect()
            self.clock.pump([1] * 59)
            self.assertEqual(self.heir(end.receive(data)).name, name, data)
            self.assertEqual(end.said(), b"")

    def test_last_words(self) -> None:
        """Whoever never said anything is told why, as it is closed; whoever has begun something is not."""
        self.port.last_words = b"too late\n"
        silent, begun = self.connect(), self.connect().receive(b"GE")
        self.clock.advance(60)
        self.assertEqual((silent.said(), begun.said()), (b"too late\n", b""))
        self.assertTrue(silent.disconnecting and begun.disconnecting)

    def test_what_is_there_is_read_first(self) -> None:
        """After a long turn the reactor makes calls before it reads: what has come by then is not late."""
        end = self.connect()
        self.clock.callLater(60, end.receive, b"GET / HTTP/1.1\r\n")
        self.clock.advance(60)
        self.assertEqual((self.heir(end).name, end.disconnecting), ("http", False))

    def test_mute(self) -> None:
        """A minute, whether nothing comes or a byte now and then that decides nothing."""
        silent, dripping = self.connect(), self.connect().receive(b"VERSION-")
        for byte in b"CONT":
            self.clock.advance(14)
            dripping.receive(bytes([byte]))
        self.assertFalse(silent.disconnecting or dripping.disconnecting)
        self.clock.advance(4)
        self.assertTrue(silent.disconnecting and dripping.disconnecting)
        self.assertEqual(len(self.pending), 0)

    def test_one_timer_each(self) -> None:
        """A thousand connections have no timers of their own."""
        ends = [self.connect() for _ in range(4)]
        self.assertLessEqual(len(self.clock.getDelayedCalls()), 2)
        for end in ends:
            end.lose()
        self.assertEqual(len(self.pending), 0)


class Crowds(PortCase):
    """More than there may be."""

    def test_gives_way(self) -> None:
        """Whoever has been silent the longest makes room: those who speak get in, whoever holds connections open."""
        silent = [self.connect() for _ in range(4)]
        newest = self.connect()
        self.assertEqual([end.disconnecting for end in silent], [True, False, False, False])
        self.assertEqual(self.heir(newest.receive(b"hello\n")).name, "chat")

    def test_nobody_to_give_way(self) -> None:
        """Where all have been decided, the newest is cut at once."""
        self.connected = 4
        self.assertTrue(self.connect().disconnecting)


class Ends(PortCase):
    """Connections that end early."""

    def test_half_closed(self) -> None:
        """`printf GE | nc -N`: what is left of a doubt is none any more, and its heir learns of the end."""
        end = self.connect().receive(b"GE")
        end.half_close()
        self.assertEqual((self.heir(end).received, self.heir(end).ends), (b"GE", ["read"]))

    def test_half_closed_in_silence(self) -> None:
        """Nothing was said, and nothing will be."""
        end = self.connect()
        end.half_close()
        self.assertTrue(end.disconnecting)
        self.assertEqual(self.chat.made, [])

    def test_half_closed_later(self) -> None:
        """Once it is decided the transport asks the heir."""
        end = self.connect().receive(b"hello\n")
        end.half_close()
        self.assertEqual(self.heir(end).ends, ["read"])

    def test_cut_by_its_heir(self) -> None:
        """Who is cut as soon as it is made gets nothing more to read."""
        made: list[Recorder] = []

        class Cutting(Recorder):
            def connectionMade(self) -> None:
                made.append(self)
                self.transport.abortConnection()  # type: ignore[union-attr]

        self.chat.buildProtocol = lambda addr: Cutting("chat", addr)  # type: ignore[method-assign]
        self.connect().receive(b"hello\n")
        self.assertEqual(made[0].received, b"")

    def test_stopped(self) -> None:
        """When the server stops listening, who has said nothing is cut, and no timer is left."""
        end = self.connect()
        self.port.doStop()
        self.assertTrue(end.disconnecting)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_started_with_it(self) -> None:
        """The factories behind it are started and stopped once, however many rows they have."""
        self.assertEqual((self.chat.numPorts, self.others["http"].numPorts), (1, 1))
        self.port.doStop()
        self.assertEqual((self.chat.numPorts, self.others["http"].numPorts), (0, 0))
