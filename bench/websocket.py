"""The cost of frames beside lines: `python -m bench.websocket`. One process, no sockets, no disk; the best round."""

import time
import tracemalloc
from collections.abc import Callable

from twisted.internet.testing import StringTransport

from chat.events import Message
from chat.interfaces import Batch, Codec
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.server.protocol import ChatProtocol
from chat.web.websocket import WebSocketProtocol
from chat.wire import NDJSON, WEBSOCKET
from tests.fresh import fresh_hub
from tests.web.frames import text

_MESSAGES = 2_000
_AT_ONCE = 50
_ROUNDS = 9
_CONNECTIONS = 500

Take = Callable[[ChatFactory], ChatProtocol]
Say = Callable[[str], bytes]


def main() -> None:
    """Print a row for each way to speak."""
    for codec, take, say in ((NDJSON, _lines, _line), (WEBSOCKET, _frames, text)):
        cost, size, once = _inbound(take, say), _held(take, say), _encoded(codec)
        print(f"{codec.name}: {cost:.1f} µs for a message that comes and its ack, {once:.2f} µs to encode one for all,")
        print(f"    {size / 1024:.1f} KiB for a connection, with its session and the user")


def _lines(factory: ChatFactory) -> ChatProtocol:
    return factory.buildProtocol(None)


def _frames(factory: ChatFactory) -> ChatProtocol:
    return WebSocketProtocol(factory, factory.next_number(), None, b"")


def _line(said: str) -> bytes:
    return f"{said}\n".encode()


def _joined(factory: ChatFactory, take: Take, say: Say, name: str) -> tuple[ChatProtocol, StringTransport]:
    protocol, transport = take(factory), StringTransport()
    protocol.makeConnection(transport)
    protocol.dataReceived(say(f'{{"type":"join","nickname":"{name}"}}'))
    transport.clear()
    return protocol, transport


def _inbound(take: Take, say: Say) -> float:
    """Microseconds for a message of 60 characters; so many come at once."""
    protocol, transport = _joined(ChatFactory(fresh_hub(Limits(), time.time)), take, say, "Ann")
    chunk = say('{"type":"message","text":"' + "x" * 60 + '"}') * _AT_ONCE

    def talk() -> None:
        for _ in range(_MESSAGES // _AT_ONCE):
            protocol.dataReceived(chunk)
            transport.clear()

    return _best(talk)


def _encoded(codec: Codec) -> float:
    """Microseconds to make the bytes of a message, which everybody gets."""
    batch = [Message(room="team", place="team", sender="Ann", seq=n, sent_at=1e9, text="x" * 60) for n in range(100)]

    def encode() -> None:
        for _ in range(_MESSAGES // len(batch)):
            Batch(*batch).encoded(codec)

    return _best(encode)


def _best(work: Callable[[], None]) -> float:
    rounds = []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        work()
        rounds.append(time.process_time() - begun)
    return min(rounds) / _MESSAGES * 1e6


def _held(take: Take, say: Say) -> float:
    """Bytes of Python's memory for a connection that has a name, without its transport."""
    factory = ChatFactory(fresh_hub(Limits(), time.time))
    _joined(factory, take, say, "First")
    transports = [StringTransport() for _ in range(_CONNECTIONS)]
    tracemalloc.start()
    protocols = [take(factory) for _ in transports]
    for number, (protocol, transport) in enumerate(zip(protocols, transports, strict=True)):
        protocol.makeConnection(transport)
        protocol.dataReceived(say(f'{{"type":"join","nickname":"n{number}"}}'))
        transport.clear()
        for other in transports[:number]:
            other.clear()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / _CONNECTIONS


if __name__ == "__main__":
    main()
