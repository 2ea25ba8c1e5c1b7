"""Who may read a file: whoever may see its message, and all others get one answer."""

from collections.abc import Coroutine
from typing import Any

from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.interfaces import Reason
from chat.limits import Limits
from tests.hub.files_case import DAY, FilesCase


class GateCase(FilesCase):
    """Alice owns the room, Bob is a member."""

    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob = self.inside("Alice"), self.inside("Bob")

    def private(self, **more: object) -> None:
        """Make the room private."""
        answer = self.alice.ask("settings", room="team", settings={"private": True, **more})
        assert answer["type"] == "ack", answer

    def readers(self, file: str, *names: str) -> list[str]:
        """Those of these people who may read it, on their connection or in a browser; both are the same."""
        found = []
        for name in names:
            is_guest = self.factory.users[name.lower()].account is None
            here = self.may_read(self.session(name), file)
            self.assertEqual(self.may_read(self.browser(name, guest=is_guest), file), here, name)
            found += [name] if here else []
        return found

    def key(self, file: str) -> str:
        """The word that opens a file of a conversation."""
        stored = self.result(Deferred.fromCoroutine(self.uploads.readable(self.session("Alice"), file)))
        return str(stored.key)


class Public(GateCase):
    """A public room."""

    def test_everybody(self) -> None:
        """As its history: members, others, guests, and visitors over HTTP."""
        self.program("Carol")
        file = self.shared(self.alice)
        self.assertEqual(self.readers(file, "Alice", "Bob", "Carol"), ["Alice", "Bob", "Carol"])
        self.assertTrue(self.may_read(self.visitor(), file))
        self.assertTrue(self.may_read(self.visitor(self.token("team")), file))
        self.assertTrue(self.may_read(self.visitor(), self.shared(self.alice, room="lobby")))

    def test_another_room(self) -> None:
        """An access token is for its rooms, and for nothing else."""
        file = self.shared(self.alice)
        self.assertFalse(self.may_read(self.visitor(self.token("attic")), file))

    def test_not_said(self) -> None:
        """Before it is said nobody reads it, not even its owner; and never what is no file."""
        self.assertEqual(self.readers(self.sent(self.alice), "Alice", "Bob"), [])
        self.assertEqual(self.readers(str(self.begun(self.alice)["file"]), "Alice"), [])
        self.assertEqual(self.readers("x" * 32, "Alice"), [])

    def test_deleted(self) -> None:
        """A deleted message, also by a moderator, and a file that has expired."""
        file = self.shared(self.bob)
        self.bob.ask("history", room="team")
        [seq] = [push["seq"] for push in self.bob.pushes if push.get("file")]
        self.assertEqual(self.readers(file, "Bob"), ["Bob"])
        self.alice.ask("delete", room="team", seq=seq)
        self.assertEqual(self.readers(file, "Alice", "Bob"), [])
        other = self.shared(self.bob)
        self.clock.advance(30 * DAY)
        self.assertEqual(self.readers(other, "Alice", "Bob"), [])

    def test_banned(self) -> None:
        """Whoever is banned reads nothing from then on; anybody else goes on."""
        file = self.shared(self.alice)
        self.alice.ask("ban", room="team", name="Bob")
        self.assertEqual(self.readers(file, "Alice", "Bob"), ["Alice"])
        self.assertTrue(self.may_read(self.visitor(), file))
        self.alice.ask("unban", room="team", name="Bob")
        self.assertEqual(self.readers(file, "Bob"), ["Bob"])

    def test_closed(self) -> None:
        """A room that is deleted takes its files along, an archive keeps them."""
        file = self.shared(self.alice)
        self.alice.ask("close", room="team", how="archive")
        self.assertEqual(self.readers(file, "Bob"), ["Bob"])
        self.alice.ask("close", room="team", how="delete", name="team")
        self.assertFalse(self.may_read(self.browser("Bob"), file))
        self.sweep()
        self.assertEqual(self.disk.blobs, set())

    def test_renamed(self) -> None:
        """A room that has another name keeps its files."""
        file = self.shared(self.alice)
        self.alice.ask("rename", room="team", name="crew")
        self.assertEqual(self.readers(file, "Alice", "Bob"), ["Alice", "Bob"])

    def test_guests_shut_out(self) -> None:
        """Where guests may not enter, visitors without a token read nothing."""
        file = self.shared(self.alice)
        visitor = self.visitor()
        self.assertTrue(self.may_read(visitor, file))
        self.factory.hub.permissions.lobby_is_open = False
        self.assertFalse(self.may_read(self.visitor(), self.lobby_file()))

    def lobby_file(self) -> str:
        """A file that was said in the lobby, which is closed by now."""
        self.factory.hub.permissions.lobby_is_open = True
        file = self.shared(self.alice, room="lobby")
        self.factory.hub.permissions.lobby_is_open = False
        return file

    def test_reader_gone(self) -> None:
        """A browser of a guest who has left, or of an account that is deleted, reads nothing any more."""
        carol = self.inside("Carol", account=False)
        user = self.factory.users["carol"]
        self.leave(carol)
        self.inside("Carol", account=False)
        hub = self.factory.hub
        for asked in (
            hub.visitors.reader_as("carol", user, "10.0.0.9"),
            hub.visitors.reader_as("nobody", None, "10.0.0.9"),
        ):
            self.assertEqual(self.assertRaises(ChatError, self.run_to_end, asked).code, "bad_token")

    def run_to_end(self, asked: Coroutine[Any, Any, object]) -> object:
        """The result of a coroutine."""
        return self.result(Deferred.fromCoroutine(asked))


