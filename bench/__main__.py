"""The speed of the chat server beside others: `python -m bench`.

Every scenario is run with every server in turn, in several rounds; the table has the medians. See bench/README.md.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from string import ascii_lowercase
from typing import NoReturn

import msgspec

from bench.crowd import LoadError
from bench.figures import Machine, this_machine
from bench.flood import FLOODS
from bench.hostile import HOSTILE, QUICK_KINDS, table
from bench.load import Target, run
from bench.peers import PEERS, Peer, chosen_peers, data_folder, peer_named
from bench.plot import draw
from bench.processes import ServerProcess, StartError, on_cores
from bench.programs import MissingError, compiler, open_files
from bench.progress import Bar, progress
from bench.report import tables
from bench.results import Described, Report, Run
from bench.scenarios import SCENARIOS, Scenario, chosen

_ROUNDS = 3
# How many seconds a run may take before it is given up.
_PATIENCE = 240.0
_QUICK_PATIENCE = 4.0
# What the load needs beside one open file for each member.
_OTHER_FILES = 64
# A quick look ends within a minute: after this time no run is started.
_QUICK_SECONDS = 50.0


class Benchmark:
    """Makes the chosen runs, and adds their results to `report`. Load and server have a core each, if there are two."""

    def __init__(
        self, options: argparse.Namespace, scenarios: Sequence[Scenario], peers: Sequence[Peer], report: Report
    ) -> None:
        self.report = report
        self._peers = peers
        self._options = options
        self._began = time.monotonic()
        self._own, self._servers = _cores(options.no_pin)
        self._rounds = options.rounds or (1 if options.quick else _ROUNDS)
        # A quick look has no time for a new server for each scenario.
        self._groups = [scenarios] if options.quick else [[each] for each in scenarios]

    def measure(self) -> None:
        """Make all runs. Writes the file after each scenario."""
        total = sum(map(len, self._groups)) * self._rounds * len(self._peers)
        with progress("runs", total) as bar:
            for group in self._groups:
                for number in range(1, self._rounds + 1):
                    for peer in self._peers:
                        self._run_group(group, peer, number, bar)
                if self._options.json is not None:
                    _write(self._options.json, self.report)

    def _run_group(self, group: Sequence[Scenario], peer: Peer, number: int, bar: Bar) -> None:
        bar.set_postfix_str(f"{group[0].name}, {peer.name}")
        failed = {each.scenario for each in self.report.runs if each.peer == peer.name and each.failed}
        left = [each for each in group if each.name not in failed and peer.is_in(each.name)]
        try:
            if left and peer.name not in self.report.missing:
                with (
                    data_folder(self._options.data) as folder,
                    ServerProcess(peer.program(Path(folder)), self._servers) as server,
                ):
                    for scenario, tag in zip(left, _TAGS, strict=False):
                        target = Target(server.id, server.port, peer.wire, tag, peer.at_once)
                        self.report.runs.append(self._run(scenario, peer, number, target))
        except (MissingError, StartError) as error:
            self.report.missing[peer.name] = str(error)
        bar.update(len(group))

    def _run(self, scenario: Scenario, peer: Peer, number: int, target: Target) -> Run:
        found = Run(scenario=scenario.name, peer=peer.name, round=number)
        if self._options.quick and time.monotonic() > self._began + _QUICK_SECONDS:
            return msgspec.structs.replace(found, failed="no time was left for it")
        shape = peer.given(scenario.shape)
        patience = (_QUICK_PATIENCE if self._options.quick else _PATIENCE) * shape.seconds / scenario.shape.seconds
        if shape.members + _OTHER_FILES > open_files():
            return msgspec.structs.replace(found, failed=f"a process may have {open_files()} files here")
        try:
            with on_cores(self._own):
                outcome = run(target, shape, patience)
        except (LoadError, ProcessLookupError, FileNotFoundError) as error:
            return msgspec.structs.replace(found, failed=str(error))
        return msgspec.structs.replace(found, outcome=outcome)


# What the names of each run begin with. Not with "a": a11 looks like all, which is nobody's name.
_TAGS = ascii_lowercase[1:]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print the table. The exit status is 1 if a server was missing or failed."""
    options = _options(arguments)
    is_kept = HOSTILE not in options.only or _measure_hostile(options)
    options.only = [name for name in options.only if name != HOSTILE]
    if not options.only:
        return int(not is_kept)
    scenarios = chosen(options.only, is_quick=options.quick)
    peers = chosen_peers(options.peers, [each.name for each in scenarios], is_quick=options.quick)
    try:
        with data_folder(options.data) as folder:
            report = _empty_report(options, scenarios, peers, this_machine(Path(folder)))
    except OSError as error:
        raise SystemExit(f"bench: cannot keep data in {options.data}: {error.strerror}") from None
    Benchmark(options, scenarios, peers, report).measure()
    print(tables(report))
    if options.plot is not None:
        print(f"\n{draw(report, options.plot)}")
    return int(not is_kept or bool(report.missing) or any(each.failed for each in report.runs))


