"""A server in memory with two who chat there: nothing that a third one sends may disturb it, or them."""

import json
from collections.abc import Sequence

from twisted.internet.task import Clock
from twisted.logger import ILogObserver, LogEvent, globalLogPublisher
from zope.interface import implementer

from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.server.listening import PortSettings, make_port
from chat.web.origins import Origins
from chat.web.routes import make_site
from tests.fresh import fresh_hub
from tests.port import End


class Line(End):
    """As real ones do, it takes no offence at being paused when it is closing."""

    def pauseProducing(self) -> None:
        """See `IPushProducer.pauseProducing`."""
        if not self.disconnecting:
            super().pauseProducing()

    def resumeProducing(self) -> None:
        """See `IPushProducer.resumeProducing`."""
        if not self.disconnecting:
            super().resumeProducing()


@implementer(ILogObserver)
class Target:
    """Takes one input after the other. `faults` are what went wrong, as sentences."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.faults: list[str] = []
        # What was said long ago is not to be brought back with each input.
        self.factory = ChatFactory(fresh_hub(Limits(kept_messages=200), self.clock.seconds), self.clock)
        self.site = make_site(self.factory, Origins(), self.clock)
        self._port = make_port(self.factory, self.site, PortSettings(), self.clock)
        self._port.doStart()
        self._bob = End(self._port).receive(b"server:register Bob\n")
        self._ann = End(self._port).receive(b'{"type":"join","nickname":"Ann"}\n{"type":"join","room":"team"}\n')
        self._number = 0
        globalLogPublisher.addObserver(self)

    def __call__(self, event: LogEvent) -> None:
        """Note a fault that was logged."""
        if "log_failure" in event or event.get("isError"):
            self.faults.append(str(event.get("log_failure", event.get("log_format"))))

    def close(self) -> None:
        """Look no more."""
        globalLogPublisher.removeObserver(self)

    def feed(self, chunks: Sequence[bytes]) -> None:
        """A connection on which these chunks come, some time passes, and that is lost."""
        line = Line(self._port)
        line.receive(*chunks)
        self.clock.advance(0.5)
        line.lose()
        self._look_after()

    def _look_after(self) -> None:
        """Nobody is left, the two still hear each other, and nothing that they read moves a cursor."""
        self._number += 1
        self._bob.receive(f"all:number {self._number}\n".encode())
        self._ann.receive(b'{"type":"message","text":"to Bob","to":"Bob"}\n')
        lines = self._bob.said().decode().split("\n")
        if not any("Ann: to Bob" in line for line in lines):
            self.faults.append("Bob does not hear Ann")
        self.faults += [f"Bob reads {line!r}" for line in lines if line and not _is_harmless(line)]
        pushes = [json.loads(line) for line in self._ann.said().splitlines()]
        if not any(push.get("text") == f"number {self._number}" for push in pushes):
            self.faults.append("Ann does not hear Bob")
        if len(self.factory.connections) != 2 or self.site.channels:
            self.faults.append(f"left behind: {list(self.factory.connections)[2:]}, {list(self.site.channels)}")


def _is_harmless(line: str) -> bool:
    return all(character.isprintable() or character in "\u200d\r" for character in line)
