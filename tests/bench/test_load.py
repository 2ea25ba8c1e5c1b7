"""The load of `python -m bench`: what it counts, says, and how it keeps time. No server runs here."""

import json
import tempfile
from itertools import islice, repeat
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from bench.crowd import LoadError, Member
from bench.generator import Paced, Talk, Windowed
from bench.irc_servers import ergo_config, inspircd_config, ngircd_config
from bench.mqtt_servers import mosquitto_config
from bench.peers import PEERS, chosen_peers, peer_named
from bench.scenarios import SCENARIOS, chosen
from bench.shapes import MixedDay, Shape
from bench.wires import ACKNOWLEDGED, IRC, LOBBY, MARKER, NDJSON, TEXT, WEBSOCKET
from bench.xmpp_servers import ejabberd_config, prosody_config
from chat.wire.websocket import Deframer
from tests.bench.members import MemberCase, a_member
from tests.web.frames import TEXT as TEXT_FRAME
from tests.web.frames import frame


class Counting(MemberCase):
    """`Member.hear`: markers are counted once, however they come."""

    def test_any_cut(self) -> None:
        """Wherever what comes is cut in two, the same is counted."""
        lines = b"server: m1 joined\nm1: a word %b\nm1: another %b\n" % (MARKER, MARKER)
        messages = [b'{"type":"message","text":"%b %b"}' % (words, MARKER) for words in (b"a word", b"many " * 30)]
        frames = b"".join(frame(TEXT_FRAME, each, mask=None) for each in messages)
        for wire, heard in ((TEXT, lines), (WEBSOCKET, frames)):
            for cut in range(1, len(heard)):
                count = 0
                for part in (heard[:cut], heard[cut:]):
                    self.server.sendall(part)
                    count += self.member.hear(MARKER, wire.ending)
                self.assertEqual(count, 2, (wire.name, cut))

    def test_each_wire(self) -> None:
        """A piece that ends as messages do leaves nothing to remember."""
        for wire in (TEXT, NDJSON, IRC, WEBSOCKET):
            self.server.sendall(wire.marker + wire.ending)
            self.assertEqual((self.member.hear(wire.marker, wire.ending), self.member.tail), (1, b""), wire.name)

    def test_closed(self) -> None:
        """A connection that ends makes the run worthless."""
        self.server.close()
        with self.assertRaisesRegex(LoadError, "closed the connection of m0"):
            self.member.hear(MARKER, b"\n")

    def test_unsent(self) -> None:
        """What the socket does not take is sent later, in its order, and nothing twice."""
        data = b"".join(b"%d " % number for number in range(400_000))
        is_sent = self.member.send(data)
        self.assertFalse(is_sent)
        got = b""
        while not is_sent:
            got += self.server.recv(1 << 20)
            is_sent = self.member.send(b"")
        while len(got) < len(data):
            got += self.server.recv(1 << 20)
        self.assertEqual(got, data)