def _measure_hostile(options: argparse.Namespace) -> bool:
    text, is_kept = table(QUICK_KINDS if options.quick else [*FLOODS], options.data, is_quick=options.quick)
    print(text)
    return is_kept


def _empty_report(
    options: argparse.Namespace, scenarios: Sequence[Scenario], peers: Sequence[Peer], machine: Machine
) -> Report:
    own, servers = _cores(options.no_pin)
    return Report(
        command=sys.argv,
        machine=machine,
        pinned=f"load on core {min(own)}, server on core {min(servers)}" if own else "nothing pinned to a core",
        loop="C" if compiler() else "Python",
        scenarios=[_described(each) for each in scenarios],
        peers=[
            Described(peer.name, peer.what, keeps=peer.keeps, is_ours=peer.is_ours, is_rival=peer.is_rival)
            for peer in peers
        ],
    )


def _described(scenario: Scenario) -> Described:
    members = scenario.shape.members if scenario.in_plot else 0
    return Described(scenario.name, scenario.what, scenario.unit, members, is_paced=bool(scenario.shape.rate))


def _cores(no_pin: bool) -> tuple[Set[int], Set[int]]:
    """The core of the load, and that of the servers; None if there is only one, or pinning is off."""
    cores = sorted(os.sched_getaffinity(0))
    return (frozenset(), frozenset()) if no_pin or len(cores) < 2 else ({cores[0]}, {cores[1]})


def _write(file: Path, report: Report) -> None:
    file.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")


class _Parser(argparse.ArgumentParser):
    """Reports a bad option in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"bench: {message}\n")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(prog="python -m bench", description=__doc__, epilog="\n".join(_names()))
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="check within a minute that everything works")
    parser.add_argument("--only", nargs="+", metavar="SCENARIO", default=[*SCENARIOS], choices=[*SCENARIOS, HOSTILE])
    parser.add_argument("--peers", nargs="+", metavar="SERVER", default=[], type=_peer)
    parser.add_argument("--rounds", type=_count, metavar="N", help=f"how often everything is run [default: {_ROUNDS}]")
    parser.add_argument("--json", type=_file, metavar="FILE", help="every run, for programs and python -m bench.report")
    parser.add_argument("--plot", type=_picture, metavar="FILE", help="a .png or .svg over the number of members")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where the durable servers keep their data")
    parser.add_argument("--no-pin", action="store_true", help="do not pin the load and the servers to a core each")
    return parser.parse_args(arguments)


def _peer(given: str) -> str:
    """What names a server."""
    try:
        peer_named(given)
    except KeyError:
        raise argparse.ArgumentTypeError(f"there is no server {given}") from None
    return given


def _file(given: str) -> Path:
    """A file that can be written when all is done."""
    file = Path(given)
    if file.is_dir() or not os.access(file.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"cannot write {given}")
    return file


def _picture(given: str) -> Path:
    if Path(given).suffix not in (".png", ".svg"):
        raise argparse.ArgumentTypeError(f"takes a .png or an .svg, not {given}")
    return _file(given)


def _count(given: str) -> int:
    if not given.isdigit() or not 1 <= int(given) <= 100:
        raise argparse.ArgumentTypeError(f"takes a whole number from 1 to 100, not {given!r}")
    return int(given)


def _names() -> Iterator[str]:
    yield "scenarios:"
    yield from (f"  {each.name:14} {each.what}" for each in SCENARIOS.values())
    yield f"  {HOSTILE:14} what a neighbour notices of a flood; only where it is named, and on our server alone"
    yield "servers:"
    for each in PEERS.values():
        yield f"  {each.name:14} {each.what}"
        if each.scenarios:
            yield f"  {'':14} (unless chosen, only in {', '.join(each.scenarios)})"
    yield f"  {'PEER@FOLDER':14} one of ours, from the checkout in that folder"


if __name__ == "__main__":
    # When this program ends, the measured server ends, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit("bench: interrupted") from None
