"""The names that somebody is just making their own: until that is done, or refused, nobody else gets them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chat.errors import ChatError
from chat.names import Name


class Claims:
    """A book of names, by their keys. A claim stays in it also when the connection of its claimant is lost."""

    def __init__(self) -> None:
        self._pending: set[str] = set()
        self._has_guest: Callable[[str], bool] = lambda _: False

    def open(self, has_guest: Callable[[str], bool]) -> None:
        """Say who knows whether a guest has a name now. Called once, by the hub."""
        self._has_guest = has_guest

    def is_pending(self, key: str) -> bool:
        """Whether somebody is making the name theirs."""
        return key in self._pending

    @contextmanager
    def of(self, name: Name, *, is_own: bool = False) -> Iterator[None]:
        """Reserve `name` while an account for it is made. Its guest may claim it (`is_own`), and nobody else then.

        Raises ChatError (`name_taken`) where somebody else has it, or claims it.
        """
        if name.key in self._pending or (not is_own and self._has_guest(name.key)):
            raise ChatError("name_taken", name=name.shown)
        self._pending.add(name.key)
        try:
            yield
        finally:
            self._pending.discard(name.key)
