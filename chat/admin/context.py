"""What orders are carried out with."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol

from chat.accounts.bans import Bans
from chat.accounts.claims import Claims
from chat.errors import ChatError
from chat.store.interfaces import AccountStore, Maintenance


class Running(Protocol):
    """A server that runs, as its operator sees it. Addresses are what `chat.hub.bans.target_of` makes of them."""

    @property
    def bans(self) -> Bans:
        """Who is kept out of it."""

    @property
    def claims(self) -> Claims:
        """The names that somebody is just making their own, or that are a guest's who is here."""

    def sessions(self, most: int) -> Sequence[str]:
        """A line for each connection and follower, up to `most`, and one that says how many more there are."""

    def addresses(self, most: int) -> Awaitable[Sequence[str]]:
        """A line for each of the addresses with the most connections. It takes a second: their pace is looked at."""

    def end(self, target: str, error: ChatError, *, is_name: bool) -> int:
        """End the connections of a name (its key) or of an address, and tell them why; returns how many they were."""


class Desk(NamedTuple):
    """`now` is in seconds since the epoch; `wake` starts pruning at once; `running` is None where no server runs."""

    accounts: AccountStore
    maintenance: Maintenance
    now: Callable[[], float]
    wake: Callable[[], None]
    running: Running | None = None


class OrderError(Exception):
    """The order cannot be carried out. The message is a sentence for the operator."""
