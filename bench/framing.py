"""`python -m bench.framing`: what cutting 10 MB into lines costs, whatever pieces it comes in.

Each row is one kind of input in pieces of one size: nanoseconds for each byte, and how much dearer the last tenth of it
was than the first, which would grow with the length if anything were copied again and again.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

from chat.limits import Limits
from chat.wire.framing import Framer

_MEGABYTE = 1_000_000
_TENTHS = 10
_INPUTS = {
    "lines of 100 bytes": b"x" * 99 + b"\n",
    "empty lines": b"\n",
    "lines of 10 KB": b"x" * 9999 + b"\n",
    "one line without an end": b"x",
}


def cost(data: bytes, size: int) -> tuple[float, float]:
    """Nanoseconds for each byte of `data` in pieces of `size` bytes; the last tenth's as a multiple of the first's."""
    framer, spent = Framer(Limits().line_bytes), []
    length = len(data) // _TENTHS
    for tenth in range(_TENTHS):
        pieces = list(_pieces(data[tenth * length : (tenth + 1) * length], size))
        began = time.process_time()
        for piece in pieces:
            framer.feed(piece)
            while framer.pop() is not None:
                pass
        spent.append(time.process_time() - began)
    return sum(spent) / len(data) * 1e9, spent[-1] / spent[0]


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a row for each input and size."""
    parser = argparse.ArgumentParser(prog="python -m bench.framing", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=10)
    length = parser.parse_args(arguments).megabytes * _MEGABYTE
    print(f"{'':26}{'in pieces of':>14}{'ns for a byte':>15}{'last : first tenth':>20}")
    for name, unit in _INPUTS.items():
        data = unit * (length // len(unit))
        for size in (1, 1024, 65536, len(data)):
            nanoseconds, growth = cost(data, size)
            pieces = "a tenth" if size == len(data) else f"{size:,}"
            print(f"{name:26}{pieces:>14}{nanoseconds:15.2f}{growth:20.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
