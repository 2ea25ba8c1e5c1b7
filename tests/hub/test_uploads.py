"""Sending files, and saying them."""

import json

from twisted.internet.defer import Deferred

from chat.errors import ChatError
from chat.limits import Limits
from chat.store.interfaces import ServerSettings
from tests.hub.files_case import DAY, HOUR, PHOTO, FilesCase
from tests.hub.people_case import Program


class Sending(FilesCase):
    """Who may send what."""

    def test_begins(self) -> None:
        """The answer says where the bytes go, from where on, and until when."""
        alice = self.inside("Alice")
        begun = self.begun(alice, id=7)
        self.assertEqual((begun["type"], begun["request"], begun["id"]), ("ack", "upload", 7))
        self.assertTrue(begun["upload"].startswith("/uploads/"))
        self.assertEqual(begun["offset"], 0)
        self.assertEqual(begun["until"][:4], "1970")
        upload = self.find(begun["upload"])
        self.assertEqual((upload.file.id, upload.file.name, upload.file.room), (begun["file"], "photo.jpg", "team"))
        self.assertNotIn(begun["file"], begun["upload"])

    def test_again(self) -> None:
        """The same request finds the file, and how far it has come; another id does not, nor another person."""
        alice, bob = self.inside("Alice"), self.inside("Bob")
        first = self.begun(alice, id="a")
        self.disk.partial[first["file"]] = 1000
        again = self.begun(alice, id="a")
        self.assertEqual((again["file"], again["offset"]), (first["file"], 1000))
        self.assertEqual(self.refusal(first["upload"]), "upload_gone")
        self.assertNotEqual(self.begun(alice, id="b")["file"], first["file"])
        self.assertNotEqual(self.begun(bob, id="a")["file"], first["file"])

    def refusal(self, path: str) -> str:
        """The code with which an upload is not found."""
        error: ChatError = self.assertRaises(ChatError, self.find, path)
        return error.code

    def test_not_there(self) -> None:
        """Nobody sends a file where they may not speak."""
        self.inside("Alice")
        outsider = self.program("Bob")
        self.assertEqual(self.begun(outsider)["code"], "not_in_room")
        self.assertEqual(self.begun(outsider, to="Bob")["code"], "bad_recipient")
        self.assertEqual(self.begun(outsider, to="@server")["code"], "bad_recipient")
        self.assertEqual(self.begun(outsider, to="Alice", room="team")["code"], "wrong_type")
        self.assertEqual(self.begun(outsider, to="Alice")["type"], "ack")
        lobby = outsider.ask("upload", name="a", size=1, to="all")
        self.assertEqual(self.find(lobby["upload"]).file.room, "lobby")

    def test_sizes(self) -> None:
        """A file has a byte or more, and no more than the limit."""
        alice = self.inside("Alice")
        self.assertEqual(self.begun(alice, size=0)["code"], "wrong_type")
        refused = self.begun(alice, size=Limits().file_bytes + 1)
        self.assertEqual((refused["code"], refused["message"]), ("file_too_large", "a file has up to 100 MB"))
        self.assertEqual(self.begun(alice, size=Limits().file_bytes)["type"], "ack")

    def test_quotas(self) -> None:
        """A guest may send less than an account; the guests of one address share it."""
        guest = self.inside("Carol", account=False)
        self.sent(guest, size=60_000_000)
        other = self.inside("Dave", account=False)
        refused = self.begun(other, size=60_000_000)
        self.assertEqual(refused["code"], "quota_full")
        self.assertEqual(refused["message"], "there is no room for that file: your files may take 100 MB together")
        self.assertEqual(self.begun(self.inside("Alice"), size=60_000_000)["type"], "ack")

    def test_full_disk(self) -> None:
        """A gigabyte of the disk stays free."""
        alice = self.inside("Alice")
        self.disk.free = 1_002_099_999
        self.assertEqual(self.begun(alice)["code"], "quota_full")
        self.disk.free += 1
        self.assertEqual(self.begun(alice)["type"], "ack")

    def test_at_once(self) -> None:
        """One person sends three files at once."""
        alice = self.inside("Alice")
        paths = [self.begun(alice)["upload"] for _ in range(3)]
        self.assertEqual(self.begun(alice)["code"], "too_many_uploads")
        self.finish(paths[1])
        self.assertEqual(self.begun(alice)["type"], "ack")

    def test_too_often(self) -> None:
        """Uploads are begun thirty times a minute."""
        alice = self.inside("Alice")
        codes = [self.begun(alice, id=1)["type"] for _ in range(31)]
        self.assertEqual((codes[29], codes[30], alice.pushes[-1]["code"]), ("ack", "error", "too_many_a_minute"))

    def test_wrong_sum(self) -> None:
        """What was announced must come."""
        alice = self.inside("Alice")
        begun = self.begun(alice, sha256=PHOTO.sha256.upper())
        upload = self.find(begun["upload"])
        error = self.assertRaises(ChatError, self.uploads.claim, upload, "0" * 64)
        self.assertEqual(error.code, "wrong_sum")
        self.assertTrue(self.finish(begun["upload"]).whole)
        self.assertEqual(self.begun(alice, sha256="abc")["code"], "wrong_type")

    def test_no_files(self) -> None:
        """A server without a place for files takes none."""
        alice = self.inside("Alice")
        self.uploads.disk = None
        self.assertEqual(self.begun(alice)["code"], "no_files")

    def test_given_up(self) -> None:
        """An upload that is given up is gone with its bytes, unless it was said."""
        alice = self.inside("Alice")
        begun = self.begun(alice)
        self.disk.partial[begun["file"]] = 10
        self.give_up(begun["upload"])
        self.assertEqual((self.disk.partial, self.refusal(begun["upload"])), ({}, "upload_gone"))
        begun = self.begun(alice)
        self.finish(begun["upload"])
        alice.ask("message", room="team", text="", file=begun["file"])
        self.assertEqual(self.assertRaises(ChatError, self.give_up, begun["upload"]).code, "upload_gone")

    def give_up(self, path: str) -> None:
        """Give an upload up."""
        self.result(Deferred.fromCoroutine(self.uploads.give_up(path.rpartition("/")[2])))

    def test_names(self) -> None:
        """A name is cleaned, and has no word that is not allowed."""
        alice = self.inside("Alice")
        begun = self.begun(alice, name="../../a\u202eb.jpg")
        self.assertEqual(self.find(begun["upload"]).file.name, "ab.jpg")


