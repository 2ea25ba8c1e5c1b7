"""The audit log: what moderators and operators did, for moderators of the room and for operators."""

from collections.abc import Mapping
from typing import Any

from chat.changes import Banned, Kicked, SettingsChanged, TopicSet
from chat.events import RoomEvent
from chat.limits import Limits
from chat.store.interfaces import AuditEntry, Draft
from tests.hub.overseen import OverseenCase

_TIME = "2023-11-14 22:13 UTC"


class Audit(OverseenCase):
    """Who sees what of it."""

    limits = Limits(listed_entries=2)

    def setUp(self) -> None:
        super().setUp()
        self.type("Ann", "server:join den")
        where: Mapping[str, Any] = {"room": "den", "place": "den", "sender": "Ann"}
        self.publish(TopicSet(**where, text="a secret"))
        self.publish(Kicked(**where, name="Guy", reason="too loud"))
        self.publish(Banned(**where, name="Guy", target="at 192.0.2.1", until=self.now + 60, seconds=60))
        self.hear()

    def publish(self, event: RoomEvent) -> None:
        """The gate has let somebody do this."""
        self.hub._store.append(Draft(event))

    def test_by_the_owner(self) -> None:
        """The room where they are, or the one that is named: the newest first, in pages."""
        page = ["2 entries", f"[{_TIME} 3] Ann: ban for 1m Guy in den", f"[{_TIME} 2] Ann: kick Guy in den: too loud"]
        self.check("Ann", "server:audit", *page, "there is more: add before 2")
        self.type("Ann", "server:leave")
        self.hear()
        self.check("Ann", "server:audit den before 2", "1 entry", f"[{_TIME} 1] Ann: topic in den")
        self.check("Ann", "server:audit den before", "error: type server:audit [room] [before <n>]")

    def test_by_others(self) -> None:
        """A member sees none of it; an operator is a moderator of the room."""
        self.check("Bob", "server:audit den", "error: that is for a moderator of den")
        self.check("Guy", "server:audit den", "error: that is for a moderator of den")
        self.assertEqual(self.type("Olga", "server:audit den before 2")[1:], [f"server: [{_TIME} 1] Ann: topic in den"])

    def test_everywhere(self) -> None:
        """An operator sees what was done to the server, and in the rooms that they may see."""
        self.type("Olga", "server:lockdown off")
        self.assertEqual(self.type("Olga", "server:audit all")[1], f"server: [{_TIME} 4] Olga: lockdown off")
        found = [line.partition("] ")[2] for line in self.type("Olga", "server:audit all before 3")[1:]]
        self.assertEqual(found, ["Ann: kick Guy in den: too loud", "Ann: topic in den"])

    def test_another_room_of_the_name(self) -> None:
        """The owner of a room does not see what was done in an earlier one of the same name."""
        self.successResultOf(self.kept.audit.note(AuditEntry("Eve", "kick", "den", "Fay", at=self.now - 1)))
        self.assertNotIn("Eve", str(self.type("Ann", "server:audit den before 99")))
        self.assertNotIn("Eve", str(self.type("Ann", "server:audit den before 3")))

    def test_as_a_program(self) -> None:
        """The entries, and an ack that says where it goes on."""
        operator = self.wire.connect()
        operator.send('{"type":"join","nickname":"Ann","password":"pass-word-1"}')
        list(iter(operator.pending, None))
        operator.send('{"type":"audit","room":"den","id":1}')
        entries, ack = iter(operator.pending, None)
        self.assertIn('"number":2,"timestamp":"2023-11-14T22:13:20.000Z","what":"kick","from":"Ann",', entries)
        self.assertEqual(ack, '{"type":"ack","request":"audit","id":1,"more":true,"next":2}')

    def test_settings(self) -> None:
        """What was set is in the log by its name."""
        self.publish(SettingsChanged(room="den", place="den", sender="Ann", settings={"slow": 10}))
        self.assertEqual(self.acts()[0], ("Ann", "slow 10", "den", "", ""))
