"""Each question to SQLite may fail in the middle of changes: states, messages, mentions and the index stay together."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace
from twisted.trial.unittest import SynchronousTestCase

from chat.changes import Deleted, Edited, Invited, Kicked, Pinned, Reacted, Renamed, RoleSet, SettingsChanged, TopicSet
from chat.events import Joined, RoomEvent
from chat.room_state import RoomState, apply, founded
from chat.store.interfaces import Draft
from chat.store.sqlite.rows import COLUMNS, event_of
from chat.store.sqlite.states import states
from tests.store.case import came, change, said, scratch
from tests.store.test_broken import FAULTS, Life

_EVENTS = f"SELECT {COLUMNS} FROM messages m JOIN rooms r ON r.id = m.room_id WHERE r.name_key = 'hall' ORDER BY seq"
# Mentions of what is no message any more, and messages that name somebody without a row.
_STRAY = "SELECT count(*) FROM mentions t LEFT JOIN messages m ON m.id = t.message_id AND m.kind = 0 WHERE m.id IS NULL"
_NAMING = "SELECT count(*) FROM messages WHERE kind = 0 AND json_extract(data, '$.mentions') IS NOT NULL"
_MENTIONS = "SELECT count(*) FROM mentions"
_NAMES_BOB = replace(said("one @Bob"), mentions=("bob",))


class Changes(SynchronousTestCase):
    """A batch of changes, in whose middle something fails."""

    def begin(self, life: Life) -> None:
        """A room of Al's, in which Bob is, and two messages that name him."""
        joins = [Draft(came(name), belongs=True) for name in ("Al", "Bob")]
        self.append(life, *joins, Draft(_NAMES_BOB), Draft(_NAMES_BOB))

    def go_on(self, life: Life) -> None:
        """All kinds of changes at once."""
        events: Sequence[RoomEvent] = (
            change(TopicSet, text="Tea"),
            change(Edited, of=3, text="two @Bob", mentions=("bob",)),
            _NAMES_BOB,
            change(Deleted, of=4),
            change(Reacted, of=3, emoji="👍"),
            change(SettingsChanged, settings={"private": True}),
            change(Pinned, of=3),
            change(RoleSet, name="Bob", role="moderator"),
            change(Kicked, name="Bob"),
            change(Invited, name="Bob"),
            change(Renamed, name="Attic"),
            change(Deleted, of=3),
        )
        self.append(life, *map(Draft, events))

    def append(self, life: Life, *drafts: Draft) -> None:
        """These are committed, or refused."""
        for draft in drafts:
            life.store.append(draft)
        while life.store.state().unwritten:
            life.reactor.turn()

    def test_everywhere(self) -> None:
        """See this file. What is refused has done nothing, and the next change finds the state that is stored."""
        with scratch() as folder:
            whole = Life(Path(folder, "whole"))
            self.begin(whole)
            first = whole.folder.asked + 1
            self.go_on(whole)
            end = whole.folder.asked
            whole.close()
            self.check_stored(Path(folder, "whole"), whole)
        self.assertGreater(end - first, 30)
        for number, name in enumerate(("disk I/O error", "full", "thread")):
            for at in range(first + number, end + 1, 3):
                with scratch() as folder, self.subTest(fault=name, at=at - first):
                    self.check(Path(folder, "data"), name, at)

    def check(self, path: Path, name: str, at: int) -> None:
        """The same with a fault at one place."""
        life = Life(path)
        self.begin(life)
        life.folder.fault, life.folder.fail_at = FAULTS[name], at
        self.go_on(life)
        life.folder.fail_at = None
        life.recover()
        self.append(life, Draft(change(TopicSet, text="Late")))
        self.assertEqual(len(life.sink.commits) + len(life.sink.refusals), 4 + 12 + 1)
        self.assertIsInstance(life.sink.commits[-1].event, TopicSet)
        life.close()
        self.check_stored(path, life)

    def check_stored(self, path: Path, life: Life) -> None:
        """What the database has is what was committed."""
        with closing(sqlite3.connect(path / "chat.db")) as database:
            events = [event_of("hall", row) for row in database.execute(_EVENTS)]
            kept = states(database).get("hall")
            stray, naming, mentions = (database.execute(sql).fetchone()[0] for sql in (_STRAY, _NAMING, _MENTIONS))
            # Raises an error where the index does not agree with the messages.
            database.execute("INSERT INTO message_fts (message_fts) VALUES ('integrity-check')")
        committed = [commit.event for commit in life.sink.commits]
        self.assertEqual([event.seq for event in events], [event.seq for event in committed])
        state: RoomState | None = None
        for event, commit in zip(events, life.sink.commits, strict=True):
            is_first = isinstance(event, Joined) and event.seq == 1
            state = founded(event, is_account=True) if is_first and isinstance(event, Joined) else apply(state, event)
            if isinstance(event, SettingsChanged):
                # Whoever belongs to the room is a member from now on.
                state = commit.state
            self.assertIn(commit.state, (None, state))
        self.assertEqual(kept, state)
        self.assertEqual((stray, naming), (0, mentions))
