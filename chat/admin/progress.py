"""Bars for what takes long; there are none where nobody would see them."""

from types import TracebackType
from typing import Protocol, cast

from tqdm import tqdm  # type: ignore[import-untyped]


class Bar(Protocol):
    """A bar, which goes away at the end of its `with`. `n` is how far it has come."""

    n: int

    def update(self, count: int = 1, /) -> object:
        """So much more is done."""

    def __enter__(self) -> "Bar":
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> object:
        """End."""


def bar(what: str, total: int, unit: str) -> Bar:
    """A bar on stderr for `total` of something; silent where stderr is no terminal."""
    # `disable=None` is how tqdm is told to look for itself.
    return cast("Bar", tqdm(desc=what, total=total, unit=f" {unit}", unit_scale=True, leave=False, disable=None))
