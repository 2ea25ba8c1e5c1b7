"""What rooms and accounts cost that are only kept: a start with them, their memory, and a message among them.

The whole server is in this process but for its sockets: lines come in and go out, and the store is on the disk.
"""

import gc
import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random

from twisted.internet.testing import StringTransport

from bench.corpus import Vocabulary, room_of, zipf
from bench.figures import timed
from bench.growth import Figures
from bench.in_process import Nobody, OpenStore
from bench.processes import resident_bytes
from bench.questions import evict
from bench.synthetic import ROOMS_EACH, make_accounts, make_rooms, owner_of
from chat.accounts.tokens import digest
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.server.factory import make_accounts as accounts_on
from chat.server.protocol import ChatProtocol

# What there is of rooms where accounts grow, and of accounts where rooms do: all of the first owners have one.
FEW_ROOMS = 1000
FEW_ACCOUNTS = FEW_ROOMS // ROOMS_EACH
# Messages that are on their way at once.
_IN_FLIGHT = 64
_LIMITS = Limits(lines_per_second=0, address_connections=100_000)


def measure_rooms(folder: Path, rooms: int, messages: int) -> Figures:
    """Measure a server with so many rooms, in an empty folder. Called in a new process."""
    return _measure(folder, rooms, FEW_ACCOUNTS, messages, rooms)


def measure_accounts(folder: Path, accounts: int, messages: int) -> Figures:
    """Measure a server with so many accounts, in an empty folder. Called in a new process."""
    return _measure(folder, FEW_ROOMS, accounts, messages, accounts)


class _Client(StringTransport):
    """One connection, of which only the answers are counted."""

    def __init__(self, chat: ChatFactory) -> None:
        super().__init__()
        self.answers = 0
        self._protocol: ChatProtocol = chat.buildProtocol(None)
        self._protocol.makeConnection(self)

    def write(self, data: bytes) -> None:
        """The server says something. Raises AssertionError where it refuses what it was asked."""
        assert b'"type":"error"' not in data, data
        self.answers += data.count(b'{"type":"ack"')

    def ask(self, **request: object) -> None:
        """Send one request."""
        self._protocol.dataReceived(json.dumps(request).encode() + b"\n")


class _Server:
    """A server on the store of a folder, and its clients."""

    def __init__(self, folder: Path) -> None:
        self.opened = OpenStore(folder, None, limits=_LIMITS)
        self.store = self.opened.store
        self._chat = ChatFactory(Hub(self.store, accounts_on(self.store.accounts, _LIMITS), _LIMITS))
        self.clients: list[_Client] = []

    def ask(self, client: _Client, **request: object) -> None:
        """Have a client ask something, and wait for the answer."""
        before = client.answers
        client.ask(**request)
        self.opened.do_until(lambda: client.answers > before)

    def come_in(self, **request: object) -> _Client:
        """One more client, who asks to come in like this."""
        client = _Client(self._chat)
        self.clients.append(client)
        self.ask(client, type="join", **request)
        return client


def _measure(folder: Path, rooms: int, accounts: int, messages: int, count: int) -> Figures:
    make_rooms(folder, rooms)
    make_accounts(folder, accounts)
    database = folder / "chat.db"
    disk, took = database.stat().st_size, list[float]()
    evict(database)
    with timed(took), OpenStore(folder, Nobody()):
        pass
    server, before = _Server(folder), resident_bytes(os.getpid())
    with ExitStack() as stack:
        with timed(took):
            stack.enter_context(server.opened)
        # As `chat/tap.py` does: the collector does not look at what is there at the start.
        gc.freeze()
        grown = resident_bytes(os.getpid()) - before
        return {
            "disk, MB": [disk / 1e6],
            "start, ms": took[::-1],
            "memory, MB": [grown / 1e6],
            "bytes each": [grown / count],
            "come back, µs": [_came_back(server)],
            **_said(server, rooms, messages),
        }


def _came_back(server: _Server) -> float:
    """Microseconds of processor for an account with a token that comes back into its ten rooms."""
    for number in range(FEW_ACCOUNTS):
        account = server.opened.answer(server.store.accounts.find(owner_of(number * ROOMS_EACH)))
        assert account is not None
        added = server.store.accounts.add_token(digest(account.key), account, time.time() + 1000, 1)
        server.opened.answer(added)
    began = time.process_time()
    for number in range(FEW_ACCOUNTS):
        server.come_in(nickname=owner_of(number * ROOMS_EACH), token=owner_of(number * ROOMS_EACH))
    return (time.process_time() - began) / FEW_ACCOUNTS * 1e6


def _said(server: _Server, rooms: int, messages: int) -> Figures:
    """Microseconds of processor for a message: first those of the reactor's thread, then those of all others."""
    random, text = Random(2), Vocabulary(Random(1)).text
    chosen = random.choices(range(rooms), cum_weights=zipf(rooms), k=messages)
    speakers = _seated(server, [*dict.fromkeys(chosen)])
    texts = [text() for _ in chosen]
    own, everything = time.thread_time(), time.process_time()
    for first in range(0, messages, _IN_FLIGHT):
        for number in range(first, min(first + _IN_FLIGHT, messages)):
            room = chosen[number]
            speakers[room].ask(type="message", room=room_of(room), text=texts[number], id=number)
        server.opened.do_until(lambda: not server.store.state().unwritten)
    own, everything = time.thread_time() - own, time.process_time() - everything
    return {"said, µs": [own / messages * 1e6, (everything - own) / messages * 1e6], "in rooms": [len(speakers)]}


def _seated(server: _Server, rooms: Sequence[int]) -> Mapping[int, _Client]:
    """Have guests enter these rooms, as many each as one may be in; by room, the guest who is there."""
    speakers: dict[int, _Client] = {}
    for first in range(0, len(rooms), _LIMITS.rooms_per_session):
        guest = server.come_in(nickname=f"guest{first}")
        for room in rooms[first : first + _LIMITS.rooms_per_session]:
            server.ask(guest, type="join", room=room_of(room))
            speakers[room] = guest
    return speakers
