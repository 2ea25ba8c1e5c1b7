"""What every store promises to keep of files."""

from collections.abc import Sequence
from hashlib import sha256

from msgspec.structs import replace

from chat.changes import Deleted, Edited, SettingsChanged
from chat.errors import ChatError
from chat.events import Message
from chat.files import FileInfo
from chat.names import direct_room
from chat.store.interfaces import (
    Author,
    Draft,
    Dropped,
    Needed,
    Owner,
    Query,
    Quota,
    Span,
    StoredFile,
    Usage,
    Whole,
)
from tests.store.case import StoreCase, came, change, said, sent

HOUR, DAY = 3600.0, 86400.0
# Large enough for all but those who test it.
ENOUGH = Quota(10**9, 10**9, 10, 10)
AL = Owner("al")
AUTHOR = Author("al")
SPAN = Span(100)
QUERY = Query((), 10)


def sum_of(text: str) -> str:
    """The SHA-256 of bytes that are called `text`."""
    return sha256(text.encode()).hexdigest()


def info_of(file: StoredFile) -> FileInfo:
    """What a message says of it."""
    return FileInfo(file.id, file.name, file.size, file.media_type, file.until, file.width, file.height, file.key)


class FilesContract(StoreCase):
    """Mixed into the test case of each implementation. Al sends files to the hall."""

    def new(self, id: str, size: int = 1000, owner: Owner = AL, room: str = "hall", **more: object) -> StoredFile:
        """A file that is asked for now, and kept for a month."""
        file = StoredFile(
            id=id,
            secret=sha256(f"secret of {id}".encode()).digest(),
            owner=owner,
            request=None,
            room=room,
            name=f"{id}.png",
            size=size,
            made_at=self.now,
            until=self.now + 30 * DAY,
        )
        return replace(file, **more)

    def add(self, file: StoredFile, quota: Quota = ENOUGH) -> StoredFile:
        """Keep it."""
        return self.result(self.store.files.add(file, quota))

    def find(self, id: str) -> StoredFile | None:
        """What is kept of it."""
        return self.result(self.store.files.find(id))

    def whole(self, id: str, content: str = "photo", **more: object) -> StoredFile:
        """A file whose bytes are all there."""
        self.add(self.new(id, **more))  # type: ignore[arg-type]
        file = self.result(self.store.files.make_whole(id, Whole(sum_of(content), "image/png", 640, 480)))
        assert file is not None
        return file

    def say(self, file: StoredFile, text: str = "look", **more: object) -> Message:
        """Say it; the stored message."""
        message = said(text, file.room) if ":" not in file.room else sent(text)
        message = replace(message, file=info_of(file), **more)
        self.store.append(Draft(message, holder=file.owner.holder))
        self.settle()
        event = self.sink.commits[-1].event
        assert isinstance(event, Message)
        return event

    def refusal(self, file: StoredFile, holder: str = "al", room: str = "hall") -> str:
        """The code with which a message with this file is refused."""
        draft = Draft(replace(said("look", room), file=info_of(file)), holder=holder)
        commits = len(self.sink.commits)
        try:
            self.store.append(draft)
            self.settle()
            code = self.sink.refusals.pop().error.code
        except ChatError as error:
            code = error.code
        self.assertEqual(len(self.sink.commits), commits)
        return code

    def dropped(self) -> Sequence[Dropped]:
        """The files whose bytes may go."""
        found = self.result(self.store.files.dropped(100))
        return sorted(found)

    def sweep(self, limit: int = 100) -> int:
        """Forget what is too old."""
        return self.result(self.store.files.drop_old(self.now - HOUR, self.now - DAY, limit))

    # --- sending

    def test_kept(self) -> None:
        """A file is found by its id and by the secret of its upload, and nothing else is."""
        file = self.new("a", key="word", sha256=sum_of("photo"))
        self.assertEqual(self.add(file), file)
        self.assertEqual(self.find("a"), file)
        self.assertEqual(self.result(self.store.files.find_upload(file.secret)), file)
        self.assertIsNone(self.find("b"))
        self.assertIsNone(self.result(self.store.files.find_upload(b"another")))

    def test_whole(self) -> None:
        """When all bytes are there, it is known what they are."""
        self.add(self.new("a"))
        self.now += 60
        file = self.result(self.store.files.make_whole("a", Whole(sum_of("photo"), "image/png", 640, 480)))
        assert file is not None
        self.assertEqual(
            (file.whole, file.whole_at, file.sha256, file.media_type, file.width, file.height),
            (True, self.now, sum_of("photo"), "image/png", 640, 480),
        )
        self.assertEqual(self.find("a"), file)

    def test_asked_again(self) -> None:
        """The same request of the same owner finds the file again, with another secret, until it is said."""
        first = self.add(self.new("a", request="int:1"))
        again = self.new("b", request="int:1", name="a.png")
        found = self.add(again, Quota(0, 0, 0, 0))
        self.assertEqual(found, replace(first, secret=again.secret))
        self.assertIsNone(self.result(self.store.files.find_upload(first.secret)))
        self.assertEqual(self.result(self.store.files.find_upload(again.secret)), found)
        others = (
            self.new("c", request="int:2", name="a.png"),
            self.new("d", request="int:1", name="a.png", owner=Owner("bob")),
            self.new("e", request="int:1", name="a.png", owner=Owner("al", "guest")),
            self.new("f", request="int:1", name="a.png", room="attic"),
            self.new("g", request="int:1", name="a.png", size=1001),
            self.new("h", request=None, name="a.png"),
        )
        for other in others:
            self.assertEqual(self.add(other), other)
        file = self.result(self.store.files.make_whole("a", Whole(sum_of("x"), "image/png")))
        assert file is not None
        self.say(file)
        self.assertEqual(self.add(self.new("i", request="int:1", name="a.png")).id, "i")

    def test_quota(self) -> None:
        """Bytes and uploads are limited for each holder, and for all."""
        quota = Quota(3000, 5000, 2, 3, 100)
        self.whole("a", size=1000)
        self.add(self.new("b", size=1000), quota)
        self.assertEqual(self.code_of(self.store.files.add(self.new("c", size=701), quota)), "quota_full")
        self.add(self.new("c", size=700), quota)
        self.assertEqual(self.code_of(self.store.files.add(self.new("d", size=1), quota)), "too_many_uploads")
        bob = Owner("bob")
        self.assertEqual(self.code_of(self.store.files.add(self.new("d", size=1901, owner=bob), quota)), "quota_full")
        self.add(self.new("d", size=1800, owner=bob), quota)
        more = quota._replace(bytes=9999)
        self.assertEqual(self.code_of(self.store.files.add(self.new("e", 1, bob), more)), "too_many_uploads")
        self.assertEqual(self.result(self.store.files.usage()), Usage(4, 4500))
        self.assertEqual(self.result(self.store.files.usage("bob")), Usage(1, 1800))
        self.result(self.store.files.drop(["b", "c", "nothing"]))
        self.assertEqual(self.result(self.store.files.usage("al")), Usage(1, 1000))

    def test_given_up(self) -> None:
        """Of a file that is dropped the bytes may go: the partial ones, or those that no other file has."""
        self.add(self.new("a"))
        self.whole("b", "same")
        self.whole("c", "same")
        self.result(self.store.files.drop(["a", "b"]))
        self.assertEqual(self.dropped(), [Dropped("a", True, None), Dropped("b", False, None)])
        self.result(self.store.files.drop(["c"]))
        self.assertIn(Dropped("c", False, sum_of("same")), self.dropped())
        self.result(self.store.files.forget_dropped(["a", "b"]))
        self.assertEqual(self.dropped(), [Dropped("c", False, sum_of("same"))])

    def test_too_late(self) -> None:
        """The bytes of a file that was forgotten meanwhile may go."""
        self.assertIsNone(self.result(self.store.files.make_whole("a", Whole(sum_of("photo"), "image/png"))))
        self.assertEqual(self.dropped(), [Dropped("a", False, sum_of("photo"))])

    def test_needed(self) -> None:
        """What a start may not remove."""
        self.add(self.new("a"))
        self.whole("b", "one")
        self.say(self.whole("c", "two"))
        self.assertEqual(self.result(self.store.files.needed()), Needed({"a"}, {sum_of("one"), sum_of("two")}))

    # --- saying

    def test_said(self) -> None:
        """A message carries its file, and the file knows its message: also after another start."""
        file = self.whole("a")
        message = self.say(file, "look", nonce="int:1")
        self.assertEqual(message.file, info_of(file))
        if self.remembers:
            self.reopen()
        found = self.find("a")
        assert found is not None and found.said is not None
        self.assertEqual((found.said.seq, found.said.at), (message.seq, message.sent_at))
        account = self.claim("Bob")
        self.assertLessEqual(found.said.number, account.since)
        [kept] = self.result(self.store.history("hall", SPAN)).events
        self.assertEqual(kept, message)

    def test_once(self) -> None:
        """A file is said once; the same message again is the first one."""
        file = self.whole("a")
        first = self.say(file, nonce="int:1")
        self.assertEqual(self.refusal(file), "upload_gone")
        again = self.say(file, nonce="int:1")
        self.assertTrue(self.sink.commits[-1].repeat)
        self.assertEqual(again, first)

    def test_not_theirs(self) -> None:
        """Only the owner says a file, where it is for, when it is whole."""
        file = self.whole("a")
        self.assertEqual(self.refusal(file, "bob"), "upload_gone")
        self.assertEqual(self.refusal(file, room="attic"), "upload_gone")
        self.assertEqual(self.refusal(self.add(self.new("b"))), "upload_gone")
        self.assertEqual(self.refusal(self.new("c")), "upload_gone")
        self.say(file)

    def test_twice_at_once(self) -> None:
        """Two messages with one file in one batch: one of them is said."""
        file = self.whole("a")
        codes = []
        for text in ("one", "two"):
            try:
                self.store.append(Draft(replace(said(text), file=info_of(file)), holder="al"))
            except ChatError as error:
                codes.append(error.code)
        self.settle()
        self.assertEqual([*codes, *(each.error.code for each in self.sink.refusals)], ["upload_gone"])
        self.assertEqual(self.history()[0], ["one"])

    def test_deleted(self) -> None:
        """A file goes with its message, and an edit leaves it."""
        message = self.say(self.whole("a"))
        self.append(change(Edited, of=message.seq, text="see"))
        self.assertIsNotNone(self.find("a"))
        [kept] = self.result(self.store.history("hall", SPAN)).events
        assert isinstance(kept, Message)
        self.assertEqual((kept.text, kept.file), ("see", message.file))
        self.append(change(Deleted, of=message.seq))
        self.assertIsNone(self.find("a"))
        self.assertEqual(self.dropped(), [Dropped("a", False, sum_of("photo"))])
        self.assertEqual(self.result(self.store.files.usage()), Usage(0, 0))

    def test_taken_back(self) -> None:
        """A message that waits, and is taken back, takes its file along."""
        self.claim("Bob")
        self.say(self.whole("a", room=direct_room("al", "bob")))
        self.assertIsNotNone(self.find("a"))
        self.result(self.store.take_back([AUTHOR], "bob", lambda _: False))
        self.assertIsNone(self.find("a"))

    def test_room_deleted(self) -> None:
        """A room that is deleted takes its files along."""
        founded = Draft(came(), belongs=True)
        self.append_drafts(founded)
        self.say(self.whole("a"))
        self.append(change(SettingsChanged, settings={"closed": "deleted", "private": True}))
        self.upkeep()
        self.settle()
        self.assertIsNone(self.find("a"))
        self.assertEqual(self.dropped(), [Dropped("a", False, sum_of("photo"))])

    def test_searched(self) -> None:
        """A search finds the name of a file, until the message is gone; also where there is no text."""
        message = self.say(self.whole("holiday", name="Zürich trip.jpg"), "")
        self.say(self.whole("b", name="b.png"), "Zürich")
        self.assertEqual(self.found("zurich"), ["Zürich", ""])
        self.assertEqual(self.found("trip", "jpg"), [""])
        self.append(change(Edited, of=message.seq, text="us in June"))
        self.assertEqual(self.found("june", "trip"), ["us in June"])
        self.append(change(Deleted, of=message.seq))
        self.assertEqual(self.found("trip"), [])
        self.assertEqual(self.found("zurich"), ["Zürich"])

    def found(self, *words: str) -> Sequence[str]:
        """The texts of the messages that a search finds."""
        return [message.text for message in self.result(self.store.search(QUERY._replace(words=words))).events]

    # --- keeping

    def test_old(self) -> None:
        """What was never said goes, and what was never whole; each in its time."""
        self.add(self.new("partial"))
        self.now += DAY - 60
        self.whole("unsaid")
        said_file = self.whole("said")
        self.say(said_file)
        self.assertEqual(self.sweep(), 0)
        self.now += 61
        self.assertEqual((self.sweep(), self.find("partial")), (1, None))
        self.now += HOUR
        self.assertEqual((self.sweep(), self.find("unsaid")), (1, None))
        self.assertIsNotNone(self.find("said"))
        self.assertEqual({each.id for each in self.dropped()}, {"partial", "unsaid"})

    def test_expired(self) -> None:
        """A file expires: the message stays, and says so; also one that waits."""
        self.claim("Bob")
        self.say(self.whole("a"))
        self.say(self.whole("b", "other", room=direct_room("al", "bob")))
        self.now += 30 * DAY
        self.assertEqual((self.sweep(1), self.sweep(1), self.sweep(1)), (1, 1, 0))
        self.assertEqual((self.find("a"), self.find("b")), (None, None))
        [kept] = self.result(self.store.history("hall", SPAN)).events
        assert isinstance(kept, Message) and kept.file is not None
        self.assertEqual((kept.text, kept.file.name, kept.file.expired), ("look", "a.png", True))
        [waiting] = self.result(self.store.missed("bob", 10)).events
        assert waiting.file is not None
        self.assertTrue(waiting.file.expired)
        self.assertEqual(self.found("png"), ["look"])

    def test_account_deleted(self) -> None:
        """What a deleted account has not said goes. What it said stays, and counts for nobody."""
        self.claim("Al")
        self.claim("Bob")
        self.add(self.new("partial"))
        self.say(self.whole("a", "hall"))
        direct = direct_room("al", "bob")
        self.say(self.whole("b", "direct", room=direct))
        self.delete("al")
        self.assertIsNone(self.find("partial"))
        self.assertIsNotNone(self.find("a"))
        found = self.find("b")
        assert found is not None and found.said is not None
        self.assertNotEqual(found.room, direct)
        self.assertTrue(found.room.startswith(direct))
        self.assertEqual(self.result(self.store.files.usage("al")), Usage(0, 0))
        self.assertEqual(self.result(self.store.files.usage()), Usage(2, 2000))
