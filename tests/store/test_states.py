"""The states of rooms in SQLite: what a failure leaves, what a question costs, and what else follows a setting."""

import re
import sqlite3
from collections.abc import Callable, Sequence

from twisted.trial.unittest import SynchronousTestCase

from chat.changes import Deleted, Edited, RoleSet, SettingsChanged, TopicSet
from chat.events import MOST_COUNTED, Message, RoomEvent
from chat.store.interfaces import Commit, Draft, Query, Span
from chat.store.sqlite import reader, seeking
from chat.store.sqlite.transaction import Cursors, Queued
from tests.store.case import came, change, said, sent
from tests.store.rooms import RoomCase
from tests.store.test_sqlite import SqliteCase
from tests.store.test_writer import Failing, WriterCase

# Makes the last statement of a transaction fail.
_FAIL = "CREATE TEMP TRIGGER no BEFORE UPDATE ON main.state BEGIN SELECT raise(FAIL, 'no'); END"


class RolledBack(WriterCase):
    """A transaction that fails leaves nothing, in the database or in the writer's memory."""

    def write(self, *events: RoomEvent, cursors: Cursors = {}) -> Sequence[Commit]:  # noqa: B006
        """Write events of people with accounts."""
        drafts = [Queued(Draft(event, belongs=True)) for event in events]
        return [outcome for outcome in self.writer.commit(drafts, cursors) if isinstance(outcome, Commit)]

    def write_fails(self, *events: RoomEvent) -> None:
        """Write events in a batch that fails."""
        self.writer._connection.execute(_FAIL)
        self.assertRaises(sqlite3.Error, self.write, *events)
        self.writer._connection.execute("DROP TRIGGER no")

    def test_state(self) -> None:
        """The next change stands on the state that is stored."""
        self.write(came(), change(TopicSet, text="kept"))
        self.write_fails(change(TopicSet, text="lost"), change(RoleSet, name="Bob", role="owner"))
        [commit] = self.write(change(SettingsChanged, settings={"slow": 5}))
        assert commit.state is not None
        self.assertEqual((commit.state.topic, commit.state.owner, commit.event.seq), ("kept", "al", 3))

    def test_founded(self) -> None:
        """A room that was not made is made by whoever comes next."""
        self.write_fails(came("Bob"))
        [commit] = self.write(came("Al"))
        assert commit.state is not None
        self.assertEqual((commit.state.owner, commit.event.seq), ("al", 1))

    def test_message(self) -> None:
        """The message is as it was, and found by its words."""
        self.write(said("old"))
        self.writer.index()
        self.write_fails(change(Edited, of=1, text="new"))
        self.write_fails(change(Deleted, of=1))
        self.assertEqual(self.writer._connection.execute("SELECT kind, body FROM messages").fetchall(), [(0, "old")])
        match = "SELECT rowid FROM message_fts WHERE message_fts MATCH ?"
        found = [self.writer._connection.execute(match, (word,)).fetchall() for word in ("old", "new")]
        self.assertEqual(found, [[(1,)], []])

    def test_failing_cursors(self) -> None:
        """Cursors that cannot be written fail their batch before anything else is."""
        self.assertRaises(sqlite3.Error, self.write, came(), cursors=Failing())
        [commit] = self.write(came())
        self.assertEqual(commit.event.seq, 1)


class Costs(RoomCase, SqliteCase, SynchronousTestCase):
    """No question looks at more than it has to, and what is plainly said costs no more statements than ever."""

    def statements(self, *events: RoomEvent) -> list[str]:
        """The statements that writing these takes."""
        seen: list[str] = []
        self.trace(seen.append)
        self.append(*events)
        self.trace(None)
        return seen

    def trace(self, tell: Callable[[str], object] | None) -> None:
        """Have the writer's statements told. It is set on the writer's thread: SQLite locks the connection for that."""
        self._store._writer.ask(lambda writer: writer._connection.set_trace_callback(tell))

    def plan(self, sql: str) -> str:
        """How SQLite answers a question."""
        rows = self._store._reader.ask(
            lambda asked: asked.connection.execute(f"EXPLAIN QUERY PLAN {sql}", [1] * sql.count("?")).fetchall()
        )
        return "\n".join(row[-1] for row in rows)

    def test_plain_messages(self) -> None:
        """Nothing of states and mentions is asked for in a room, owned or not, nor in a conversation."""
        for room in ("hall", "attic"):
            self.append(said("a", room), sent("b"))
            for statement in self.statements(said("c", room), said("d", room), sent("e")):
                self.assertNotRegex(statement, "room_states|mentions|retention|json")

    def test_joins(self) -> None:
        """Whoever comes to a room that the writer knows asks for no state."""
        self.append(came("Bob"))
        for statement in self.statements(came("Cy")):
            self.assertNotRegex(statement, "room_states")

    def test_plans(self) -> None:
        """Heads, mentions and edits are found by an index."""
        for sql in (reader._HEADS, f"{seeking._NAMING} ORDER BY f.message_id DESC LIMIT ?"):
            self.assertNotIn("SCAN", re.sub("SCAN (\\(subquery|json_each)", "", self.plan(sql)), sql)
        self.assertIn("mentions_room (user_id=? AND room_id=? AND seq>?)", self.plan(reader._HEADS))

    def test_counted(self) -> None:
        """No more is counted than anybody wants to know."""
        self.enter("Bob")
        text = Message(room="hall", place="Hall", sender="Al", text="x", mentions=("bob",))
        self.append(*[text] * (MOST_COUNTED + 5))
        self.assertEqual(self.unread("bob"), {"hall": (MOST_COUNTED, MOST_COUNTED)})

    def test_many_rooms(self) -> None:
        """A head costs the same in a room in which much was read before."""
        self.enter("Bob")
        self.append(*(said(f"{n}") for n in range(2000)))
        self.store.mark_read("bob", "hall", 2000)
        self.settle()
        self.assertEqual(self.unread("bob"), {"hall": (2, 0)})
        steps = 0

        def step() -> None:
            nonlocal steps
            steps += 1

        def ask(asked: reader.Reader) -> None:
            asked.connection.set_progress_handler(step, 10)
            asked.heads("bob")
            asked.connection.set_progress_handler(None, 0)

        self._store._reader.ask(ask)
        self.assertLess(steps, 100)


class Retention(RoomCase, SqliteCase, SynchronousTestCase):
    """How long a room's messages are kept is one of its settings."""

    def test_retention(self) -> None:
        """A room's setting is its policy; without one it follows the policy of all rooms."""
        self.set(retention=60)
        self.append(said("old"))
        self.now += 100
        self.append(said("new"))
        self.upkeep()
        self.assertEqual(self.history(), (["new"], False))
        self.set(retention=None)
        self.now += 100
        self.upkeep()
        self.assertEqual([type(each) for each in self.result(self.store.history("hall", Span(9))).events],
                         [Message, SettingsChanged])  # fmt: skip

    def test_pruned_mentions(self) -> None:
        """A pruned message names nobody, and the state stays."""
        self.enter("Bob")
        self.set(retention=60)
        self.append(Message(room="hall", place="Hall", sender="Al", text="x", mentions=("bob",), nonce="int:1"))
        self.now += 100
        self.append(said("y"))
        self.upkeep()
        self.assertEqual((self.unread("bob"), self.found("", mentions="bob")), ({"hall": (1, 0)}, []))
        state = self.restarted()
        assert state is not None
        self.assertEqual(state.settings.retention, 60)
        self.assertEqual(self.result(self.store.search(Query(["y"], 9))).events[0].seq, 5)
