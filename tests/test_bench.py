"""The parts of `python -m bench`: what it counts, how it keeps time, and what it concludes. No server runs here."""

import contextlib
import io
import json
import socket
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from bench.__main__ import main
from bench.crowd import LoadError, Member, Place
from bench.figures import Machine
from bench.generator import Paced, Talk, Windowed
from bench.irc_servers import inspircd_config, ngircd_config
from bench.load import Outcome
from bench.plot import draw
from bench.report import main as report_main
from bench.report import scaled, tables
from bench.results import Described, Report, Run, Summary, summaries
from bench.scenarios import SCENARIOS, chosen
from bench.shapes import Shape
from bench.wires import ACKNOWLEDGED, IRC, LOBBY, MARKER, NDJSON, TEXT


def a_member() -> Member:
    """One that is not connected yet."""
    return Member(Place("m0", None), iter(()))


def outcome(per_second: float, *, own: float = 0.3, server: float = 1.0) -> Outcome:
    """One second of so many deliveries."""
    return Outcome(
        events=int(per_second),
        seconds=1.0,
        server_cpu=server,
        main_cpu=server,
        own_cpu=own,
        p50=1.0,
        p99=2.0,
        most=3.0,
        resident=10_000_000,
        of_a_connection=1000.0,
    )


ROOM = Described("room", "a room", "deliveries/s", 500)


def report_of(*runs: Run, scenario: Described = ROOM) -> Report:
    """What is known of the servers `ours`, `theirs` and `others`, of which the last two are rivals."""
    return Report(
        command=["bench"],
        machine=Machine("a processor", 2, "Linux", "3.11", "3.40", "26.10", 0.0, 0.1),
        pinned="",
        loop="C",
        scenarios=[scenario],
        peers=[Described("ours", ""), *(Described(name, "", is_rival=True) for name in ("theirs", "others"))],
        runs=list(runs),
    )


def runs_of(peer: str, *outcomes: Outcome) -> Sequence[Run]:
    """A run for each outcome."""
    return [Run(scenario="room", peer=peer, round=number, outcome=each) for number, each in enumerate(outcomes)]


class Counting(SynchronousTestCase):
    """`Member.hear`: markers are counted once, however they come."""

    def setUp(self) -> None:
        self.member = a_member()
        self.member.socket.close()
        self.member.socket, self.server = socket.socketpair()
        self.member.socket.setblocking(False)
        self.addCleanup(self.server.close)
        self.addCleanup(self.member.socket.close)

    def test_any_cut(self) -> None:
        """Wherever what comes is cut in two, the same is counted."""
        heard = b"server: m1 joined\nm1: a word %b\nm1: another %b\n" % (MARKER, MARKER)
        for cut in range(1, len(heard)):
            count = 0
            for part in (heard[:cut], heard[cut:]):
                self.server.sendall(part)
                count += self.member.hear(MARKER, TEXT.ending)
            self.assertEqual(count, 2, cut)

    def test_each_wire(self) -> None:
        """A piece that ends as messages do leaves nothing to remember."""
        for wire in (TEXT, NDJSON, IRC):
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
        pace = Paced([self.talk], 10.0, lambda: now[0])
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

    def test_numbers(self) -> None:
        """What is to be acknowledged has the number of the message as its id."""
        said = ACKNOWLEDGED.tell("m1", "hello") % 7
        self.assertEqual(json.loads(said), {"id": 7, "type": "message", "to": "m1", "text": "hello"})

    def test_configurations(self) -> None:
        """The peers listen where they are told, and slow nobody down."""
        for config, setting in ((ngircd_config(4567), "MaxPenaltyTime = 0"), (inspircd_config(4567), 'fakelag="no"')):
            self.assertIn("4567", config)
            self.assertIn("127.0.0.1", config)
            self.assertIn(setting, config)


class Shapes(SynchronousTestCase):
    """Who is where."""

    def test_places(self) -> None:
        """Rooms have their members one after the other; pairs are in no room."""
        rooms = Shape(members=6, rooms=3, window=1)
        self.assertEqual([each.room for each in rooms.places("a")], ["room0"] * 2 + ["room1"] * 2 + ["room2"] * 2)
        pairs = Shape(members=6, in_pairs=True, window=1)
        self.assertEqual((pairs.groups, {each.room for each in pairs.places("a")}), (3, {None}))
        self.assertEqual(len({each.name for each in pairs.places("a") + pairs.places("b")}), 12)

    def test_quick(self) -> None:
        """Quick scenarios say how small they are, and none is measured twice."""
        brief = chosen([*SCENARIOS], is_quick=True)
        self.assertEqual(len({each.shape for each in brief}), len(brief))
        self.assertLessEqual(max(each.shape.members for each in brief), 100)
        self.assertIn("a room of 100, 1 in flight", [each.what for each in brief])


