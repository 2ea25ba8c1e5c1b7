"""Members of a chat, all connected from this process, on bare sockets and one epoll."""

import errno
import select
import socket
import ssl
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence

import msgspec

from bench.wires import Step, Wire

_CHUNK = 1 << 16
_CONNECTING = (errno.EINPROGRESS, errno.EAGAIN)
# The errors of a socket that has nothing now, or accepts no more. With TLS either may wait for the other.
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
# Closing so leaves no port behind that has to wait a minute.
_LINGER = struct.pack("ii", 1, 0)
# The longest part of an awaited answer that may be at the end of one chunk.
_KEPT = 64


def _trusting() -> ssl.SSLContext:
    """TLS that accepts any certificate: a server that was just started has made its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


_TLS = _trusting()


class LoadError(Exception):
    """The measurement is invalid; the message says why."""


class Place(msgspec.Struct, frozen=True):
    """A member's name and room; None: only the room that all are in."""

    name: str
    room: str | None


class Member:
    """One connection, within TLS if it `is_encrypted`. `received` counts the messages that it has heard."""

    __slots__ = ("began", "descriptor", "name", "received", "socket", "steps", "tail", "unsent")

    def __init__(self, place: Place, steps: Iterator[Step], *, is_encrypted: bool = False) -> None:
        self.name = place.name
        self.steps = deque(steps)
        self.received = 0
        self.tail = b""
        self.unsent = b""
        self.began = time.perf_counter()
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        if is_encrypted:
            # The handshake is made by sending and receiving.
            self.socket = _TLS.wrap_socket(self.socket, do_handshake_on_connect=False)
        self.descriptor = self.socket.fileno()

    def read(self) -> bytes:
        """What has come. Raises LoadError where the server has closed the connection."""
        try:
            return self.socket.recv(_CHUNK) or self._lost("closed the connection")
        except _NOT_NOW:
            return b""
        except OSError as error:
            return self._lost(f"broke the connection: {error.strerror}")

    def is_answered(self) -> bool:
        """Read once. True when what the first of the `steps` waits for has come; then that step is over."""
        heard = self.tail + self.read()
        if self.unsent:
            # It waited for the handshake of TLS, which may be over now.
            self.send(b"")
        if self.steps[0].awaited not in heard:
            self.tail = heard[-_KEPT:]
            return False
        self.tail = b""
        self.steps.popleft()
        return True

    def hear(self, marker: bytes, ending: bytes) -> int:
        """Read once, and say how many messages that were."""
        try:
            data = self.socket.recv(_CHUNK) or self._lost("closed the connection")
        except OSError:
            data = self.read()
        if self.tail:
            data = self.tail + data
        # A marker that is cut in two is counted with its second part.
        self.tail = b"" if data.endswith(ending) else data[1 - len(marker) :]
        count = data.count(marker)
        self.received += count
        return count

    def hear_whole(self, marker: bytes) -> bytes:
        """Read once, and return the messages that are whole, up to the end of the last marker. They are counted."""
        data = self.tail + self.read()
        end = data.rfind(marker) + len(marker)
        if end < len(marker):
            self.tail = data
            return b""
        whole, self.tail = data[:end], data[end:]
        self.received += whole.count(marker)
        return whole

    def send(self, data: bytes) -> bool:
        """Send `data` after what is unsent; False where the socket takes no more now."""
        data = self.unsent + data
        try:
            self.unsent = data[self.socket.send(data) :]
        except _NOT_NOW:
            self.unsent = data
        except OSError as error:
            self._lost(f"broke the connection: {error.strerror}")
        return not self.unsent

    def _lost(self, what: str) -> bytes:
        raise LoadError(f"the server {what} of {self.name}, which had heard {self.received} messages")


class Crowd:
    """The members that are connected to the server at `port`; a context manager. `give_up` is a time."""

    def __init__(self, port: int, wire: Wire, give_up: float) -> None:
        self.members: list[Member] = []
        self.waited: list[float] = []
        self.wire = wire
        self.epoll = select.epoll()
        self.by_descriptor: dict[int, Member] = {}
        self._port = port
        self._give_up = give_up
        self._entering = 0

    def gather(self, places: Sequence[Place], at_once: int) -> None:
        """Connect, register and enter, `at_once` of them at a time. `waited` says how long that took each of them."""
        left = deque(places)
        while left or self._entering:
            while left and self._entering < at_once:
                self._connect(left.popleft())
            self._listen()

    def send(self, member: Member, data: bytes) -> None:
        """Send `data` from `member`, now or when its socket takes it."""
        if not member.send(data):
            self.epoll.modify(member.descriptor, select.EPOLLIN | select.EPOLLOUT)

    def answer(self, member: Member, receipts: Callable[[bytes], bytes]) -> int:
        """Read what has come to `member`, send what `receipts` makes of it, and say how many messages it was."""
        whole = member.hear_whole(self.wire.marker)
        if whole:
            self.send(member, receipts(whole))
        return whole.count(self.wire.marker)

    def flush(self, member: Member) -> None:
        """Send what could not be sent before."""
        if member.send(b""):
            self.epoll.modify(member.descriptor, select.EPOLLIN)

    def listen_for(self, seconds: float) -> None:
        """Read and ignore everything for so long."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self._listen(until - time.perf_counter())

    def check_time(self, what: str) -> None:
        """Raise LoadError if it is time to give up."""
        if time.perf_counter() > self._give_up:
            raise LoadError(f"gave up: {what}")

    def _connect(self, place: Place) -> None:
        member = Member(place, self._steps(place), is_encrypted=self.wire.is_encrypted)
        self.members.append(member)
        self.by_descriptor[member.descriptor] = member
        error = member.socket.connect_ex(("127.0.0.1", self._port))
        if error and error not in _CONNECTING:
            raise LoadError(f"cannot connect {member.name}: {errno.errorcode[error]}")
        self._entering += 1
        self.epoll.register(member.descriptor, select.EPOLLOUT)

    def _steps(self, place: Place) -> Iterator[Step]:
        yield from self.wire.register(place.name)
        if place.room is not None and (step := self.wire.join(place.room, place.name)) is not None:
            yield step

    def _listen(self, seconds: float = 1.0) -> None:
        self.check_time(f"{len(self.members) - self._entering} of the members had come in")
        for descriptor, event in self.epoll.poll(max(seconds, 0)):
            member = self.by_descriptor[descriptor]
            if event & select.EPOLLOUT:
                self.epoll.modify(descriptor, select.EPOLLIN)
                member.send(member.steps[0].said)
            elif member.steps:
                self._hear_answer(member)
            else:
                self._hear_idly(member)

    def _hear_answer(self, member: Member) -> None:
        if not member.is_answered():
            return
        if member.steps:
            member.send(member.steps[0].said)
            return
        self._entering -= 1
        self.waited.append(time.perf_counter() - member.began)

    def _hear_idly(self, member: Member) -> None:
        heard = member.read()
        if self.wire.ping and self.wire.ping in heard:
            member.send(self.wire.pong)

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *_: object) -> None:
        for member in self.members:
            member.socket.close()
        self.epoll.close()
