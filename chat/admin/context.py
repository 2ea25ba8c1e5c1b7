"""The parts of a server that orders use."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, Protocol

from chat.accounts.bans import Bans
from chat.accounts.claims import Claims
from chat.errors import ChatError
from chat.store.interfaces import AccountStore, AuditEntry, FileStore, Maintenance, ModerationStore

# Who did what was done with the tool.
TOOL = "chat.admin"


class Running(Protocol):
    """A running server, as its operator sees it. Addresses are in the form of `chat.accounts.bans.target_of`."""

    @property
    def bans(self) -> Bans:
        """Its bans."""

    @property
    def claims(self) -> Claims:
        """The names that nobody may claim now: somebody else is claiming them, or is here as a guest with that name."""

    def sessions(self, most: int) -> Sequence[str]:
        """A line for each connection and follower, up to `most`, and one with the number of the others."""

    def addresses(self, most: int) -> Awaitable[Sequence[str]]:
        """A line for each of the addresses with the most connections. It takes a second to measure their pace."""

    def announce(self, text: str) -> None:
        """Tell everybody who is here a text. Raises ChatError if there is nothing to read in it."""

    def end(self, target: str, error: ChatError, *, is_name: bool) -> int:
        """End the connections of a name (its key) or of an address, and tell them why. Returns their number."""


class OrderContext(NamedTuple):
    """The parts. `now` is in seconds since the epoch; `wake` starts pruning; `running` is None if no server runs.

    `moderation` has what is kept for operators, `files` what is known of files; `sweep` forgets the old ones, and
    removes their bytes.
    """

    accounts: AccountStore
    maintenance: Maintenance
    moderation: ModerationStore
    files: FileStore
    now: Callable[[], float]
    wake: Callable[[], None]
    sweep: Callable[[], Awaitable[None]]
    running: Running | None = None

    def server(self) -> Running:
        """The running server. Raises OrderError if none runs."""
        if self.running is None:
            raise OrderError("no server runs on this data folder")
        return self.running

    async def note(self, what: str, whom: str = "", why: str = "") -> None:
        """Write into the audit log what was done with the tool."""
        await self.moderation.audit.note(AuditEntry(TOOL, what, "", whom, why))


class OrderError(Exception):
    """The order cannot be carried out. The message is a sentence for the operator."""
