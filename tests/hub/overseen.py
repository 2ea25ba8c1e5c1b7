"""What the tests of moderators and operators share: a hub in memory, with Olga for its operator."""

from collections.abc import Sequence

from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.limits import Limits
from chat.store.interfaces import AuditEntry, ModerationStore
from tests.fresh import fresh_hub
from tests.transcript import MemoryConnection, MemoryWire

SECRET = "pass-word-1"
_EVERYBODY = ("Olga", "Ann", "Bob", "Guy")


class OverseenCase(SynchronousTestCase):
    """Olga, Ann and Bob have accounts, Guy has none; all of them type. `now` is the time of the server."""

    limits = Limits()

    def setUp(self) -> None:
        self.now = 1_700_000_000.0
        self.wire = MemoryWire()
        self.hub = fresh_hub(self.limits, lambda: self.now, policy=Policy())
        self.wire.serve(self.hub)
        self.people: dict[str, MemoryConnection] = {}
        for name in _EVERYBODY:
            self.connect(name, f"server:register {name}" + (f" {SECRET}" if name != "Guy" else ""))
        self.accounts = self.hub._accounts._store
        self.successResultOf(self.accounts.set_operator("olga", is_one=True))
        self.hear()

    def connect(self, name: str, *lines: str) -> Sequence[str]:
        """A connection called `name`, which types lines; what it reads."""
        self.people[name] = self.wire.connect()
        return [line for typed in lines for line in self.type(name, typed)]

    def type(self, name: str, line: str) -> Sequence[str]:
        """Type a line; what that person reads since they typed the last."""
        self.people[name].send(line)
        return self.heard(name)

    def heard(self, name: str) -> Sequence[str]:
        """The lines that somebody has not read yet."""
        return list(iter(self.people[name].pending, None))

    def hear(self) -> None:
        """Everybody reads all of their lines."""
        for name in self.people:
            self.heard(name)

    @property
    def kept(self) -> ModerationStore:
        """What the store keeps."""
        return self.hub._store.moderation

    def acts(self) -> Sequence[tuple[str, str, str, str, str]]:
        """What is in the audit log, the newest first: by, what, room, whom, why."""
        found: Sequence[AuditEntry] = self.successResultOf(self.kept.audit.entries(None, None, 99))
        return [entry[:5] for entry in found]

    def check(self, name: str, line: str, *answer: str) -> None:
        """Type a line, and read exactly this."""
        self.assertEqual(self.type(name, line), [f"server: {each}" for each in answer])

    def check_heard(self, name: str, *lines: str) -> None:
        """Somebody reads exactly this."""
        self.assertEqual(self.heard(name), [f"server: {each}" for each in lines])
