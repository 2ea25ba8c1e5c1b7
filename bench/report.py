"""`python -m bench.report FILE`: the table of what `python -m bench --json FILE` found.

With `--into DOCUMENT` it is put there, between `<!-- table: bench -->` and `<!-- end -->`.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bench.figures import markdown, put_into
from bench.results import Described, Report, Summary, summaries
from bench.side_by_side import side_by_side

_HEADS = ("server", "keeps", "a second", "server CPU", "× best C", "p50", "p99", "memory", "a connection", "")
# A machine whose other programs take less than that of a processor is quiet.
_QUIET = 0.1
_SCALES = ((1e6, 2, "M"), (1e4, 0, "k"), (1e3, 1, "k"))


def tables(report: Report) -> str:
    """A line about the machine, the short table, one for each scenario, what the servers are, and who is missing."""
    parts = ["; ".join(f"{name}: {value}" for name, value in report.machine.described()) + f"; {report.pinned}"]
    parts += filter(None, [side_by_side(report)])
    keeps = {peer.name: peer.keeps for peer in report.peers}
    for scenario in report.scenarios:
        rows = [_row(name, keeps[name], each) for name, each in summaries(report, scenario).items()]
        rows += [_failure(name, keeps[name], "missing") for name in report.missing]
        if rows:
            parts.append(f"**{scenario.name}**: {scenario.what}; {scenario.unit}\n\n{markdown(_HEADS, rows)}")
    parts.append("\n".join(_notes(report)))
    return "\n\n".join(parts)


def _notes(report: Report) -> Iterator[str]:
    for peer in report.peers:
        yield f"- {peer.name}: {_about(peer, report)}"
    for name, reason in report.missing.items():
        yield f"- {name} is missing: {reason}"


def _about(peer: Described, report: Report) -> str:
    rounds = len({run.round for run in report.runs if run.peer == peer.name})
    return f"{peer.what}; {rounds} round{'s' if rounds != 1 else ''}"


def _row(name: str, keeps: str, found: Summary | str) -> Sequence[str]:
    if isinstance(found, str):
        return _failure(name, keeps, found)
    return (
        name,
        keeps,
        f"{'≥ ' if found.is_bound else ''}{scaled(found.per_second)}",
        f"{found.cpu:.2f} µs",
        "" if found.ratio is None else f"{found.ratio:.2f}",
        f"{found.p50:.2f} ms",
        f"{found.p99:.2f} ms",
        f"{found.resident / 1e6:.0f} MB",
        f"{found.of_a_connection / 1e3:.1f} kB",
        "; ".join(_remarks(found)),
    )


def _failure(name: str, keeps: str, reason: str) -> Sequence[str]:
    return (name, keeps, "–", *[""] * (len(_HEADS) - 4), reason)


def _remarks(found: Summary) -> Iterator[str]:
    if found.is_bound:
        yield "generator-bound"
    if found.idle:
        yield f"{found.idle:.1%} of a core while silent"
    if found.others > _QUIET:
        yield f"other programs took {found.others:.1f} processors"


def scaled(value: float) -> str:
    """A count for people: 1.23M, 45k."""
    for least, digits, letter in _SCALES:
        if value >= least:
            return f"{value / (1e6 if letter == 'M' else 1e3):.{digits}f}{letter}"
    return f"{value:.0f}"


def read(file: Path) -> Report:
    """The report in a file. Raises SystemExit where there is none."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Report)
    except (OSError, msgspec.MsgspecError) as error:
        raise SystemExit(f"bench: cannot read {file}: {error}") from None


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, or put it into a document."""
    parser = argparse.ArgumentParser(prog="python -m bench.report", description=__doc__)
    parser.add_argument("file", type=Path, help="what --json of python -m bench has written")
    parser.add_argument("--into", type=Path, metavar="DOCUMENT", help="a document with a place for the table")
    options = parser.parse_args(arguments)
    table = tables(read(options.file))
    if options.into is None:
        print(table)
        return
    put_into(options.into, "bench", table)


if __name__ == "__main__":
    main()
