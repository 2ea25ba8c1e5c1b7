"""A transport that writes at once: the same bytes in the same order as Twisted's own, sooner."""

import contextlib
import socket
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.interfaces import IPullProducer, IPushProducer, IReactorFDSet
from twisted.internet.protocol import Protocol, ServerFactory, connectionDone
from twisted.internet.task import Clock
from twisted.internet.tcp import Port, Server
from twisted.internet.unix import Port as UnixPort
from twisted.internet.unix import Server as UnixServer
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from chat.net.tcp import CORK, EagerServer, write_eagerly


class Reactor(Clock):
    """Knows who wants to read and write, and lets them when told."""

    def __init__(self) -> None:
        super().__init__()
        self.readers: set[object] = set()
        self.writers: set[object] = set()

    def addReader(self, reader: object) -> None:
        """See `IReactorFDSet.addReader`."""
        self.readers.add(reader)

    def addWriter(self, writer: object) -> None:
        """See `IReactorFDSet.addWriter`."""
        self.writers.add(writer)

    def removeReader(self, reader: object) -> None:
        """See `IReactorFDSet.removeReader`."""
        self.readers.discard(reader)

    def removeWriter(self, writer: object) -> None:
        """See `IReactorFDSet.removeWriter`."""
        self.writers.discard(writer)


class Recorder(Protocol):
    """Notes how it ends."""

    def __init__(self) -> None:
        self.ends: list[Failure] = []

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.ends.append(reason)


@implementer(IPushProducer)
class Pushing:
    """Notes when it is to pause."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def pauseProducing(self) -> None:
        """See `IPushProducer.pauseProducing`."""
        self.calls.append("pause")

    def resumeProducing(self) -> None:
        """See `IPushProducer.resumeProducing`."""
        self.calls.append("resume")

    def stopProducing(self) -> None:
        """See `IProducer.stopProducing`."""
        self.calls.append("stop")


@implementer(IPullProducer)
class Pulling:
    """Has three pieces."""

    def __init__(self, transport: Server) -> None:
        self._transport = transport
        self._pieces = [b"a", b"b", b"c"]

    def resumeProducing(self) -> None:
        """See `IPullProducer.resumeProducing`."""
        if self._pieces:
            self._transport.write(self._pieces.pop(0))
        else:
            self._transport.unregisterProducer()

    def stopProducing(self) -> None:
        """See `IProducer.stopProducing`."""


class EagerCase(SynchronousTestCase):
    """One end is the transport, on a reactor of ours, the other a plain socket."""

    kind: type[Server] = EagerServer

    def setUp(self) -> None:
        self.open()

    def open(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.peer = socket.create_connection(listening.getsockname(), 5)
            accepted, address = listening.accept()
        self.addCleanup(self.peer.close)
        self.addCleanup(accepted.close)
        accepted.setblocking(False)
        self.peer.setblocking(False)
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        # A port would have it from `write_eagerly`.
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reactor = Reactor()
        self.protocol = Recorder()
        reactor = cast("IReactorFDSet", self.reactor)
        self.transport = self.kind(accepted, self.protocol, address, None, 1, reactor)  # type: ignore[arg-type]
        self.protocol.makeConnection(self.transport)

    def read(self) -> bytes:
        """What has arrived."""
        parts = []
        with contextlib.suppress(BlockingIOError):
            while part := self.peer.recv(1 << 20):
                parts.append(part)
        return b"".join(parts)

    def turn(self) -> None:
        """The reactor finds that the socket can be written."""
        for writer in list(self.reactor.writers):
            result = cast("Server", writer).doWrite()
            if result is not None:
                self.reactor.removeWriter(writer)
                self.transport.connectionLost(
                    Failure(result if isinstance(result, Exception) else connectionDone.value)
                )
        self.reactor.advance(0)

    def drain(self) -> bytes:
        """Read until all is there."""
        found = self.read()
        while self.reactor.writers:
            self.turn()
            found += self.read()
        return found + self.read()

    def fill(self) -> int:
        """Write until the socket takes no more; how much that was."""
        size = 0
        while not self.reactor.writers:
            self.transport.write(b"x" * 10_000)
            size += 10_000
        return size


class AtOnce(EagerCase):
    """What sets it apart."""

    def test_at_once(self) -> None:
        """What is written is there when `write` returns, and the reactor has nothing to do."""
        for data in (b"a", b"", b"bc"):
            self.transport.write(data)
        self.assertEqual(self.read(), b"abc")
        self.assertEqual(self.reactor.writers, set())

    @given(st.lists(st.one_of(st.integers(0, 30_000), st.none()), max_size=30))
    @settings(deadline=None, max_examples=50)
    def test_any_sizes(self, steps: list[int | None]) -> None:
        """Whatever is written, and whenever the peer reads (None): all of it arrives, in order."""
        self.open()
        written, found = b"", b""
        for number, size in enumerate(steps):
            if size is None:
                self.turn()
                found += self.read()
            else:
                data = bytes([number % 256]) * size
                written += data
                self.transport.write(data)
        self.assertEqual(found + self.drain(), written)


class Corked(EagerCase):
    """What is written while the cork is in leaves in one piece."""

    def setUp(self) -> None:
        super().setUp()
        CORK.cork()
        self.addCleanup(CORK.uncork)

    def test_in_one_piece(self) -> None:
        """Nothing is there before the cork is drawn; then everything is, and the reactor has nothing to do."""
        for data in (b"a", b"", b"bc"):
            self.transport.write(data)
        self.assertEqual(self.read(), b"")
        CORK.uncork()
        self.assertEqual(self.read(), b"abc")
        self.assertEqual(self.reactor.writers, set())
        self.transport.write(b"d")
        self.assertEqual(self.read(), b"d")

    def test_much(self) -> None:
        """Far more than the transport's buffer is left to the reactor, which pauses whoever writes it."""
        producer = Pushing()
        self.transport.registerProducer(producer, True)
        size = 0
        while not producer.calls:
            self.transport.write(b"x" * 10_000)
            size += 10_000
        self.assertLess(size, self.transport.bufferSize + 20_001)
        self.transport.write(b"end")
        CORK.uncork()
        self.assertEqual(self.drain(), b"x" * size + b"end")
        self.assertEqual(producer.calls[-1], "resume")

    def test_behind_others(self) -> None:
        """What was written before goes first."""
        CORK.uncork()
        size = self.fill()
        CORK.cork()
        self.transport.write(b"a")
        self.turn()
        self.transport.write(b"b")
        CORK.uncork()
        self.assertEqual(self.drain(), b"x" * size + b"ab")

    def test_ends(self) -> None:
        """A connection that closes sends it first; one that is cut does not."""
        self.transport.write(b"bye")
        self.transport.loseConnection()
        CORK.uncork()
        self.assertEqual(self.drain(), b"bye")
        self.assertEqual(len(self.protocol.ends), 1)
        self.open()
        CORK.cork()
        self.transport.write(b"bye")
        self.transport.abortConnection()
        CORK.uncork()
        self.assertEqual((self.drain(), self.reactor.writers), (b"", set()))

    def test_half_close(self) -> None:
        """The end of the output comes behind it."""
        self.transport.write(b"a")
        self.transport.loseWriteConnection()
        self.transport.write(b"b")
        CORK.uncork()
        self.assertEqual(self.drain(), b"ab")


