"""Progress bars for tasks that take long, on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm  # type: ignore[import-untyped]


@contextmanager
def bar(what: str, total: int, unit: str) -> Iterator[Callable[[int], object]]:
    """See `Progress`: a bar on stderr, which goes away at the end; nothing if stderr is no terminal."""
    # With `disable=None` tqdm checks for a terminal.
    with tqdm(desc=what, total=total, unit=f" {unit}", unit_scale=True, leave=False, disable=None) as shown:
        yield shown.update
