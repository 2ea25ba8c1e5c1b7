"""The load: messages at the pace of a shape, and a count of those that are heard.

Counting is all that it does with what it hears, so that it costs less than the server. Latency counts from when a
message was due: a server, or a load, that falls behind makes all that follow late.
"""

import select
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from bench.crowd import Crowd, LoadError, Member
from bench.shapes import Shape
from bench.visits import Visits

# This many members measure latency where messages come too fast for all to.
_WATCHED = 20
# poll() may be late by that; the rest of the time is waited for without it.
_POLL_SECONDS = 0.001
# After the measurement everything has to arrive within that.
_ARRIVAL_SECONDS = 30.0


class Sender(Protocol):
    """The part of a crowd that a talk uses."""

    def send(self, member: Member, data: bytes) -> None:
        """Send `data` from `member`, now or when its socket takes it."""


class Talk:
    """What `talker` says to the `hearers`; `line` makes a message of its number. The numbers in `counted` are timed."""

    def __init__(self, crowd: Sender, talker: Member, hearers: Sequence[Member], line: Callable[[int], bytes]) -> None:
        self.hearers = hearers
        self.sent = 0
        self.heard = 0
        self.counted = range(0)
        self._sent_at: list[float] = []
        self._crowd = crowd
        self._talker = talker
        self._line = line

    def say(self, times: Sequence[float]) -> None:
        """Send as many messages as there are `times`, at which they were due."""
        lines = map(self._line, range(self.sent, self.sent + len(times)))
        self.sent += len(times)
        self._sent_at.extend(times)
        self._crowd.send(self._talker, b"".join(lines))

    def waited(self, member: Member, count: int, now: float) -> Iterable[float]:
        """How long the last `count` messages took, which `member` has heard just `now`, as far as they are counted."""
        first = max(member.received - count, self.counted.start)
        return [now - sent_at for sent_at in self._sent_at[first : min(member.received, self.counted.stop)]]

    @property
    def missing(self) -> int:
        """How many deliveries are still to come."""
        return self.sent * len(self.hearers) - self.heard


class Pace(Protocol):
    """When messages are sent."""

    def send(self, talks: Iterable[Talk]) -> float:
        """Send what is to be sent when something came for these; returns the seconds until it wants to again."""


class Windowed:
    """Each talk has `window` messages on their way: there is a new one for each that everybody has heard."""

    def __init__(self, window: int) -> None:
        self._window = window

    def send(self, talks: Iterable[Talk]) -> float:
        """See `Pace.send`."""
        now = time.perf_counter()
        for talk in talks:
            count = talk.heard // len(talk.hearers) + self._window - talk.sent
            if count > 0:
                talk.say([now] * count)
        return 1.0


class Paced:
    """The talks send `rate` messages a second, without waiting for answers. `late`: the delay of each.

    `turns` are the numbers of the talks that send one after the other.
    """

    def __init__(
        self,
        talks: Sequence[Talk],
        rate: float,
        turns: Iterator[int],
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.late: list[float] = []
        self._talks = talks
        self._turns = turns
        self._rate = rate
        self._now = now
        self._began = now()
        self._count = 0

    def send(self, talks: Iterable[Talk]) -> float:
        """See `Pace.send`."""
        now = self._now()
        while (due := self._began + self._count / self._rate) <= now:
            self._talks[next(self._turns)].say([due])
            self.late.append(now - due)
            self._count += 1
        return due - now


class Generator:
    """Talks at the pace of `shape`, among the members of a crowd that is in already, while `visits` are made.

    `waited` is how long messages took that were due in the last `go_on` but `warm_up`, at everybody or some.
    """

    def __init__(
        self, crowd: Crowd, shape: Shape, line_of: Callable[[int], Callable[[int], bytes]], visits: Visits
    ) -> None:
        self.waited: list[float] = []
        self._crowd = crowd
        self._visits = visits
        groups = enumerate(shape.grouped(crowd.members))
        self._talks = [_talk(crowd, group, line_of(number), shape.is_pair(number)) for number, group in groups]
        self._talk_of = {member.descriptor: talk for talk in self._talks for member in talk.hearers}
        hearers = [member for talk in self._talks for member in talk.hearers]
        watched = hearers if shape.rate else hearers[:: max(len(hearers) // _WATCHED, 1)]
        self._watched = {member.descriptor for member in watched}
        self._paced = Paced(self._talks, shape.rate, shape.turns()) if shape.rate else None
        self._pace: Pace = self._paced or Windowed(shape.window)

    @property
    def heard(self) -> int:
        """How many deliveries there have been."""
        return sum(talk.heard for talk in self._talks)

    @property
    def late(self) -> Sequence[float]:
        """How late messages were sent, where there is a rate."""
        return self._paced.late if self._paced else ()

    def go_on(self, seconds: float, *, counts: bool) -> None:
        """Talk for so long. What is due in that time is timed if it `counts`, even if it arrives later."""
        first = [talk.sent for talk in self._talks]
        for talk in self._talks if counts else ():
            talk.counted = range(talk.sent, 1 << 62)
        until = time.perf_counter() + seconds
        rest = self._send(self._talks)
        while (now := time.perf_counter()) < until:
            rest = self._send(self._hear(min(rest, until - now)))
        for talk, start in zip(self._talks, first, strict=True):
            talk.counted = range(start, talk.sent) if counts else range(0)

    def finish(self) -> None:
        """Hear all that is still to come. Raises LoadError where it does not."""
        until = time.perf_counter() + _ARRIVAL_SECONDS
        while (missing := sum(talk.missing for talk in self._talks)) > 0 or self._visits.waiting:
            if time.perf_counter() > until:
                late = f"{missing} deliveries and {self._visits.waiting} answers"
                raise LoadError(f"{late} did not arrive within {_ARRIVAL_SECONDS:g} seconds")
            self._hear(1.0)
        if missing:
            raise LoadError(f"{-missing} deliveries more than there should be")

    def _send(self, talks: Iterable[Talk]) -> float:
        return min(self._pace.send(talks), self._visits.send())

    def _hear(self, seconds: float) -> Iterable[Talk]:
        """Read what comes within so many seconds, and say what talks it belongs to."""
        crowd, talks = self._crowd, set[Talk]()
        marker, ending, receipts = crowd.wire.marker, crowd.wire.ending, crowd.wire.receipts
        for descriptor, event in crowd.epoll.poll(max(seconds - _POLL_SECONDS, 0)):
            member = crowd.by_descriptor[descriptor]
            if event & select.EPOLLOUT:
                crowd.flush(member)
            if descriptor in self._visits.descriptors:
                self._visits.hear(member)
                continue
            count = crowd.answer(member, receipts) if receipts else member.hear(marker, ending)
            if count:
                talk = self._talk_of[descriptor]
                talk.heard += count
                talks.add(talk)
                if descriptor in self._watched:
                    self.waited += talk.waited(member, count, time.perf_counter())
        crowd.check_time("the messages did not come to an end")
        return talks


def _talk(crowd: Crowd, group: Sequence[Member], line: Callable[[int], bytes], is_pair: bool) -> Talk:
    talker, *others = group
    if crowd.wire.acknowledges:
        others = [talker]
    elif crowd.wire.echoes and not is_pair:
        others = [*group]
    return Talk(crowd, talker, others, line)
