"""`export` and `import`: a room that goes out as lines of JSON, and comes back."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from chat.changes import Banned, Deleted, Edited, Muted, Pinned, Reacted, RoleSet, SettingsChanged, TopicSet
from chat.errors import ChatError
from chat.files import FileInfo
from chat.room_state import RoomState
from chat.store.interfaces import Account, Draft, Owner, Query, Quota, StoredFile, StoreError, Whole
from tests.admin.case import Person, ToolCase
from tests.running import RunningServer
from tests.store.case import NOON, came, change, said, sent, texts_of, went
from tests.store.folders import StoreCase, records, take_in, verify

HEADER = {"format": "chatserver-room", "version": 1, "room": "hall", "name": "Hall"}
ENTRY = {"kind": "message", "seq": 1, "sender": "Al", "sent_at": 5.5, "place": "Hall", "text": "hi"}
FILE = {"id": "f" * 32, "name": "a.png", "size": 9, "type": "image/png", "until": 5.5}
_BAD_FIELDS: Sequence[tuple[str, object]] = (
    ("id", "../x"),
    ("name", "../x"),
    ("name", "a\u202eb"),
    ("type", "text/html; x"),
    ("size", 0),
    ("width", -1),
    ("key", "k"),
    ("site", "a\x1b[2J"),
)
# Entries with files that no message has, and the complaint.
BAD_FILES: Sequence[tuple[object, str]] = [
    ({**ENTRY, "seq": 2, "data": {"file": {**FILE, name: value}}}, "no message has such a file")
    for name, value in _BAD_FIELDS
]


class RoomCase(StoreCase):
    """A store, and rooms that go out and come in."""

    def out(self, room: str = "hall", *, private: bool = False) -> bytes:
        """What `export` writes."""
        target = io.BytesIO()
        records(self.data).export(room, target, private=private)
        return target.getvalue()

    def file(self, *lines: object) -> Path:
        """A file with these lines: bytes as they are, all else as JSON."""
        path = self.folder / "room.jsonl"
        path.write_bytes(
            b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
        )
        return path

    def elsewhere(self) -> None:
        """Go on with another store, in which there is something already."""
        self.close()
        self.data = self.folder / "elsewhere"
        self.database = self.data / "chat.db"
        self.open()
        self.append(said("other", room="attic", sender="Cy"), sent("secret"))


class Rooms(RoomCase):
    """There and back again."""

    def test_files(self) -> None:
        """A message comes back with what it says of its file, and is found by its name; its bytes are gone."""
        file = FileInfo("f" * 32, "Plan für Zoë.pdf", 9, "application/octet-stream", NOON)
        self.file_of("hall", file)
        self.append(replace(said(""), file=file), replace(said("see"), file=None))
        exported = self.out()
        self.elsewhere()
        self.close()
        take_in(self.data, self.file(exported))
        self.assertEqual(self.out(), exported.replace(b"%r}" % file.until, b'%r,"expired":true}' % file.until))
        self.open()
        [found] = self.reactor.wait(self.store.search(Query(["plan", "zoe"], 9))).events
        self.assertEqual((found.text, found.file), ("", replace(file, expired=True)))
        self.assertIsNone(self.reactor.wait(self.store.files.find(file.id)))

    def file_of(self, room: str, file: FileInfo) -> None:
        """Send a file there; it is for nobody's account."""
        stored = StoredFile(
            id=file.id,
            secret=b"x",
            owner=Owner(""),
            request=None,
            room=room,
            name=file.name,
            size=file.size,
            made_at=NOON,
            until=file.until,
        )
        self.reactor.wait(self.store.files.add(stored, Quota(10**6, 10**6, 3, 3)))
        self.reactor.wait(self.store.files.make_whole(file.id, Whole("0" * 64, file.type)))

    def test_identical(self) -> None:
        """Everything comes back as it was: a second export is the first, byte for byte."""
        self.now = 0.1 + 0.2
        events = [
            replace(came(), client_id=-7),
            replace(came("Bob"), place=None),
            said('hé "quoted" \\ \U0001f600 \u2190', nonce="str:a:0123"),
            went(),
        ]
        self.append(*events)
        self.now = 1.7e9 + 1 / 3
        self.append(*(said(f"text {number}", nonce=f"int:{number}:ff") for number in range(2000)))
        first = self.out()
        self.elsewhere()
        self.close()
        self.assertEqual(take_in(self.data, self.file(first)), ("Hall", 2004))
        self.assertEqual(self.out(), first)
        self.assertEqual(verify(self.database)[:3], (2003, 3, 0))
        lines = first.splitlines()
        self.assertEqual(json.loads(lines[0]), HEADER)
        self.assertEqual(
            lines[1],
            b'{"kind":"joined","seq":1,"sender":"Al","sent_at":0.30000000000000004,"place":"Hall","client_id":-7}',
        )

    def test_sign(self) -> None:
        """The room may be given with its sign."""
        self.append(said("hi"))
        self.assertEqual(self.out("#Hall"), self.out("hall"))

    def test_mark(self) -> None:
        """The file may begin with a mark of the order of bytes, which some editors put there."""
        self.append(said("hi"))
        exported = self.out()
        self.elsewhere()
        self.close()
        self.assertEqual(take_in(self.data, self.file(b"\xef\xbb\xbf" + exported)), ("Hall", 1))
        self.assertEqual(self.out(), exported)

    def test_goes_on(self) -> None:
        """In its new place the room is like any other: it is found, it counts on, it knows its repeats."""
        self.append(said("needle é", nonce="int:1:ff"), said("b"))
        first = self.out()
        self.elsewhere()
        self.close()
        take_in(self.data, self.file(first))
        self.open()
        self.assertEqual(self.store.lost_messages, 0)
        found = self.reactor.wait(self.store.search(Query(["needle"], 9)))
        self.assertEqual(texts_of(found), ["needle é"])
        self.assertEqual(texts_of(self.reactor.wait(self.store.search(Query(["b"], 9, room="hall")))), ["b"])
        commits = self.append(said("needle é", nonce="int:1:ff"), said("c"))
        self.assertEqual([(commit.event.seq, commit.repeat) for commit in commits], [(1, True), (3, False)])

    def test_ids(self) -> None:
        """Ids that were lost with a part of the database are not used again by what is taken in."""
        self.append(said("a", room="attic"))
        self.close()
        (self.data / "high-water").write_bytes((50).to_bytes(8, "little"))
        take_in(self.data, self.file(HEADER, ENTRY))
        self.open()
        self.assertEqual(self.store.lost_messages, 0)
        ids = self.reactor.wait(
            self.store.access.read(lambda asked: asked.execute("SELECT id FROM messages").fetchall())
        )
        self.assertEqual(ids, [(1,), (51,)])

    def test_pruned_room(self) -> None:
        """A room whose beginning is gone begins where it began."""
        self.close()
        lines = [HEADER, {**ENTRY, "seq": 7}, {**ENTRY, "seq": 8, "nonce": "int:1:ff"}]
        take_in(self.data, self.file(*lines))
        self.assertEqual([json.loads(line) for line in self.out().splitlines()], lines)
        self.assertEqual(verify(self.database)[:3], (2, 1, 0))
        self.open()
        self.assertEqual(self.append(said("c"))[0].event.seq, 9)

    def test_deleted_senders(self) -> None:
        """What was said by a deleted account is not found under the name in its new place either."""
        for round_ in "ab":
            self.reactor.wait(self.store.accounts.create(Account("al", "Al", "hash", NOON), None))
            self.append(said(round_, nonce="int:1:ff"))
            self.reactor.wait(self.store.accounts.delete("al", self.now + 1))
            self.now += 2
        self.append(said("c", nonce="int:1:ff"))
        first = self.out()
        self.assertEqual([json.loads(line).get("deleted") for line in first.splitlines()[1:]], [1, 2, None])
        self.elsewhere()
        self.close()
        take_in(self.data, self.file(first))
        self.assertEqual(self.out(), first)
        self.open()
        mine = self.reactor.wait(self.store.search(Query(["a"], 9, sender="al")))
        self.assertEqual(texts_of(mine), [])
        self.assertEqual(texts_of(self.reactor.wait(self.store.search(Query(["c"], 9, sender="al")))), ["c"])

    def test_conversations_are_private(self) -> None:
        """Only public rooms go out."""
        self.append(sent("secret"))
        for name in ("direct:al:bob", "bob"):
            self.assertRaises((StoreError, ChatError), self.out, name)


