"""What `python -m bench` concludes, and its command."""

import argparse
import contextlib
import io
import json
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import msgspec
from twisted.trial.unittest import SynchronousTestCase

from bench.__main__ import Benchmark, main
from bench.figures import Machine
from bench.load import Outcome
from bench.peers import Peer
from bench.plot import draw
from bench.processes import Program
from bench.programs import MissingError
from bench.report import main as report_main
from bench.report import read, scaled, tables
from bench.results import Described, Report, Run, Summary, summaries
from bench.scenarios import chosen
from bench.side_by_side import side_by_side
from bench.wires import TEXT
from tests.running import ROOT


def outcome(per_second: float, *, own: float = 0.3, server: float = 1.0, others: float = 0.0) -> Outcome:
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
        others=others,
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

    def test_noise_is_told(self) -> None:
        """Where other programs were at work, the row says so."""
        self.assertNotIn("other programs", tables(report_of(*runs_of("ours", outcome(500, others=0.05)))))
        noisy = tables(report_of(*runs_of("ours", outcome(500, others=0.7))))
        self.assertIn("other programs took 0.7 processors", noisy)

    def test_failures_are_told(self) -> None:
        """A server that failed or is missing has its line in the table, with the reason."""
        report = report_of(Run(scenario="room", peer="ours", round=1, failed="lost its way"))
        report.missing["theirs"] = "theirs is not installed"
        table = tables(report)
        self.assertRegex(table, r"\| ours +\| +\| – .*lost its way")
        self.assertRegex(table, r"\| theirs +\| +\| – .*missing")
        self.assertIn("theirs is not installed", table)

    def test_side_by_side(self) -> None:
        """Ours, the older of ours, and of the others the one that does with the least, of each way to keep things."""
        report = report_of(
            *runs_of("durable", outcome(100_000)),
            *runs_of("durable@old", outcome(50_000)),
            *runs_of("slow", outcome(1_000)),
            *runs_of("fast", outcome(2_000)),
            *runs_of("loop", outcome(1_000_000)),
            scenario=Described("room", "a room", "deliveries/s"),
        )
        self.assertEqual(side_by_side(report), "")
        report.peers = [
            *(Described(name, "", keeps="synced", is_ours=True) for name in ("durable", "durable@old", "durable-ws")),
            *(Described(name, "", keeps="synced") for name in ("slow", "fast")),
            Described("loop", ""),
        ]
        self.assertEqual(side_by_side(report), "")
        report.scenarios = [msgspec.structs.replace(report.scenarios[0], name="storm")]
        report.runs = [msgspec.structs.replace(each, scenario="storm") for each in report.runs]
        heads, _, door, memory = [[cell.strip() for cell in row.split("|")] for row in side_by_side(report).split("\n")]
        self.assertEqual(heads[2:5], ["durable", "durable@old", "best that syncs"])
        self.assertEqual(door[1:-1], ["a room", "10.0", "20.0", "fast 500", "", ""])
        self.assertEqual(memory[2:5], ["1.00", "1.00", "slow 1.00"])

    def test_scaled(self) -> None:
        """Counts for people."""
        self.assertEqual([scaled(each) for each in (7, 1234, 45_678, 7_654_321)], ["7", "1.2k", "46k", "7.65M"])


class Selection(SynchronousTestCase):
    """What is run with which server."""

    def test_scenarios_of_a_server(self) -> None:
        """A server is not even started for a scenario that it is not in."""

        def program(folder: Path) -> Program:
            raise MissingError("it was to be started")

        peer = Peer("nobody", "", TEXT, program, scenarios=("storm",))
        options = argparse.Namespace(quick=True, no_pin=True, rounds=1, data=None, json=None)
        for scenario, missing in (("direct-1", []), ("storm", ["nobody"])):
            report = report_of()
            Benchmark(options, chosen([scenario], is_quick=True), [peer], report).measure()
            self.assertEqual((report.runs, [*report.missing]), ([], missing))


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

    def test_document(self) -> None:
        """The page has the table of the figures that are kept beside it; otherwise run `python -m bench.report`."""
        page = (ROOT / "docs" / "performance.md").read_text()
        self.assertIn(tables(read(ROOT / "docs" / "performance.json")), page)

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
