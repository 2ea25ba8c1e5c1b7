"""Kinds of events: their numbers on disk, and the data of those that are no messages."""

import io
import json
from pathlib import Path

from twisted.internet.defer import ensureDeferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from chat import changes
from chat.events import Joined, Left, Message, RoomEvent
from chat.store import room_file
from chat.store.interfaces import DamagedError, RetentionPolicy, StoreError
from chat.store.kinds import EMPTY, KINDS, EventKind, EventKinds
from chat.store.sqlite import exports, rows
from tests.store.case import came, said
from tests.store.folders import StoreCase, records, take_in, verify
from tests.store.folders import rows as asked


class Weather(RoomEvent, frozen=True, kw_only=True):
    """An event that a later version may have."""

    sky: str
    levels: list[int]


_LATER = 999
LATER = EventKinds((*KINDS.all, EventKind(_LATER, "weather", Weather, ("sky", "levels"))))


class Numbers(SynchronousTestCase):
    """The table."""

    def test_on_disk(self) -> None:
        """These numbers are in databases, and these names in exported files."""
        self.assertEqual(
            {kind.event: (kind.number, kind.name) for kind in KINDS.all},
            {
                Message: (0, "message"),
                Joined: (1, "joined"),
                Left: (2, "left"),
                changes.TopicSet: (16, "topic"),
                changes.SettingsChanged: (17, "settings"),
                changes.Renamed: (18, "renamed"),
                changes.Invited: (19, "invited"),
                changes.Uninvited: (20, "uninvited"),
                changes.LinkMade: (21, "link"),
                changes.RoleSet: (22, "role"),
                changes.Kicked: (23, "kicked"),
                changes.Banned: (24, "banned"),
                changes.Unbanned: (25, "unbanned"),
                changes.Muted: (26, "muted"),
                changes.Unmuted: (27, "unmuted"),
                changes.Edited: (28, "edited"),
                changes.Deleted: (29, "deleted"),
                changes.Reacted: (30, "reacted"),
                changes.Pinned: (31, "pinned"),
                changes.Unpinned: (32, "unpinned"),
            },
        )
        self.assertEqual(EMPTY, (3, 4))

    def test_distinct(self) -> None:
        """No number and no name stands for two things."""
        self.assertEqual(len({*KINDS.by_number, *EMPTY}), len(KINDS.all) + len(EMPTY))
        self.assertEqual(len(KINDS.by_name), len(KINDS.all))


class Data(StoreCase):
    """An event with data goes into a database, out of it, and into another one."""

    def setUp(self) -> None:
        super().setUp()
        for module in (rows, exports, room_file):
            self.patch(module, "KINDS", LATER)
        self.weather = Weather(room="hall", place="Hall", sender="Al", sky='"News" é', levels=[1, 2])

    def export(self, data: Path) -> bytes:
        """The hall, as lines."""
        target = io.BytesIO()
        records(data).export("hall", target)
        return target.getvalue()

    def test_row(self) -> None:
        """What comes out is what went in."""
        [commit] = self.append(self.weather)
        select = f"SELECT {rows.COLUMNS} FROM messages m"
        [row] = self.reactor.wait(self.store.access.read(lambda connection: connection.execute(select).fetchall()))
        self.assertEqual(rows.event_of("hall", row), commit.event)
        self.assertEqual((row[1], json.loads(row[-1])), (_LATER, {"sky": '"News" é', "levels": [1, 2]}))

    def test_no_data(self) -> None:
        """Kinds that declare none have none."""
        self.append(came(), said("a"))
        self.assertEqual(asked(self.database, "SELECT DISTINCT data FROM messages"), [(None,)])

    def test_exported(self) -> None:
        """It comes back from an export as it was."""
        self.append(said("a"), self.weather)
        first = self.export(self.data)
        self.assertEqual(json.loads(first.splitlines()[2])["data"], {"sky": '"News" é', "levels": [1, 2]})
        self.close()
        file = self.folder / "room.jsonl"
        file.write_bytes(first)
        self.data = self.folder / "elsewhere"
        self.open()
        self.close()
        self.assertEqual(take_in(self.data, file), ("Hall", 2))
        self.assertEqual(self.export(self.data), first)

    def test_bad_import(self) -> None:
        """Data that the kind does not have, or has otherwise, are refused."""
        self.append(self.weather)
        header, line = self.export(self.data).splitlines()
        self.close()
        self.data = self.folder / "elsewhere"
        self.open()
        self.close()
        entry, file = json.loads(line), self.folder / "room.jsonl"
        whole = entry["data"]
        for changed, complaint in (
            ({**entry, "data": {**whole, "more": 1}}, "the data of an event 'weather' are sky, levels"),
            ({**entry, "data": {"sky": "x"}}, "Object missing required field `levels`"),
            ({**entry, "kind": "joined"}, "the data of an event 'joined' are none"),
            ({**entry, "data": {**whole, "levels": "x"}}, "Expected `array`, got `str`"),
            ({**entry, "data": {"sky": "x", "seq": 9}}, "the data of an event 'weather' are sky, levels"),
        ):
            file.write_bytes(header + b"\n" + json.dumps(changed).encode() + b"\n")
            error = self.assertRaises(StoreError, take_in, self.data, file)
            self.assertIn(f", line 2: {complaint}", str(error))

    def test_pruned(self) -> None:
        """Nothing of it stays when it is pruned."""
        self.append(self.weather, said("a"))
        rounds = self.store.maintenance
        self.reactor.wait(rounds.set_policy("", RetentionPolicy(messages=1)))
        self.reactor.wait(ensureDeferred(rounds.prune(lambda: succeed(None))))
        self.assertEqual(asked(self.database, "SELECT kind FROM messages"), [(0,)])

    def test_checked(self) -> None:
        """A kind that nobody knows is found, and so are data that are no JSON."""
        self.append(self.weather)
        self.close()
        self.assertEqual(self.faults(), ["message 1 is of the unknown kind 999"])
        asked(self.database, "UPDATE messages SET kind = 1, data = '{'")
        self.assertEqual(self.faults(), ["message 1 has no readable data"])
        asked(self.database, "UPDATE messages SET data = NULL")
        self.assertEqual(verify(self.database).rooms, 1)

    def faults(self) -> list[str]:
        """What is wrong with the database."""
        found = self.assertRaises(DamagedError, verify, self.database).faults
        return [fault.removeprefix(f"{self.database}: ") for fault in found]