class Changed(RoomCase):
    """Rooms with a state, and messages that were changed."""

    def setUp(self) -> None:
        super().setUp()
        for name in ("Al", "Bob"):
            self.reactor.wait(self.store.accounts.create(Account(name.lower(), name, "hash", NOON), None))
        self.append_drafts(Draft(came(), belongs=True))
        self.append(
            change(TopicSet, text="Keys"),
            change(RoleSet, name="Bob", role="moderator"),
            replace(said("@Bob needle"), mentions=("bob",)),
            said("slip", nonce="int:1:ff"),
            change(Edited, of=4, text="@Bob needle, mended", mentions=("bob",)),
            change(Deleted, of=5),
            change(Reacted, sender="Bob", of=4, emoji="+"),
            change(Pinned, of=4),
            change(Muted, name="Cy", target="cy"),
            change(Banned, name="Dee", target="at 192.0.2.1", reason="noise"),
        )

    def again(self, exported: bytes) -> RoomState | None:
        """Take it in elsewhere, where Bob has been; the state that it has there."""
        self.elsewhere()
        self.append(said("hi", "attic", "Bob"))
        self.close()
        take_in(self.data, self.file(exported))
        verify(self.database)
        self.open()
        return self.sink.states.get("hall")

    def test_state(self) -> None:
        """Its events make the state again; a guest's address goes nowhere, nor does a deleted text."""
        before = self.sink.commits[-1].state
        exported = self.out()
        for secret in (b"192.0.2.1", b"slip", b"int:1"):
            self.assertNotIn(secret, exported)
        state = self.again(exported)
        assert state is not None
        assert before is not None
        self.assertEqual(replace(state, bans={}), replace(before, bans={}))
        self.assertEqual([*state.bans], ["guest dee"])
        self.assertEqual(self.out(), exported)

    def test_messages(self) -> None:
        """Messages are as they were last, they can be found, and changed again."""
        self.again(self.out())
        [message] = self.reactor.wait(self.store.search(Query([], 9, mentions="bob"))).events
        self.assertEqual((message.text, message.reactions), ("@Bob needle, mended", {"+": ["Bob"]}))
        self.append(change(Deleted, of=4))
        self.close()
        verify(self.database)
        self.assertNotIn(b"mended", self.out())

    def test_pruned(self) -> None:
        """What the first events did is lost with them, and what stood on them is left out."""
        lines = self.out().splitlines(keepends=True)
        state = self.again(b"".join([lines[0], *lines[3:]]))
        assert state is not None
        self.assertEqual((state.owner, state.topic, state.made_by), (None, "", "Al"))
        self.assertEqual([*state.members], ["bob"])

    def test_private(self) -> None:
        """A private room goes out only where that is said, with its state, and is private where it comes in."""
        self.append(change(SettingsChanged, settings={"private": True, "retention": 3600}))
        before = self.sink.commits[-1].state
        assert before is not None
        self.assertEqual(
            str(self.assertRaises(StoreError, self.out)), "Hall is private; with --private it is exported all the same"
        )
        state = self.again(self.out(private=True))
        self.assertEqual(state, replace(before, bans={}))
        self.assertEqual(texts_of(self.reactor.wait(self.store.search(Query(["needle"], 9)))), [])
        self.assertEqual(records(self.data).policies()[0].policy.seconds, 3600)

    def test_refused(self) -> None:
        """A state, or a change, that no server would have."""
        lines = [json.loads(line) for line in self.out().splitlines()]
        self.elsewhere()
        self.close()
        topic = lines[2]
        for changed, complaint in (
            ([{**HEADER, "founder": "a b"}], "a name is"),
            ([{**HEADER, "state": {"members": {"al": {"name": "Bob"}}}}], "no member Bob can have the key al"),
            ([{**HEADER, "state": {"topic": "a\x1bb"}}], "characters that none has"),
            ([{**HEADER, "state": {"owner": 5}}], "Expected `str | null`"),
            ([HEADER, {**topic, "data": {"text": "a\x1bb"}}], "characters that no event has"),
            ([HEADER, {**topic, "kind": "role", "data": {"name": "Bob", "role": "king"}}], "field role has a wrong"),
            ([HEADER, {**topic, "kind": "gone"}], "of a deleted message nothing is kept"),
            ([HEADER, {**ENTRY, "kind": "gone"}], "only a message has a text"),
        ):
            error = self.assertRaises(StoreError, take_in, self.data, self.file(*changed))
            self.assertIn(complaint, str(error))


