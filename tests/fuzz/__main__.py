"""Search for input that does harm, with Atheris: `python -m tests.fuzz WIRE FOLDER [-max_total_time=SECONDS …]`.

What is worth going on from is kept in FOLDER. It ends with the first harm, and leaves the input in `crash-…`, which
`python -m tests.fuzz WIRE crash-…` tries again. What follows goes to libFuzzer, see `-help=1`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["chat", "wsproto", "h11", "twisted.web"]):
    from tests.fuzz.inputs import WIRES, cut
    from tests.fuzz.target import Target


def main() -> None:
    """Fuzz the wire that the first argument names."""
    if len(sys.argv) < 3 or sys.argv[1] not in WIRES:
        sys.exit(f"usage: python -m tests.fuzz {'|'.join(WIRES)} FOLDER [-max_total_time=SECONDS …]")
    program, wire, place, *options = sys.argv
    head, parts = WIRES[wire]
    if not Path(place).is_file():
        _sow(Path(place), parts)
    target = Target()

    def feed(data: bytes) -> None:
        # How it is cut follows from what it is, so that the same input always does the same.
        target.feed(cut(head + data, Random(data)))
        if target.faults:
            raise AssertionError(target.faults)

    atheris.Setup([program, place, "-max_len=4096", *options], feed)
    atheris.Fuzz()


def _sow(folder: Path, parts: Sequence[bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(parts):
        (folder / f"good-{number}").write_bytes(parts[0] + part)


if __name__ == "__main__":
    main()