class Private(GateCase):
    """A private room."""

    def test_members_only(self) -> None:
        """Strangers, guests, visitors, tokens of others, and operators who are no members."""
        self.program("Carol")
        self.program("Mallory", account=True)
        self.factory.hub.permissions.operators = {"mallory"}
        self.private(history="all")
        file = self.shared(self.alice)
        self.assertEqual(self.readers(file, "Alice", "Bob", "Carol", "Mallory"), ["Alice", "Bob"])
        self.assertFalse(self.may_read(self.visitor(), file))

    def test_members_token(self) -> None:
        """A member's program reads it, another one's does not."""
        self.program("Mallory", account=True)
        secrets = []
        for name in ("Alice", "Mallory"):
            lines = self.typist(name, login=True).say("server:token make team")
            secrets += [line.split()[1] for line in lines if "token for" in line]
        self.private()
        file = self.shared(self.alice)
        self.assertEqual([self.may_read(self.visitor(secret), file) for secret in secrets], [True, False])

    def test_kicked(self) -> None:
        """A member who is removed reads nothing any more, at once, and nothing that comes after."""
        self.private()
        file = self.shared(self.alice)
        self.assertEqual(self.readers(file, "Bob"), ["Bob"])
        self.alice.ask("kick", room="team", name="Bob")
        self.assertEqual(self.readers(file, "Alice", "Bob"), ["Alice"])

    def test_uninvited(self) -> None:
        """So it is with a member whose membership was ended, and with one who is banned."""
        self.private()
        file = self.shared(self.alice)
        self.alice.ask("uninvite", room="team", name="Bob")
        self.assertEqual(self.readers(file, "Bob"), [])

    def test_left(self) -> None:
        """Whoever leaves a private room stays a member, as for its history."""
        self.private()
        file = self.shared(self.alice)
        self.bob.ask("leave", room="team")
        answer = self.bob.ask("history", room="team")
        self.assertEqual(bool(self.readers(file, "Bob")), answer["type"] == "ack")

    def test_history_joined(self) -> None:
        """With history: joined, files from before somebody came are hidden, as their messages are."""
        self.private(history="joined")
        before = self.shared(self.alice)
        carol = self.program("Carol", account=True)
        self.alice.ask("invite", room="team", name="Carol")
        carol.ask("join", room="team")
        after = self.shared(self.alice)
        self.assertEqual(self.readers(before, "Carol"), [])
        self.assertEqual(self.readers(after, "Carol"), ["Carol"])
        self.alice.ask("settings", room="team", settings={"history": "all"})
        self.assertEqual(self.readers(before, "Carol"), ["Carol"])

    def test_guest_of_the_room(self) -> None:
        """A guest who was invited reads what was said since, for this visit."""
        self.private(history="all")
        carol = self.program("Carol")
        self.alice.ask("invite", room="team", name="Carol")
        carol.ask("join", room="team")
        file = self.shared(self.alice)
        self.assertEqual(self.readers(file, "Carol"), ["Carol"])
        self.leave(carol)
        self.program("Carol")
        self.assertEqual(self.readers(file, "Carol"), [])

    def test_becomes_private(self) -> None:
        """What was said in public is hidden with the room."""
        file = self.shared(self.alice)
        self.private(history="all")
        self.program("Mallory", account=True)
        self.assertEqual(self.readers(file, "Alice", "Mallory"), ["Alice"])