class Refusals(RoomCase):
    """Files that cannot be taken in."""

    def setUp(self) -> None:
        super().setUp()
        self.append(said("there", room="attic"))
        self.close()

    def complaint(self, *lines: object) -> str:
        """What is said of a file, which changes nothing."""
        before = self.database.read_bytes()
        file = self.file(*lines)
        error = str(self.assertRaises(StoreError, take_in, self.data, file))
        self.assertEqual(self.database.read_bytes(), before)
        return error.removeprefix(str(file))

    def test_headers(self) -> None:
        """The first line says what it is, and which room."""
        for header, complaint in (
            (b"", "the line is not whole"),
            (b"{}", "the line is not whole"),
            (b"no JSON\n", "JSON is malformed"),
            ({**HEADER, "version": 2}, "this is not chatserver-room of version 1"),
            ({**HEADER, "format": "x"}, "this is not chatserver-room of version 1"),
            ({**HEADER, "more": 1}, "unknown field `more`"),
            ({**HEADER, "name": "Other"}, "no room Other can have the key hall"),
            ({**HEADER, "room": "all", "name": "all"}, "no room all can have the key all"),
            ({**HEADER, "room": "a b", "name": "a b"}, "a room's name is"),
            ({**HEADER, "room": "attic", "name": "Attic"}, "the room Attic has messages already"),
        ):
            self.assertRegex(self.complaint(header), f"^, line 1: .*{complaint}")

    def test_entries(self) -> None:
        """Each line is what a server would have stored."""
        nonce = {**ENTRY, "nonce": "int:1:ff"}
        for entry, complaint in (
            (b"\n", "Input data was truncated"),
            (json.dumps(ENTRY).encode(), "the line is not whole"),
            (json.dumps(ENTRY).encode().replace(b"hi", b"\xff\xff") + b"\n", "Invalid UTF-8|utf-8"),
            ({**ENTRY, "kind": "other"}, "this program knows no event 'other'"),
            ({**ENTRY, "seq": 3}, "after seq 1 comes 3"),
            ({**ENTRY, "seq": 1}, "after seq 1 comes 1"),
            ({**ENTRY, "seq": "2"}, "Expected `int`, got `str`"),
            ({**ENTRY, "seq": 2, "client_id": 2**63}, "."),
            ({**ENTRY, "seq": 2, "sent_at": -1}, "Expected `float` >= 0"),
            ({**ENTRY, "seq": 2, "sent_at": 1e308}, "sent_at is in the future"),
            ({**ENTRY, "seq": 2, "sent_at": 253402300800}, "sent_at is in the future"),
            (json.dumps({**ENTRY, "seq": 2}).replace("5.5", "1e999").encode() + b"\n", "."),
            (json.dumps({**ENTRY, "seq": 2}).replace("5.5", "NaN").encode() + b"\n", "."),
            ({**ENTRY, "seq": 2**62}, "Expected `int` <= 100000000000000"),
            ({**ENTRY, "seq": 2, "client_id": -(2**63) - 1}, "."),
            ({**ENTRY, "seq": 2, "deleted": 2**62}, "Expected `int` <= 100000000000000"),
            ({**ENTRY, "seq": 2, "sender": "server"}, "nobody can be called server"),
            ({**ENTRY, "seq": 2, "place": None}, "a message has the place in which it was said"),
            ({**ENTRY, "seq": 2, "text": "  "}, "the text is missing"),
            *BAD_FILES,
            ({**ENTRY, "seq": 2, "text": "hi "}, "the text is missing, or has characters that no message has"),
            ({**ENTRY, "seq": 2, "nonce": "mine"}, "no server makes such a nonce"),
            ({**ENTRY, "seq": 2, "nonce": "str:" + "x" * 16385}, "is longer than 16384 bytes"),
            ({**ENTRY, "seq": 2, "sender": "A b"}, "a name is 1 to 32 letters"),
            ({**ENTRY, "seq": 2, "sender": "ﬁ"}, "the sender's name is not in its usual form"),
            ({**ENTRY, "seq": 2, "place": "Attic"}, "the place is not this room"),
            ({**ENTRY, "seq": 2, "text": ""}, "the text is missing"),
            ({**ENTRY, "seq": 2, "text": None}, "the text is missing"),
            ({**ENTRY, "seq": 2, "text": "\x1b[2J"}, "the text is missing, or has characters that no message has"),
            ({**ENTRY, "seq": 2, "text": "x" * 16385}, "is longer than 16384 bytes"),
            ({**ENTRY, "seq": 2, "text": "x" * 300_000}, "the line is not whole"),
            ({**ENTRY, "seq": 2, "kind": "left"}, "only a message has a text"),
            ({**nonce, "seq": 2}, "Al has used this nonce before"),
            ({**ENTRY, "seq": 2, "more": 1}, "unknown field `more`"),
        ):
            self.assertRegex(self.complaint(HEADER, nonce, entry), f"^, line 3: .*(?:{complaint})")

    def test_places(self) -> None:
        """A room may begin anywhere, but not where none ever gets to."""
        for seq in (10**14 + 1, 2**62):
            self.assertRegex(self.complaint(HEADER, {**ENTRY, "seq": seq}), "^, line 2: Expected `int` <= ")

    def test_deleted(self) -> None:
        """A number stands for one sender."""
        entries = [{**ENTRY, "deleted": 1}, {**ENTRY, "seq": 2, "sender": "Bob", "deleted": 1}]
        self.assertEqual(self.complaint(HEADER, *entries), ", line 3: the deleted sender 1 had another name before")

    def test_in_use(self) -> None:
        """Not while a server runs."""
        self.open()
        self.assertRaises(StoreError, take_in, self.data, self.file(HEADER, ENTRY))


