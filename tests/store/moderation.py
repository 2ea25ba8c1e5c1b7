"""What every store promises to keep for moderators and operators."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from twisted.internet.defer import Deferred

from chat.changes import Banned, Deleted, Edited, Kicked, LinkMade, Muted, Reacted, RoleSet, SettingsChanged, TopicSet
from chat.limits import Limits
from chat.store.interfaces import (
    Account,
    AccountChange,
    AuditEntry,
    Author,
    Draft,
    HeldMessage,
    Report,
    ServerSettings,
    What,
)
from tests.store.case import NOON, StoreCase, came, said, sent


class ModerationContract(StoreCase):
    """Operators, the audit log, reports, held messages and settings; mixed into each implementation's test case."""

    def entries(self, room: str | None = None, before: int | None = None, limit: int = 99) -> Sequence[AuditEntry]:
        """The entries of the audit log."""
        return self.result(self.store.moderation.audit.entries(room, before, limit))

    def report(self, seq: int, by: str = "Bob", said_at: float = NOON, why: str = "rude") -> int:
        """Report a message of the hall."""
        report = Report(by, "hall", "Hall", seq, said_at, why)
        return self.result(self.store.moderation.reports.add(report, 2))

    def hold(self, text: str, sender: str = "Al", since: int | None = None) -> int:
        """Hold a message in the hall."""
        held = HeldMessage(said(text, sender=sender, nonce="int:1"), sender.casefold(), since)
        return self.result(self.store.moderation.held.hold(held, 3, 2))

    def waiting(self) -> Sequence[str]:
        """The texts that wait in the hall."""
        return [held.message.text for held in self.result(self.store.moderation.held.waiting("hall", 99))]

    def test_operators(self) -> None:
        """Accounts alone are operators, until they are deleted; a change is told once."""
        changes: list[AccountChange] = []
        accounts = self.store.accounts
        accounts.watch(changes.append)
        operators = accounts.operators
        self.assertFalse(self.result(accounts.set_operator("al", is_one=True)))
        self.claim("Al")
        self.claim("Bob")
        changes.clear()
        for key, is_one, is_done in (("al", True, True), ("al", True, False), ("bob", False, False)):
            self.assertEqual(self.result(accounts.set_operator(key, is_one=is_one)), is_done)
        self.result(accounts.set_operator("bob", is_one=True))
        self.assertEqual(changes, [AccountChange("al", What.OPERATOR), AccountChange("bob", What.OPERATOR)])
        self.assertEqual(operators, {"al", "bob"})
        self.reopen()
        operators = self.store.accounts.operators
        self.assertEqual(operators, {"al", "bob"})
        self.assertTrue(self.result(self.store.accounts.set_operator("bob", is_one=False)))
        self.delete("al", 0)
        self.assertEqual(operators, frozenset())
        self.result(self.store.accounts.create(Account("al", "Al", "other", self.now), None))
        self.reopen()
        self.assertEqual(self.store.accounts.operators, frozenset())

    def test_events(self) -> None:
        """What moderators do in rooms is in the log, by room, the newest first, in pages; what they say is not."""
        where: Mapping[str, Any] = {"room": "hall", "place": "Hall", "sender": "Al"}
        self.append(came(), said("a secret", sender="Bob"), said("mine"))
        self.append(
            TopicSet(**where, text="hidden topic"),
            SettingsChanged(**where, settings={"private": True, "slow": 5, "retention": None}),
            RoleSet(**where, name="Bob", role="moderator"),
            Kicked(**where, name="Cy", reason="loud"),
            Banned(**where, name="Cy", target="cy", until=NOON + 600, seconds=600, reason="again"),
            Muted(**where, name="Dee", target="guest dee"),
            LinkMade(**where, link="digest"),
        )
        self.append(Banned(room="attic", place="Attic", sender="Bob", name="Al", target="al"))
        found = self.entries("hall")
        self.assertEqual(
            [(each.what, each.whom, each.why) for each in found],
            [
                ("invite link", "", ""),
                ("mute", "Dee", ""),
                ("ban for 10m", "Cy", "again"),
                ("kick", "Cy", "loud"),
                ("role moderator", "Bob", ""),
                ("private on, slow 5, retention default", "", ""),
                ("topic", "", ""),
            ],
        )
        self.assertEqual({(each.by, each.room, each.at) for each in found}, {("Al", "hall", NOON)})
        self.assertEqual([each.by for each in self.entries(limit=2)], ["Bob", "Al"])
        page = self.entries("hall", before=found[2].number, limit=2)
        self.assertEqual(page, found[3:5])
        self.assertNotIn("hidden", str(self.entries()))
        self.assertNotIn("digest", str(self.entries()))

    def test_deletions(self) -> None:
        """Whoever deletes the message of somebody else is in the log; whoever deletes their own is not."""
        self.append(came(), said("a secret", sender="Bob"), said("mine"))
        self.append(Reacted(room="hall", place="Hall", sender="Al", of=2, emoji="+"))
        self.append(*(Deleted(room="hall", place="Hall", sender="Al", of=seq) for seq in (2, 3)))
        self.assertEqual([(each.what, each.whom) for each in self.entries()], [("delete #2", "bob")])
        # In one batch with the message.
        self.append(
            said("another", sender="Bob"),
            Deleted(room="hall", place="Hall", sender="Al", of=7),
        )
        self.assertEqual([each.what for each in self.entries()], ["delete #7", "delete #2"])

    def test_notes(self) -> None:
        """Other acts are noted by themselves; old entries are dropped, after a year or the time that is set."""
        note = self.store.moderation.audit.note
        self.result(note(AuditEntry("chat.admin", "ban", "", "Cy", "noise")))
        self.reopen()
        [entry] = self.entries()
        self.assertEqual(entry._replace(number=0), AuditEntry("chat.admin", "ban", "", "Cy", "noise", NOON))
        self.now += Limits().audit_seconds - 1
        self.upkeep()
        self.assertEqual(len(self.entries()), 1)
        self.result(self.store.moderation.settings.change("audit_seconds", 60.0))
        self.upkeep()
        self.assertEqual(self.entries(), [])

    def test_reports(self) -> None:
        """A report shows the message as it is now; a message of another time is another message."""
        self.append(came(), said("you fool", sender="Cy"))
        one = self.report(2)
        self.assertEqual(self.report(2), one)
        two = self.report(2, by="Dee", said_at=NOON - 1)
        self.assertNotEqual(one, two)
        full = self.store.moderation.reports.add(Report("Eve", "hall", "Hall", 2, NOON), 2)
        self.assertEqual(self.code_of(full), "too_many_reports")
        self.reopen()
        first, second = self.result(self.store.moderation.reports.open(9))
        self.assertEqual(first.report, Report("Bob", "hall", "Hall", 2, NOON, "rude", NOON, one))
        self.assertEqual((first.sender, first.text), ("Cy", "you fool"))
        self.assertEqual((second.sender, second.text), (None, None))
        self.assertEqual(self.result(self.store.moderation.reports.open(1)), [first])
        self.assertTrue(self.result(self.store.moderation.reports.close(one)))
        self.assertFalse(self.result(self.store.moderation.reports.close(one)))
        self.assertEqual(self.result(self.store.moderation.reports.open(9)), [second])

    def test_report_of_nothing(self) -> None:
        """Of a message that is not there any more, no word is in a report."""
        event = sent("you fool", to="Bob", sender="Cy")
        self.append_drafts(Draft(event, holder="cy", waits=True))
        self.result(self.store.moderation.reports.add(Report("Bob", event.room, None, 1, NOON), 9))
        [report] = self.result(self.store.moderation.reports.open(9))
        self.assertEqual((report.sender, report.text), ("Cy", "you fool"))
        self.result(self.store.take_back([Author("cy")], "bob", lambda _: False))
        [report] = self.result(self.store.moderation.reports.open(9))
        self.assertEqual((report.report.seq, report.text), (1, None))

    def test_report_of_a_deleted_message(self) -> None:
        """A message that was changed is shown as it is now; one that was deleted is not."""
        where: Mapping[str, Any] = {"room": "hall", "place": "Hall", "sender": "Cy", "of": 2}
        self.append(came(), said("you fool", sender="Cy"))
        self.report(2)
        for change, text in ((Edited(**where, text="you"), "you"), (Deleted(**where), None)):
            self.append(change)
            [report] = self.result(self.store.moderation.reports.open(9))
            self.assertEqual((report.report.seq, report.text), (2, text))

    def test_held(self) -> None:
        """A held message waits as it was said, in its room, and only one moderator takes it; each holds a few."""
        one, two = self.hold("a"), self.hold("b")
        self.assertEqual(self.code_of(self.hold_later("c")), "too_many_held")
        three = self.hold("c", sender="Bob")
        self.assertEqual(self.code_of(self.hold_later("d", "Cy")), "too_many_held")
        self.reopen()
        self.assertEqual(self.waiting(), ["a", "b", "c"])
        found = self.result(self.store.moderation.held.find(two))
        assert found is not None
        self.assertEqual(replace(found.message, mentions=()), said("b", nonce="int:1"))
        self.assertEqual(found[1:], ("al", None, NOON, two))
        self.assertIsNone(self.result(self.store.moderation.held.find(three + 1)))
        self.assertEqual([self.result(self.store.moderation.held.take(one)) for _ in "ab"], [True, False])
        self.assertEqual(self.waiting(), ["b", "c"])

    def hold_later(self, text: str, sender: str = "Al") -> Deferred[int]:
        """Try to hold a message."""
        held = HeldMessage(said(text, sender=sender), sender.casefold(), None)
        return self.store.moderation.held.hold(held, 3, 2)

    def test_held_for_too_long(self) -> None:
        """Nobody decided about it for a week, or its author's account is gone: it is dropped."""
        account = self.claim("Al")
        self.hold("a", since=account.since)
        self.hold("b", sender="Bob")
        self.delete("al")
        self.assertEqual(self.waiting(), ["b"])
        self.now += Limits().held_seconds + 1
        self.upkeep()
        self.hold("c", sender="Cy")
        self.assertEqual(self.waiting(), ["c"])

    def test_settings(self) -> None:
        """Settings are told when they change, and when the store starts."""
        told: list[ServerSettings] = []
        settings = self.store.moderation.settings
        settings.watch(told.append)
        self.assertEqual(settings.current, ServerSettings())
        self.result(settings.change("lockdown", True))
        self.result(settings.change("words", "spam"))
        expected = ServerSettings(lockdown=True, words="spam")
        self.assertEqual((told[-1], settings.current), (expected, expected))
        self.reopen()
        self.assertEqual(self.store.moderation.settings.current, expected)