class Saying(FilesCase):
    """Messages with files."""

    def test_all_wires(self) -> None:
        """Everybody in the room hears of the file: in JSON with its parts, in text in a line."""
        alice, bob, carol = self.inside("Alice"), self.inside("Bob"), self.typist("Carol")
        carol.say("server:join team")
        file = self.shared(alice, "look,\nthe sea")
        [message] = [push for push in bob.read() if push["type"] == "message"]
        self.assertEqual(message["text"], "look,\nthe sea")
        self.assertEqual(
            message["file"],
            {
                "url": f"/files/{file}/photo.jpg",
                "name": "photo.jpg",
                "size": 2_100_000,
                "type": "image/jpeg",
                "until": "1970-01-31T00:00:00.000Z",
                "width": 640,
                "height": 480,
            },
        )
        lines = [
            "Alice (in team): look,",
            "Alice (in team): the sea",
            f"Alice (in team): photo.jpg (2.1 MB, image/jpeg) /files/{file}/photo.jpg",
        ]
        self.assertEqual(carol.read()[-3:], lines)
        past = carol.say("server:history")
        self.assertEqual([line.partition("] ")[2] for line in past[1:]], lines)

    def test_without_text(self) -> None:
        """A file needs no text, and its name is quoted in links; links are whole where the server knows its address."""
        self.uploads.site = "https://chat.example"
        alice, carol = self.inside("Alice"), self.typist("Carol")
        carol.say("server:join team")
        file = self.shared(alice, name="Zürich & more?.jpg")
        link = f"https://chat.example/files/{file}/Z%C3%BCrich%20%26%20more%3F.jpg"
        self.assertEqual(carol.read()[-1], f"Alice (in team): Zürich & more?.jpg (2.1 MB, image/jpeg) {link}")
        found = alice.ask("search", query="zurich")
        self.assertEqual((found["type"], alice.pushes[0]["file"]["name"]), ("ack", "Zürich & more?.jpg"))

    def test_answers(self) -> None:
        """A message with a file may answer another one."""
        alice, bob = self.inside("Alice"), self.inside("Bob")
        seq = bob.ask("message", room="team", text="how is it?")["seq"]
        file = self.sent(alice)
        alice.ask("message", room="team", text="so", file=file, answers=seq)
        [message] = [push for push in bob.read() if push.get("text") == "so"]
        self.assertEqual((message["answers"], message["answered"], message["file"]["size"]), (seq, "Bob", 2_100_000))

    def test_once(self) -> None:
        """A file is said once; a repeated request gets the first answer."""
        alice = self.inside("Alice")
        file = self.sent(alice)
        first = alice.ask("message", room="team", text="", file=file, id=1)
        self.assertEqual(alice.ask("message", room="team", text="", file=file, id=1)["seq"], first["seq"])
        self.assertEqual(alice.ask("message", room="team", text="", file=file, id=2)["code"], "upload_gone")

    def test_not_theirs(self) -> None:
        """Somebody else's file, an unfinished one, one for another place and an unknown one are all the same."""
        alice, bob = self.inside("Alice"), self.inside("Bob")
        alice.ask("join", room="attic")
        file, unfinished = self.sent(alice), self.begun(alice)["file"]
        for person, where, id in (
            (bob, {"room": "team"}, file),
            (alice, {"room": "attic"}, file),
            (alice, {"to": "Bob"}, file),
            (alice, {}, file),
            (alice, {"room": "team"}, unfinished),
            (alice, {"room": "team"}, "x" * 32),
        ):
            answer = person.ask("message", text="mine", file=id, **where)
            self.assertEqual(
                (answer["code"], answer["message"]),
                ("upload_gone", "there is no such file of yours to send here, or no longer"),
            )

    def test_empty(self) -> None:
        """Without a file a message still needs a text."""
        self.assertEqual(self.inside("Alice").ask("message", room="team", text=" ")["code"], "empty_message")

    def test_direct(self) -> None:
        """A file for one person; it waits, and on the text wire its link has a key."""
        alice, bob = self.program("Alice", account=True), self.typist("Bob", account=True)
        bob.say("server:exit")
        self.leave(bob)
        file = self.shared(alice, "for you", to="Bob")
        bob = self.typist("Bob", login=True)
        [line] = [line for line in bob.say("server:history @Alice") if "photo" in line]
        link = line.rpartition(" ")[2]
        self.assertTrue(link.startswith(f"/files/{file}/photo.jpg?key="), line)
        self.assertTrue(self.may_read(self.visitor(), file, link.rpartition("=")[2]))
        past = alice.ask("history", to="Bob")
        self.assertEqual((past["type"], alice.pushes[0]["file"]["url"]), ("ack", f"/files/{file}/photo.jpg"))

    def test_copied(self) -> None:
        """The sender's other devices hear of it, too: also one at `nc`."""
        alice, other = self.program("Alice", account=True), self.typist("Alice", login=True)
        self.program("Bob")
        self.shared(alice, to="Bob")
        self.assertIn("Alice (to Bob): photo.jpg (2.1 MB, image/jpeg) /files/", other.read()[-1])

    def test_resumed(self) -> None:
        """Whoever comes back gets the file with the message."""
        alice, bob = self.inside("Alice"), self.inside("Bob")
        self.leave(bob)
        self.shared(alice, "look")
        bob = self.program("Bob", account=True)
        bob.ask("resume", rooms={"team": 2})
        [message] = [push for push in bob.pushes if push.get("text") == "look"]
        self.assertEqual(message["file"]["name"], "photo.jpg")

    def test_latest(self) -> None:
        """Where a place tells its latest message, the name of the file stands beside the text."""
        alice = self.inside("Alice")
        self.shared(alice)
        again = self.program("Alice", account=True)
        [place] = [place for place in again.pushes[0]["rooms"] if place.get("room") == "team"]
        self.assertEqual((place["last"]["text"], place["last"]["file"]), ("", "photo.jpg"))

    def test_over_http(self) -> None:
        """A guest at curl, and a program with an access token, send a file and say it."""
        self.inside("Alice")
        for headers in ({}, {"Authorization": f"Bearer {self.token('team')}"}):
            begun = self.request({"type": "upload", "name": "log.txt", "size": 10}, **headers)
            self.finish(str(begun["upload"]))
            said = self.request({"type": "message", "text": "", "file": begun["file"]}, **headers)
            self.assertEqual(said["type"], "ack")
        found = self.look(Accept="application/json").json["messages"]
        self.assertEqual([each["file"]["name"] for each in found], ["log.txt", "log.txt"])
        self.assertIn("log.txt (10 bytes, image/jpeg) /files/", self.look().body.decode())

    def request(self, asked: dict[str, object], **headers: str) -> dict[str, object]:
        """Ask for something in the room."""
        answer: dict[str, object] = self.ask("POST", "/rooms/team/requests", json.dumps(asked).encode(), **headers).json
        return answer

    def test_word_list(self) -> None:
        """A message with a file that a moderator would have to see is refused: the file would not wait."""
        alice = self.inside("Alice")
        self.factory.hub.filter.settings_changed(ServerSettings(words="[hold]\nspam\n"))
        file = self.sent(alice)
        self.assertEqual(alice.ask("message", room="team", text="spam", file=file)["code"], "refused_words")
        self.assertEqual(alice.ask("message", room="team", text="ham", file=file)["type"], "ack")
        self.assertEqual(self.begun(alice, name="spam.jpg")["code"], "refused_words")


