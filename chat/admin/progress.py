"""Bars for tasks that take long. There are none where nobody would see them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm  # type: ignore[import-untyped]


@contextmanager
def bar(what: str, total: int, unit: str) -> Iterator[Callable[[int], object]]:
    """See `Progress`: a bar on stderr, which goes away at the end; nothing where stderr is no terminal."""
    # `disable=None` is how tqdm is told to look for itself.
    with tqdm(desc=what, total=total, unit=f" {unit}", unit_scale=True, leave=False, disable=None) as shown:
        yield shown.update