class RecordingCrowd:
    """Remembers what is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send(self, member: Member, data: bytes) -> None:
        """See `Sender.send`."""
        self.sent += data.split()


class Pacing(SynchronousTestCase):
    """When messages are sent, and from when their time counts."""

    def setUp(self) -> None:
        self.crowd = RecordingCrowd()
        self.members = [a_member() for _ in range(3)]
        for member in self.members:
            self.addCleanup(member.socket.close)
        self.talk = Talk(self.crowd, self.members[0], self.members[1:], lambda number: b"%d\n" % number)

    def test_window(self) -> None:
        """A new message is sent for each that everybody has heard, and none before."""
        pace = Windowed(3)
        pace.send([self.talk])
        self.assertEqual(self.crowd.sent, [b"0", b"1", b"2"])
        self.talk.heard = 1
        pace.send([self.talk])
        self.assertEqual(len(self.crowd.sent), 3)
        self.talk.heard = 5
        pace.send([self.talk])
        self.assertEqual(self.crowd.sent[3:], [b"3", b"4"])
        self.assertEqual(self.talk.missing, 5)

    def test_schedule(self) -> None:
        """Messages are due at their times, also when the load itself was kept from sending them."""
        now = [100.0]
        pace = Paced([self.talk], 10.0, repeat(0), lambda: now[0])
        self.assertAlmostEqual(pace.send([]), 0.1)
        now[0] = 100.35
        self.assertAlmostEqual(pace.send([]), 0.05)
        self.assertEqual(self.crowd.sent, [b"0", b"1", b"2", b"3"])
        for late, expected in zip(pace.late, (0.0, 0.25, 0.15, 0.05), strict=True):
            self.assertAlmostEqual(late, expected)

    def test_time_from_the_schedule(self) -> None:
        """A message that was sent late has taken the time since it was due; what does not count is left out."""
        self.talk.say([1.0, 2.0, 3.0, 4.0])
        self.talk.counted = range(1, 3)
        member = self.members[1]
        member.received = 4
        self.assertEqual(self.talk.waited(member, 4, now=10.0), [8.0, 7.0])
        self.assertEqual(self.talk.waited(member, 1, now=10.0), [])
        member.received = 2
        self.assertEqual(self.talk.waited(member, 2, now=10.0), [8.0])


class Wires(SynchronousTestCase):
    """What the load says."""

    def test_marker_is_said(self) -> None:
        """Whatever is said has the marker, and is one line."""
        text = "hello " + MARKER.decode()
        for wire in (TEXT, NDJSON, IRC):
            for said in (wire.say(LOBBY, text), wire.say("room1", text), wire.tell("m1", text)):
                self.assertEqual((said.count(MARKER), said.count(b"\n")), (1, 1))

    def test_frames(self) -> None:
        """Over WebSocket the same is said as in NDJSON, each time in one whole frame, which is masked."""
        frames, text = Deframer(1000, 1000), "hello " + MARKER.decode()
        for said, line in (
            (WEBSOCKET.say(LOBBY, text), NDJSON.say(LOBBY, text)),
            (WEBSOCKET.tell("m1", text), NDJSON.tell("m1", text)),
            (WEBSOCKET.register("m1")[-1].said, NDJSON.register("m1")[-1].said),
        ):
            self.assertNotIn(MARKER, said)
            frames.feed(said)
            self.assertEqual((frames.pop(), frames.pop()), (line.rstrip(b"\n"), None))
        self.assertIsNone(WEBSOCKET.join(LOBBY, "m1"))

    def test_numbers(self) -> None:
        """What is to be acknowledged has the number of the message as its id."""
        said = ACKNOWLEDGED.tell("m1", "hello") % 7
        self.assertEqual(json.loads(said), {"id": 7, "type": "message", "to": "m1", "text": "hello"})

    def test_configurations(self) -> None:
        """The peers listen where they are told, and slow nobody down."""
        folder = Path("/where/data/is")
        for config, setting in (
            (ngircd_config(4567), "MaxPenaltyTime = 0"),
            (inspircd_config(4567), 'fakelag="no"'),
            (ergo_config(4567, folder, keeps=False), "fakelag:\n  enabled: false"),
            (ergo_config(4567, folder, keeps=True), 'database-path: "/where/data/is/history.sqlite"'),
            (mosquitto_config(4567), "max_queued_messages 0"),
            (prosody_config(4567, folder), 'database = "/where/data/is/prosody.sqlite"'),
            (ejabberd_config(4567, folder), 'sql_database: "/where/data/is/ejabberd.sqlite"'),
        ):
            self.assertIn("4567", config)
            self.assertIn("127.0.0.1", config)
            self.assertIn(setting, config)

    def test_slow_servers(self) -> None:
        """They get few messages at a time, and more time; the others, and what is silent, are as they were."""
        pairs, silent = Shape(members=200, in_pairs=True, window=64), Shape(members=10)
        for shape, window in ((pairs, 2), (Shape(members=500, window=1), 1), (silent, 0)):
            given = PEERS["prosody"].given(shape)
            self.assertEqual((given.window, given.members, given.is_silent), (window, shape.members, not window))
            self.assertGreater(given.seconds, shape.seconds)
            self.assertEqual(PEERS["durable"].given(shape), shape)


class Peers(SynchronousTestCase):
    """Which servers are measured where."""

    def test_chosen(self) -> None:
        """Frames and encryption are measured where their cost shows, slow servers where they come to an end.

        Whoever asks for them gets them anywhere.
        """
        names = ["durable-ws", "memory-tls", "durable-tls", "prosody", "ejabberd"]
        layered = [peer for peer in PEERS.values() if peer.scenarios]
        self.assertEqual([peer.name for peer in layered], names)
        for peer in layered:
            self.assertLessEqual({*peer.scenarios}, {*SCENARIOS})
            self.assertFalse(peer.is_in("latency"))
            (asked,) = chosen_peers([peer.name], ["latency"], is_quick=True)
            self.assertTrue(asked.is_in("latency"))
        everybody, others = [*PEERS.values()], [peer for peer in PEERS.values() if peer not in layered]
        for scenarios, is_quick, expected in (
            (["latency", "big"], False, others),
            (["latency", "storm"], False, everybody),
            (["latency", "storm"], True, others),
            (["room-500-1", "storm"], True, everybody),
        ):
            self.assertEqual(chosen_peers([], scenarios, is_quick=is_quick), expected)

    def test_another_checkout(self) -> None:
        """One of ours may come from another folder, and is measured beside the one that is here."""
        with tempfile.TemporaryDirectory() as folder:
            name = f"memory@{folder}"
            for nobody in (name, "nobody"):
                with self.assertRaises(KeyError):
                    peer_named(nobody)
            Path(folder, "chat").mkdir()
            peer = peer_named(name)
            program, usual = peer.program(Path()), PEERS["memory"].program(Path())
            self.assertEqual((peer.name, program.command), (f"memory@{Path(folder).name}", usual.command))
            self.assertEqual(program.variables["PYTHONPATH"], folder)
            with self.assertRaises(KeyError):
                peer_named(f"ngircd@{folder}")


class Shapes(SynchronousTestCase):
    """Who is where."""

    def test_places(self) -> None:
        """Rooms have their members one after the other; pairs are in no room."""
        rooms = Shape(members=6, rooms=3, window=1)
        self.assertEqual([each.room for each in rooms.places("a")], ["room0"] * 2 + ["room1"] * 2 + ["room2"] * 2)
        pairs = Shape(members=6, in_pairs=True, window=1)
        self.assertEqual((pairs.groups, {each.room for each in pairs.places("a")}), (3, {None}))
        self.assertEqual(len({each.name for each in pairs.places("a") + pairs.places("b")}), 12)

    def test_mixed_day(self) -> None:
        """Rooms by Zipf's law and then pairs; everybody is somewhere, and visitors, who come last, are in no room."""
        day = MixedDay(members=500, rooms=40, rate=50, visitors=10)
        sizes = day.sizes
        self.assertEqual((sum(sizes), len(sizes), min(sizes)), (500, 65, 2))
        self.assertEqual(round(sizes[0] / sizes[1]), 2)
        places = day.places("a")
        groups = day.grouped(places)
        self.assertEqual([len(each) for each in groups], sizes)
        for number, group in enumerate(groups):
            room = None if day.is_pair(number) else f"room{number}"
            self.assertEqual({each.room for each in group}, {room})
        self.assertEqual([each.room for each in places[500:]], [None] * 10)

    def test_turns(self) -> None:
        """Elsewhere all have the same turns; on a mixed day the first room has the most, and pairs a twentieth."""
        pairs = Shape(members=6, in_pairs=True, rate=1)
        self.assertEqual([*islice(pairs.turns(), 4)], [0, 1, 2, 0])
        day = MixedDay(members=500, rooms=40, rate=50)
        turns = [*islice(day.turns(), 10_000)]
        self.assertEqual(turns, [*islice(day.turns(), 10_000)])
        self.assertEqual(round(100 * sum(map(day.is_pair, turns)) / len(turns)), 5)
        self.assertEqual(round(turns.count(0) / turns.count(1)), 2)

    def test_quick(self) -> None:
        """Quick scenarios say how small they are, and none is measured twice."""
        brief = chosen([*SCENARIOS], is_quick=True)
        self.assertEqual(len({each.shape for each in brief}), len(brief))
        self.assertLessEqual(max(each.shape.members for each in brief), 100)
        self.assertIn("a room of 100, 1 in flight", [each.what for each in brief])