class Program(ToolCase):
    """Both, as an operator uses them."""

    def test_there_and_back(self) -> None:
        """Out of a server that runs, into one that is stopped."""
        with RunningServer("--data", str(self.data)) as server, Person(server.port, "Al") as al:
            al.say("hello")
            self.assertEqual(self.refused("export", "--room", "hall"), "there is no room hall")
            exported = self.done("export", "--room", "LOBBY")
            self.assertEqual(self.kinds(exported), ["joined", "message"])
            self.assertEqual(self.done("export", "--room", "lobby", "lobby.jsonl"), "wrote lobby.jsonl, 2 events\n")
            self.assertEqual((self.folder / "lobby.jsonl").read_text(), exported)
            self.assertEqual(self.refused("export", "--room", "lobby", "lobby.jsonl"), "lobby.jsonl exists already")
            in_use = f"another server uses the data folder {self.data}"
            self.assertEqual(self.refused("import", "lobby.jsonl"), in_use)
        self.assertEqual(self.refused("import", "none.jsonl"), "none.jsonl: No such file or directory")
        self.assertEqual(self.refused("import", "lobby.jsonl")[:20], "lobby.jsonl, line 1:")
        self.data = self.folder / "new"
        self.assertEqual(self.refused("import", "lobby.jsonl"), f"there is no database {self.data / 'chat.db'}")
        self.assertFalse(self.data.exists())
        with RunningServer("--data", str(self.data), "--lobby", "other") as server, Person(server.port, "Al"):
            pass
        self.assertEqual(self.done("import", "lobby.jsonl"), "2 events are in lobby now\n")
        self.assertEqual(self.done("export", "--room", "lobby"), exported)

    def kinds(self, exported: str) -> Sequence[str]:
        """What kinds of events there are."""
        return [json.loads(line)["kind"] for line in exported.splitlines()[1:]]
