"""The server of the matrix: its people, and a room for each cell."""

from typing import Final

from twisted.internet.task import Clock

from chat.accounts.rules import Policy
from chat.accounts.tokens import digest, handle_of
from chat.events import AccessToken, Joined, Message, RoomEvent
from chat.hub.hub import Hub
from chat.limits import Limits
from chat.names import fold
from chat.server.factory import ChatFactory
from chat.store.interfaces import Account, Draft
from chat.store.memory.store import MemoryStore
from chat.web.origins import Origins
from chat.web.routes import make_site
from tests.disk import FakeDisk
from tests.fresh import fresh_accounts
from tests.matrix.drivers import PASSWORD

# Everybody is in many rooms at once, and as quick as the test.
_LIMITS = Limits(
    rooms_per_session=10_000,
    lines_per_second=10**6,
    burst_lines=10**6,
    shared_burst_lines=10**6,
    access_tokens=100,
    uploads_each=10**6,
    uploads=10**6,
    uploads_a_minute=10**6,
)
ADDRESS: Final = "127.0.0.1"


class World:
    """A hub on the memory store, and its site. Rooms are made by events that nobody here asked for.

    Time goes on by a minute with each room, so that nobody is too quick.
    """

    def __init__(self) -> None:
        self._minutes = 28_333_333
        self._store = MemoryStore(_LIMITS, self.now)
        accounts = fresh_accounts(self._store.accounts, _LIMITS, self.now, Policy())
        self.hub = Hub(self._store, accounts, _LIMITS)
        self.hub.uploads.disk = FakeDisk()
        clock = Clock()
        self.factory = ChatFactory(self.hub, clock)
        self.factory.startFactory()
        self.site = make_site(self.factory, Origins(), clock)
        self.site.startFactory()
        for name in ("Olga", "Mona", "Max", "Ida"):
            self.open_account(name)

    def now(self) -> float:
        """The time, in seconds since the epoch."""
        return 60.0 * self._minutes

    def open_account(self, name: str) -> None:
        """Make an account, with the usual password."""
        made = self._store.accounts.create(Account(fold(name), name, f"plain:{PASSWORD}", self.now()), None)
        assert made.called and not isinstance(made.result, Exception)

    def make_token(self, name: str, rooms: list[str]) -> str:
        """An access token of that account."""
        hashed = digest(secret := f"token of {name}")
        token = AccessToken(handle_of(hashed), fold(name), rooms, self.now())
        self._store.accounts.add_access_token(token, hashed, _LIMITS.access_tokens, None)
        return secret

    def publish(self, event: RoomEvent, *, belongs: bool = False) -> int:
        """Have an event committed; its seq."""
        self._store.append(Draft(event, belongs=belongs, waits=False))
        return self._store.last_seq(event.room)

    def found(self, room: str) -> None:
        """Make a room: Olga owns it, and Max is in it, who has said something."""
        for name in ("Olga", "Max"):
            self.publish(Joined(room=room, place=room, sender=name), belongs=True)
        self.publish(Message(room=room, place=room, sender="Max", text="hello"))
        self._minutes += 1

    def last_seq(self, room: str) -> int:
        """The seq of the last event there."""
        return self._store.last_seq(room)
