"""What the tests of files share: people on all wires, and a disk in memory."""

from collections.abc import Mapping
from hashlib import sha256
from typing import TypeVar

from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.hub.people import Asker
from chat.hub.uploads import Upload
from chat.hub.visitors import Visitor
from chat.store.interfaces import StoredFile, Whole
from tests.disk import FakeDisk
from tests.hub.people_case import PeopleCase, Program, Push

T = TypeVar("T")
PHOTO = Whole(sha256(b"photo").hexdigest(), "image/jpeg", 640, 480)
HOUR, DAY = 3600.0, 86400.0


class FilesCase(PeopleCase):
    """A server in memory that takes files, and a room `team` that people enter."""

    def setUp(self) -> None:
        super().setUp()
        self.disk = FakeDisk()
        self.uploads = self.factory.hub.uploads
        self.uploads.disk = self.disk

    def inside(self, name: str, room: str = "team", *, account: bool = True) -> Program:
        """Somebody on the JSON wire, in a room."""
        person = self.program(name, account=account)
        person.ask("join", room=room)
        return person

    def begun(self, person: Program, **asked: object) -> Push:
        """The answer to their request to send a photo to the room."""
        where: Mapping[str, object] = {} if "to" in asked else {"room": "team"}
        return person.ask("upload", **{"name": "photo.jpg", "size": 2_100_000, **where, **asked})

    def find(self, path: str) -> Upload:
        """The upload at this path."""
        return self.result(Deferred.fromCoroutine(self.uploads.find(path.rpartition("/")[2])))

    def finish(self, path: str, whole: Whole = PHOTO) -> StoredFile:
        """All bytes have come."""
        upload = self.find(path)
        self.uploads.claim(upload, whole.sha256)
        self.disk.partial.pop(upload.file.id, None)
        self.disk.blobs.add(whole.sha256)
        return self.result(Deferred.fromCoroutine(self.uploads.finished(upload, whole)))

    def sent(self, person: Program, **asked: object) -> str:
        """Send a photo; the id of the file."""
        begun = self.begun(person, **asked)
        self.finish(begun["upload"])
        return str(begun["file"])

    def shared(self, person: Program, text: str = "", **asked: object) -> str:
        """Send a photo and say it; the id of the file."""
        file = self.sent(person, **asked)
        where = {"to": asked["to"]} if "to" in asked else {"room": asked.get("room", "team")}
        answer = person.ask("message", text=text, file=file, **where)
        assert answer["type"] == "ack", answer
        return file

    def session(self, name: str) -> Asker:
        """The session of somebody who is here."""
        return next(iter(self.factory.users[name.lower()].sessions))

    def may_read(self, reader: Asker, file: str, key: str | None = None) -> bool:
        """Whether they get it; all refusals are the same."""
        try:
            self.result(Deferred.fromCoroutine(self.uploads.readable(reader, file, key)))
        except ChatError as error:
            self.assertEqual((error.code, str(error)), ("not_found", "there is nothing at that address"))
            return False
        return True

    def visitor(self, secret: str | None = None, address: str = "10.0.0.9") -> Asker:
        """Somebody over HTTP, perhaps with an access token."""
        return self.result(Deferred.fromCoroutine(self.factory.hub.visitors.reader(Visitor(secret, None, address))))

    def browser(self, name: str, *, guest: bool = False) -> Asker:
        """Somebody with a cookie, whether they are connected or not."""
        user = self.factory.users[name.lower()] if guest else None
        asked = self.factory.hub.visitors.reader_as(name.lower(), user, "10.0.0.9")
        return self.result(Deferred.fromCoroutine(asked))

    def sweep(self) -> None:
        """The minute is over."""
        self.result(Deferred.fromCoroutine(self.uploads.sweep()))

    def result(self, deferred: "Deferred[T]") -> T:
        """The result, which is there. Raises what it fails with."""
        failures: list[BaseException] = []
        found: list[T] = []
        deferred.addCallbacks(found.append, lambda failure: failures.append(failure.value))
        if failures:
            raise failures[0]
        return found[0]
