"""How far a long measurement is, where somebody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

# It has no types, and no other module needs to know.
from tqdm import tqdm  # type: ignore[import-untyped]


class Bar(Protocol):
    """What a body tells of its progress."""

    def update(self, steps: int = 1, /) -> object:
        """So many more steps are done."""

    def set_postfix_str(self, now: str, /) -> object:
        """This is being done."""


@contextmanager
def progress(what: str, total: int) -> Iterator[Bar]:
    """Show how many of `total` steps are done, while the body runs; nothing where no terminal is."""
    with tqdm(total=total, desc=what, unit="", unit_scale=True, disable=None, leave=False) as bar:
        yield bar
