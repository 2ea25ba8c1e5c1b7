"""Visitors of a mixed day: when they take their steps, and what they wait for. No server runs here."""

import socket

from twisted.trial.unittest import SynchronousTestCase

from bench.crowd import Member, Place
from bench.mqtt import MQTT
from bench.visits import Visits
from bench.wires import ACKNOWLEDGED, IRC, NDJSON, TEXT, WEBSOCKET, Step
from bench.xmpp import XMPP


def visit(room: str, name: str, word: str) -> list[Step]:
    """Two steps."""
    return [Step(f"enter {room} {name} {word}\n".encode(), b"entered"), Step(b"leave\n", b"left")]


class Visitors(SynchronousTestCase):
    """One visitor, whose server is this test."""

    def setUp(self) -> None:
        self.visitor = Member(Place("v0", None), iter(()))
        self.visitor.socket.close()
        self.visitor.socket, self.server = socket.socketpair()
        for each in (self.visitor.socket, self.server):
            each.setblocking(False)
            self.addCleanup(each.close)
        self.now = 0.0
        self.visits = Visits([self.visitor], visit, ["room0"], ["word"], lambda: self.now)

    def later(self, seconds: float) -> float:
        self.now += seconds
        return self.visits.send()

    def test_steps(self) -> None:
        """A step is made when its time has come and the one before it is answered."""
        self.assertEqual(self.visits.descriptors, {self.visitor.descriptor})
        self.assertAlmostEqual(self.later(0), 0.1)
        self.assertEqual(self.server.recv(100), b"enter room0 v0 word\n")
        self.later(0.1)
        self.assertRaises(BlockingIOError, self.server.recv, 100)
        self.assertEqual((self.visits.done, self.visits.waiting), (0, 1))
        for part in (b"somebody said something, ent", b"ered"):
            self.server.send(part)
            self.visits.hear(self.visitor)
        self.assertEqual((self.visits.done, self.visits.waiting), (1, 0))
        self.later(0.1)
        self.assertEqual(self.server.recv(100), b"leave\n")
        self.server.send(b"left")
        self.visits.hear(self.visitor)
        self.later(0.1)
        self.assertEqual(self.server.recv(100), b"enter room0 v0 word\n")

    def test_overheard(self) -> None:
        """What comes to somebody who waits for nothing is read, and means nothing."""
        self.server.send(b"entered")
        self.visits.hear(self.visitor)
        self.assertEqual((self.visits.done, self.visits.waiting), (0, 0))

    def test_nobody(self) -> None:
        """Where nobody visits, nothing is due."""
        visits = Visits([], visit, ["room0"], ["word"], lambda: self.now)
        self.assertEqual(visits.send(), 1.0)
        self.assertFalse(visits.descriptors)

    def test_each_wire(self) -> None:
        """On every wire a visit begins with entering the room, and goes on."""
        for wire in (TEXT, NDJSON, ACKNOWLEDGED, WEBSOCKET, IRC, XMPP, MQTT):
            steps = wire.visit("room7", "v0", "word")
            self.assertGreaterEqual(len(steps), 2, wire.name)
            self.assertEqual(len({step.said for step in steps}), len(steps), wire.name)