class Keeping(FilesCase):
    """What becomes of files."""

    def test_deleted(self) -> None:
        """With its message a file is gone at once, and its bytes when no other file has them."""
        alice = self.inside("Alice")
        first, second = self.shared(alice), self.shared(alice)
        seq = self.seqs(alice)
        alice.ask("delete", room="team", seq=seq[0])
        self.assertFalse(self.may_read(self.session("Alice"), first))
        self.assertTrue(self.may_read(self.session("Alice"), second))
        self.sweep()
        self.assertEqual(self.disk.blobs, {PHOTO.sha256})
        alice.ask("delete", room="team", seq=seq[1])
        self.sweep()
        self.assertEqual(self.disk.blobs, set())

    def seqs(self, person: Program) -> list[int]:
        """The seqs of the messages with files in the room."""
        person.ask("history", room="team")
        return [push["seq"] for push in person.pushes if push.get("file")]

    def test_claimed(self) -> None:
        """Bytes that are being put in their place are not removed, although nothing had them before."""
        alice = self.inside("Alice")
        self.shared(alice)
        [seq] = self.seqs(alice)
        alice.ask("delete", room="team", seq=seq)
        upload = self.find(self.begun(alice)["upload"])
        self.uploads.claim(upload, PHOTO.sha256)
        self.sweep()
        self.assertEqual(self.disk.blobs, {PHOTO.sha256})
        self.result(Deferred.fromCoroutine(self.uploads.finished(upload, PHOTO)))
        self.sweep()
        self.assertEqual(self.disk.blobs, {PHOTO.sha256})

    def test_expires(self) -> None:
        """After a month the file is gone; the message says so."""
        alice, carol = self.inside("Alice"), self.typist("Carol")
        carol.say("server:join team")
        file = self.shared(alice, "look")
        self.clock.advance(30 * DAY)
        self.assertFalse(self.may_read(self.session("Alice"), file))
        self.sweep()
        self.assertEqual(self.disk.blobs, set())
        [_, text, line] = carol.say("server:history")[-3:]
        self.assertTrue(text.endswith("Alice (in team): look"), text)
        self.assertTrue(line.endswith("Alice (in team): photo.jpg (2.1 MB, image/jpeg, expired)"), line)

    def test_never_said(self) -> None:
        """A whole file waits an hour for its message, a part of one a day for the rest."""
        alice = self.inside("Alice")
        whole, part = self.sent(alice), self.begun(alice)
        self.disk.partial[part["file"]] = 10
        self.clock.advance(HOUR + 1)
        self.sweep()
        self.assertEqual(self.disk.blobs, set())
        self.assertEqual(alice.ask("message", room="team", text="", file=whole)["code"], "upload_gone")
        self.find(part["upload"])
        self.clock.advance(DAY - HOUR)
        self.sweep()
        self.assertEqual(self.disk.partial, {})
        self.assertEqual(self.assertRaises(ChatError, self.find, part["upload"]).code, "upload_gone")

    def test_unregistered(self) -> None:
        """What a deleted account has begun to send is gone."""
        alice = self.inside("Alice")
        self.disk.partial[self.begun(alice)["file"]] = 10
        alice.ask("account.delete", password="correct-horse")
        self.sweep()
        self.assertEqual(self.disk.partial, {})

    def test_start(self) -> None:
        """A start removes what nothing needs, and nobody sends anything before that."""
        alice = self.inside("Alice")
        part, file = self.begun(alice)["file"], self.shared(alice)
        kept, self.disk.keeping = [], Deferred()
        started = Deferred.fromCoroutine(self.uploads.start())
        self.assertEqual(self.begun(alice)["code"], "busy")
        kept.append(self.disk.kept)
        self.disk.keeping.callback(None)
        self.result(started)
        self.assertEqual([(each.uploads, each.blobs) for each in kept if each], [({part}, {PHOTO.sha256})])
        self.assertEqual(self.begun(alice)["type"], "ack")
        self.assertTrue(self.may_read(self.session("Alice"), file))