class Conclusions(SynchronousTestCase):
    """Medians, ratios, and when there are none."""

    def summary(self, report: Report, peer: str) -> Summary:
        found = summaries(report, report.scenarios[0])[peer]
        assert isinstance(found, Summary)
        return found

    def test_medians(self) -> None:
        """The median of the rounds, compared with the better of the rivals."""
        report = report_of(
            *runs_of("ours", outcome(900), outcome(100), outcome(400)),
            *runs_of("theirs", outcome(100)),
            *runs_of("others", outcome(200)),
        )
        ours = self.summary(report, "ours")
        self.assertEqual((ours.per_second, ours.ratio), (400, 2.0))
        self.assertEqual(ours.cpu, 1e6 / 400)

    def test_load_was_the_bottleneck(self) -> None:
        """Nothing is concluded from a server that could do more, nor in comparison with one."""
        bound = outcome(500, own=0.99, server=0.5)
        report = report_of(*runs_of("ours", bound), *runs_of("theirs", outcome(100)))
        self.assertEqual((self.summary(report, "ours").is_bound, self.summary(report, "ours").ratio), (True, None))
        self.assertIn("generator-bound", tables(report))
        report = report_of(*runs_of("ours", outcome(500)), *runs_of("theirs", bound))
        self.assertIsNone(self.summary(report, "ours").ratio)

    def test_both_were_busy(self) -> None:
        """A server that has no more to give is measured, however busy the load is."""
        report = report_of(*runs_of("ours", outcome(500, own=0.99, server=0.99)), *runs_of("theirs", outcome(100)))
        self.assertEqual(self.summary(report, "ours").ratio, 5.0)

    def test_same_to_do_for_all(self) -> None:
        """At a rate there is no faster and slower."""
        paced = Described("room", "a room", "deliveries/s", is_paced=True)
        report = report_of(*runs_of("ours", outcome(500)), *runs_of("theirs", outcome(500)), scenario=paced)
        self.assertIsNone(self.summary(report, "ours").ratio)

    def test_failures_are_told(self) -> None:
        """A server that failed or is missing has its line in the table, with the reason."""
        report = report_of(Run(scenario="room", peer="ours", round=1, failed="lost its way"))
        report.missing["theirs"] = "theirs is not installed"
        table = tables(report)
        self.assertRegex(table, r"\| ours +\| – .*lost its way")
        self.assertRegex(table, r"\| theirs +\| – .*missing")
        self.assertIn("theirs is not installed", table)

    def test_scaled(self) -> None:
        """Counts for people."""
        self.assertEqual([scaled(each) for each in (7, 1234, 45_678, 7_654_321)], ["7", "1.2k", "46k", "7.65M"])


class Commands(SynchronousTestCase):
    """What is typed, and what comes of it."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def complaint(self, *arguments: str) -> str:
        said = io.StringIO()
        with contextlib.redirect_stderr(said), self.assertRaises(SystemExit) as ended:
            main(arguments)
        return said.getvalue() or f"{ended.exception.code}\n"

    def test_mistakes(self) -> None:
        """A mistake is told in one line."""
        for arguments in (
            ["--only", "nonsense"],
            ["--peers", "nobody"],
            ["--rounds", "0"],
            ["--what"],
            ["--json", str(self.folder)],
            ["--plot", str(self.folder / "nowhere" / "plot.png")],
            ["--plot", str(self.folder / "plot.txt")],
            ["--data", str(self.folder / "nowhere")],
        ):
            self.assertRegex(self.complaint(*arguments), r"^bench: [^\n]+\n$")

    def test_small_run(self) -> None:
        """Two servers, one scenario; the report can be read again, and put into a document."""
        file, said = self.folder / "bench.json", io.StringIO()
        with contextlib.redirect_stdout(said):
            main(["--quick", "--only", "direct-1", "--peers", "threaded", "loop", "--json", str(file)])
        document = self.folder / "document.md"
        document.write_text("before\n<!-- table: bench -->\nold\n<!-- end -->\nafter\n")
        report_main([str(file), "--into", str(document)])
        self.assertEqual(document.read_text(), f"before\n<!-- table: bench -->\n{said.getvalue()}<!-- end -->\nafter\n")
        runs = json.loads(file.read_bytes())["runs"]
        self.assertEqual(
            [(each["peer"], each["outcome"]["events"] > 0) for each in runs], [("threaded", True), ("loop", True)]
        )

    def test_no_report(self) -> None:
        """A file that is none is told in one line."""
        with self.assertRaisesRegex(SystemExit, "^bench: cannot read [^\n]+$"):
            report_main([str(self.folder / "none")])

    def test_plot(self) -> None:
        """There is a picture where there is something to draw it with; otherwise that is said."""
        file = self.folder / "plot.svg"
        said = draw(report_of(*runs_of("ours", outcome(500))), file)
        self.assertEqual("left out" in said, find_spec("matplotlib") is None)
        self.assertEqual(file.exists(), find_spec("matplotlib") is not None)