class Writing(EagerCase):
    """What is written."""

    def test_full(self) -> None:
        """What the socket does not take waits, and what comes after it waits behind it."""
        size = self.fill()
        self.transport.write(b"end")
        self.assertEqual(self.drain(), b"x" * size + b"end")
        self.transport.write(b"again")
        self.assertEqual(self.drain(), b"again")

    def test_sequence(self) -> None:
        """`writeSequence` keeps the order, too."""
        self.transport.write(b"a")
        self.transport.writeSequence([b"b", b"c"])
        self.transport.write(b"d")
        self.assertEqual(self.drain(), b"abcd")

    def test_text_is_refused(self) -> None:
        """As Twisted does."""
        self.assertRaises(TypeError, self.transport.write, "text")


class Producing(EagerCase):
    """Producers mean what they always mean."""

    def test_push(self) -> None:
        """One is paused when too much waits, and resumed when it has left."""
        producer = Pushing()
        self.transport.registerProducer(producer, True)
        self.transport.write(b"a")
        self.assertEqual(producer.calls, [])
        self.fill()
        while "pause" not in producer.calls:
            self.transport.write(b"x" * 10_000)
        self.drain()
        self.assertEqual(producer.calls, ["pause", "resume"])

    def test_pull(self) -> None:
        """One that is asked for each piece gives all of them."""
        self.transport.registerProducer(Pulling(self.transport), False)
        self.assertEqual(self.drain(), b"abc")


class Ending(EagerCase):
    """The end of a connection."""

    def test_lose(self) -> None:
        """What was written leaves before."""
        size = self.fill()
        self.transport.loseConnection()
        self.assertEqual(self.drain(), b"x" * size)
        self.assertEqual(len(self.protocol.ends), 1)

    def test_lose_at_once(self) -> None:
        """With nothing waiting, too."""
        self.transport.write(b"bye")
        self.transport.loseConnection()
        self.assertEqual(self.drain(), b"bye")
        self.assertEqual(len(self.protocol.ends), 1)

    def test_abort(self) -> None:
        """Nothing is written any more."""
        self.transport.abortConnection()
        self.transport.write(b"late")
        self.assertEqual(self.protocol.ends, [])
        self.reactor.advance(0)
        self.assertEqual(len(self.protocol.ends), 1)
        self.transport.write(b"later")

    def test_half_close(self) -> None:
        """After the end of output nothing follows it."""
        self.transport.write(b"a")
        self.transport.loseWriteConnection()
        self.transport.write(b"b")
        self.turn()
        self.transport.write(b"c")
        self.assertEqual(self.drain(), b"ab")

    def test_broken(self) -> None:
        """A peer that is gone is no exception in the middle of what others are told; the reactor finds out."""
        self.peer.close()
        self.transport.write(b"anybody there?")
        self.turn()
        for _ in range(10):
            self.transport.write(b"anybody there?")
        self.assertEqual(self.protocol.ends, [])
        self.turn()
        self.assertEqual(len(self.protocol.ends), 1)


class OrdinaryWriting(Writing):
    """Twisted's own transport does the same."""

    kind = Server


class OrdinaryProducing(Producing):
    """Twisted's own transport does the same."""

    kind = Server


class OrdinaryEnding(Ending):
    """Twisted's own transport does the same."""

    kind = Server


class Listening(SynchronousTestCase):
    """Which connections write at once."""

    def test_tcp(self) -> None:
        """Those of a TCP port, at once and without waiting for more; other ports stay as they are."""
        port = Port(0, ServerFactory(), interface="127.0.0.1", reactor=Reactor())
        port.startListening()
        self.addCleanup(port.socket.close)
        write_eagerly(port)
        self.assertIs(port.transport, EagerServer)
        with socket.create_connection(port.socket.getsockname(), 5), port.socket.accept()[0] as accepted:
            self.assertTrue(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        local = UnixPort(b"/nowhere", ServerFactory(), reactor=Reactor())
        write_eagerly(local)
        self.assertIs(local.transport, UnixServer)