class Conversations(GateCase):
    """Files for one person."""

    limits = Limits(held_name_seconds=60)

    def test_the_two(self) -> None:
        """Both read it, nobody else does; also when one ignores the other."""
        self.program("Mallory", account=True)
        self.program("Carol")
        file = self.shared(self.alice, to="Bob")
        self.bob.ask("ignore", name="Alice")
        self.assertEqual(self.readers(file, "Alice", "Bob", "Mallory", "Carol"), ["Alice", "Bob"])
        self.assertFalse(self.may_read(self.visitor(), file))
        self.assertFalse(self.may_read(self.visitor(self.token("team")), file))

    def test_key(self) -> None:
        """The word in the link of the text wire opens this file alone, until the message is gone."""
        file, other = self.shared(self.alice, to="Bob"), self.shared(self.alice, to="Bob")
        key = self.key(file)
        self.assertTrue(self.may_read(self.visitor(), file, key))
        self.assertFalse(self.may_read(self.visitor(), other, key))
        for wrong in ("", key[:-1], "é" * 32):
            self.assertFalse(self.may_read(self.visitor(), file, wrong))
        public = self.shared(self.alice)
        self.private()
        self.assertFalse(self.may_read(self.visitor(), public, ""))
        self.assertFalse(self.may_read(self.visitor(), public, "None"))
        self.alice.ask("history", to="Bob")
        self.alice.ask("delete", to="Bob", seq=self.alice.pushes[0]["seq"])
        self.assertFalse(self.may_read(self.visitor(), file, key))

    def test_guests(self) -> None:
        """A guest reads what came on this visit, and not what somebody of the same name got before."""
        carol = self.program("Carol")
        file = self.shared(self.alice, to="Carol")
        own = self.shared(carol, to="Alice")
        self.assertEqual(self.readers(file, "Alice", "Carol"), ["Alice", "Carol"])
        self.assertEqual(self.readers(own, "Alice", "Carol"), ["Alice", "Carol"])
        self.leave(carol)
        self.clock.advance(1)
        self.program("Carol")
        self.assertEqual(self.readers(file, "Alice", "Carol"), ["Alice"])
        self.assertEqual(self.readers(own, "Carol"), [])

    def test_later_owner(self) -> None:
        """A later owner of a name reads nothing that the former one got; the other one goes on."""
        file = self.shared(self.alice, to="Bob")
        self.bob.ask("account.delete", password="correct-horse")
        self.assertEqual(self.readers(file, "Alice"), ["Alice"])
        self.clock.advance(61)
        other = self.shared(self.alice)
        self.program("Bob", account=True)
        self.assertEqual(self.readers(file, "Bob"), [])
        self.assertEqual(self.readers(other, "Bob"), ["Bob"])

    def test_new_account(self) -> None:
        """An account reads nothing that a guest of its name got before it was made."""
        self.program("Carol")
        file = self.shared(self.alice, to="Carol")
        carol = self.factory.users["carol"]
        self.assertTrue(self.may_read(self.session("Carol"), file))
        for session in list(carol.sessions):
            session.finish(Reason.EXIT)
        self.program("Carol", account=True)
        self.assertEqual(self.readers(file, "Carol"), [])
