"""The load: many clients in one process of its own, on bare sockets, that costs little beside what it measures.

`python -m bench.load PLAN` (JSON) connects, registers and enters rooms; then the clock starts, and it sends what was
encoded before. It prints its `Outcome` (JSON).
"""

import os
import select
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import msgspec

from bench.client import Client, Plan, fail
from bench.corpus import Vocabulary
from bench.figures import percentile

_TICKS = os.sysconf("SC_CLK_TCK")


class Outcome(msgspec.Struct, frozen=True):
    """`seconds` from the first message to the last acknowledgement, and the processor time of all in them.

    That is of this process, of the server's reactor thread, and of its other threads. The milliseconds count from when
    a message was due: `p50`, `p99` and `most` to its acknowledgement, `late` to when it was sent. 0 without a rate.
    """

    seconds: float
    own_cpu: float
    reactor_cpu: float
    other_cpu: float
    p50: float = 0.0
    p99: float = 0.0
    most: float = 0.0
    late: float = 0.0


class Load:
    """The clients of a plan, and what they wait for."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._clients = [Client(plan, number) for number in range(plan.clients)]
        self._by_descriptor = {client.socket.fileno(): client for client in self._clients}
        self._epoll = select.epoll()
        self._full: set[Client] = set()
        self._give_up = time.monotonic() + plan.seconds
        self._waited: list[float] = []
        self._late: list[float] = []

    def run(self) -> Outcome:
        """Do what the plan says."""
        texts = Vocabulary(Random(3))
        for client in self._clients:
            client.introduce()
            client.prepare(texts)
            self._epoll.register(client.socket, select.EPOLLIN)
        (reactor, others), own = _cpu_of(self._plan.server), time.process_time()
        began = time.perf_counter()
        if self._plan.rate is None:
            self._send_on_acknowledgement()
        else:
            self._send_at(self._plan.rate)
        took, own = time.perf_counter() - began, time.process_time() - own
        reactor_after, others_after = _cpu_of(self._plan.server)
        for client in self._clients:
            client.check()
        return Outcome(took, own, reactor_after - reactor, others_after - others, *self._latencies())

    def _latencies(self) -> Sequence[float]:
        if not self._waited:
            return ()
        found = (percentile(self._waited, 0.5), percentile(self._waited, 0.99), max(self._waited))
        return [1000 * seconds for seconds in (*found, percentile(self._late, 0.99))]

    def _send_on_acknowledgement(self) -> None:
        left, window = self._plan.messages, self._plan.window
        for client in self._clients:
            self._allow(client, window)
        while left:
            for client in self._readable(1.0):
                left -= client.receive()
                self._allow(client, client.acknowledged + window)

    def _send_at(self, rate: float) -> None:
        total, clients, count = self._plan.messages, self._clients, self._plan.clients
        began, sent, arrived = time.perf_counter(), 0, 0
        while arrived < total:
            due = min(total, int((time.perf_counter() - began) * rate) + 1)
            while sent < due:
                self._allow(clients[sent % count], sent // count + 1)
                self._late.append(time.perf_counter() - began - sent / rate)
                sent += 1
            rest = began + sent / rate - time.perf_counter() if sent < total else 1.0
            for client in self._readable(max(rest, 0.0)):
                first = client.acknowledged
                arrived += client.receive()
                now = time.perf_counter() - began
                self._waited += [
                    now - (place * count + client.number) / rate for place in range(first, client.acknowledged)
                ]

    def _readable(self, seconds: float) -> Sequence[Client]:
        """Those that something came for, within so many seconds; the others go on sending where they can."""
        if time.monotonic() > self._give_up:
            fail(f"not done after {self._plan.seconds:g} seconds")
        readable = []
        for descriptor, event in self._epoll.poll(seconds):
            client = self._by_descriptor[descriptor]
            if event & select.EPOLLOUT and client.flush():
                self._full.discard(client)
                self._epoll.modify(client.socket, select.EPOLLIN)
            if event & ~select.EPOLLOUT:
                readable.append(client)
        return readable

    def _allow(self, client: Client, count: int) -> None:
        if not client.allow(count) and client not in self._full:
            self._full.add(client)
            self._epoll.modify(client.socket, select.EPOLLIN | select.EPOLLOUT)


def _cpu_of(process: int) -> tuple[float, float]:
    """The processor seconds of a process's first thread, and of its others."""
    first = others = 0.0
    for task in Path(f"/proc/{process}/task").iterdir():
        fields = (task / "stat").read_text().rpartition(")")[2].split()
        seconds = (int(fields[11]) + int(fields[12])) / _TICKS
        if int(task.name) == process:
            first += seconds
        else:
            others += seconds
    return first, others


if __name__ == "__main__":
    print(msgspec.json.encode(Load(msgspec.json.decode(sys.argv[1], type=Plan)).run()).decode())
