"""Names for which an account is being made: until that is done, or refused, nobody else gets them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chat.errors import ChatError
from chat.names import Name


class Claims:
    """The claimed names, by their keys. A claim stays even if the connection of its claimant is lost."""

    def __init__(self) -> None:
        self._pending: set[str] = set()
        self._has_guest: Callable[[str], bool] = lambda _: False

    def open(self, has_guest: Callable[[str], bool]) -> None:
        """Set the function that tells whether a guest has a name now. The hub calls this once."""
        self._has_guest = has_guest

    def is_pending(self, key: str) -> bool:
        """Whether an account of this name is being made."""
        return key in self._pending

    @contextmanager
    def of(self, name: Name, *, is_own: bool = False) -> Iterator[None]:
        """Reserve `name` while an account for it is made. If a guest has it, only they may claim it (`is_own`).

        Raises ChatError (`name_taken`) if somebody else has or claims it.
        """
        if name.key in self._pending or (not is_own and self._has_guest(name.key)):
            raise ChatError("name_taken", name=name.shown)
        self._pending.add(name.key)
        try:
            yield
        finally:
            self._pending.discard(name.key)
