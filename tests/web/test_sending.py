"""`PUT /rooms/…/files/…`: files from curl."""

from collections.abc import Sequence
from hashlib import sha256

from tests.blobs.samples import png
from tests.web.asking import Response, request_of, response_of
from tests.web.case import Served
from tests.web.files import FilesCase

DATA = b"some bytes"


class SendingCase(FilesCase):
    """Somebody who listens in a room, and others who send files there."""

    def setUp(self) -> None:
        super().setUp()
        self.reader, self.told = self.register("Rea")
        self.reader.dataReceived(b"server:join team\n")
        self.told.clear()

    def put(self, name: str = "a.txt", data: bytes = DATA, room: str = "team", **headers: str) -> Response:
        """Send a file whose size the head says."""
        return self.ask("PUT", f"/rooms/{room}/files/{name}", data, **headers)

    def put_chunks(self, *chunks: bytes, target: str = "/rooms/team/files/a.txt", **headers: str) -> Response:
        """Send a file whose size nobody says."""
        served = self.http()
        served.send(request_of("PUT", target, b"", Transfer_Encoding="chunked", **headers))
        for chunk in (*chunks, b""):
            served.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            self.clock.advance(0)
        return response_of(served.answer())

    def heard(self) -> list[str]:
        """What was said in the room."""
        return self.said(self.told)


class Said(SendingCase):
    """What comes of it."""

    def test_sent(self) -> None:
        """The file is there, the message is said, and the answer is that message."""
        data = png(640, 480)
        answer = self.put("photo.png", data)
        message = answer.json
        self.assertEqual(answer.status, 201)
        file = message["file"]
        shown = (message["type"], message["from"], message["room"], message["text"], message["seq"])
        self.assertEqual(shown, ("message", "guest", "team", "", 2))
        self.assertEqual(
            {name: file[name] for name in ("name", "size", "type", "width", "height")},
            {"name": "photo.png", "size": len(data), "type": "image/png", "width": 640, "height": 480},
        )
        self.assertEqual(answer.headers["location"], file["url"])
        self.assertEqual(self.ask("GET", file["url"]).body, data)
        [line] = self.heard()
        self.assertTrue(line.startswith("guest (in team): photo.png ("), line)

    def test_chunks(self) -> None:
        """Nobody has to know the size before."""
        answer = self.put_chunks(b"one ", b"two ", b"three")
        self.assertEqual((answer.status, answer.json["file"]["size"]), (201, 13))
        self.assertEqual(self.ask("GET", answer.headers["location"]).body, b"one two three")
        self.assertEqual(len(self.files()), 1)

    def test_text(self) -> None:
        """The message may have a text."""
        answer = self.put("a.txt?text=look%20at%20this")
        self.assertEqual((answer.status, answer.json["text"]), (201, "look at this"))
        self.assertTrue(self.heard()[0].endswith("look at this"))
        self.assertEqual(self.put_chunks(DATA, target="/rooms/team/files/a.txt?text=%D7%90").json["text"], "א")

    def test_guest(self) -> None:
        """A guest may give a name that nobody has."""
        self.assertEqual(self.put("a.txt?username=Curt").json["from"], "Curt")
        self.assertEqual(self.put("a.txt?username=Rea").status, 409)
        self.assertEqual((len(self.heard()), len(self.files())), (1, 1))

    def test_token(self) -> None:
        """Whoever has a token speaks for its account."""
        secret = self.token("team")
        answer = self.put(Authorization=f"Bearer {secret}")
        self.assertEqual((answer.status, answer.json["from"]), (201, "Al"))
        self.assertEqual(self.put_chunks(DATA, Authorization=f"Bearer {secret}").json["from"], "Al")

    def test_sum(self) -> None:
        """With the SHA-256 in the query other bytes are refused, and nothing is said."""
        self.assertEqual(self.put(f"a.txt?sha256={sha256(DATA).hexdigest()}").status, 201)
        self.heard()
        for answer in (
            self.put(f"a.txt?sha256={'0' * 64}"),
            self.put_chunks(DATA, target=f"/rooms/team/files/a.txt?sha256={'0' * 64}"),
        ):
            self.assertEqual((answer.status, answer.code), (422, "wrong_sum"))
        self.assertEqual((self.heard(), len(self.files())), ([], 1))
        self.assertEqual(self.put("a.txt?sha256=0").status, 400)

    def test_repeated(self) -> None:
        """A request whose answer was lost may be repeated: the message, and its file, are there once."""
        first, second = self.put(Idempotency_Key="one"), self.put(Idempotency_Key="one")
        self.assertEqual((first.status, second.status, second.json), (201, 201, first.json))
        self.assertEqual(second.headers["location"], first.headers["location"])
        self.assertEqual((len(self.heard()), len(self.files())), (1, 1))

    def test_repeated_meanwhile(self) -> None:
        """The request before hangs still: the new one begins at its first byte."""
        served = self.http()
        served.send(request_of("PUT", "/rooms/team/files/a.txt", Content_Length="10", Idempotency_Key="one") + b"so")
        self.clock.advance(0)
        answer = self.put(Idempotency_Key="one")
        self.assertEqual((served.status(), answer.status), (409, 201))
        self.assertEqual(self.ask("GET", answer.headers["location"]).body, DATA)

    def test_names(self) -> None:
        """A name is for people, and never a path."""
        for name, shown in (
            ("zo%C3%AB.jpg", "zoë.jpg"),
            ("..%2F..%2Fetc%2Fpasswd", "passwd"),
            ("..", "file"),
            ("%2e%2e", "file"),
            ("a%00b", "b"),
            ("a%0d%0aSet-Cookie:b", "aSet-Cookie:b"),
            ("%E2%80%AEgnp.exe", "gnp.exe"),
        ):
            answer = self.put(name)
            self.assertEqual((answer.status, answer.json["file"]["name"]), (201, shown), name)
            self.assertEqual(self.ask("GET", answer.headers["location"]).body, DATA)
        self.assertEqual((self.put("%ff").status, self.put("%ff").code), (400, "not_utf8"))
        self.assertEqual({len(name.split("/")) for name in self.files()}, {2})


class Refused(SendingCase):
    """Files that nobody wants."""

    def nothing_is_left(self) -> None:
        """Neither bytes nor a message."""
        self.assertEqual((self.heard(), self.files()), ([], set()))

    def begin(self, target: str = "/rooms/team/files/a.txt", **headers: str) -> Served:
        """The head of a request, whose sender waits to be told to go on."""
        served = self.http()
        served.send(request_of("PUT", target, b"", **{"Content_Length": "10", "Expect": "100-continue", **headers}))
        return served

    def test_before_the_body(self) -> None:
        """Nobody sends 90 MB to be refused: who waits is told at the head, and is not told to go on."""
        secret = self.token("other")
        wanted: Sequence[tuple[int, str, dict[str, str]]] = (
            (413, "/rooms/team/files/a", {"Content_Length": "100000001"}),
            (413, "/rooms/team/files/a", {"Content_Length": "1" + "0" * 14}),
            (507, "/rooms/team/files/a", {"Content_Length": "100000000"}),
            (400, "/rooms/team/files/a", {"Content_Length": "0"}),
            (401, "/rooms/team/files/a", {"Authorization": "Bearer nonsense"}),
            (403, "/rooms/team/files/a", {"Authorization": f"Bearer {secret}"}),
            (403, "/rooms/team/files/a", {"Origin": "https://elsewhere.example"}),
            (400, "/rooms/no%20room/files/a", {}),
            (400, "/rooms/team/files/a?sha256=x", {}),
            (409, "/rooms/team/files/a?username=Rea", {}),
        )
        for status, target, headers in wanted:
            answer = self.begin(target, **headers).answer()
            self.assertEqual(int(answer.split()[1]), status, (target, headers))
            self.assertNotIn(b"100 Continue", answer)
        self.heard()
        self.nothing_is_left()

    def test_told_to_go_on(self) -> None:
        """Whoever may send is told so, once that is known."""
        served = self.begin()
        self.clock.advance(0)
        self.assertEqual(served.answer(), b"HTTP/1.1 100 Continue\r\n\r\n")
        served.send(DATA)
        self.assertEqual(served.status(), 201)

    def test_private(self) -> None:
        """A room that one may not enter takes nothing, whoever asks."""
        owner, _ = self.connect()
        owner.dataReceived(b"server:register Ann correct-horse\nserver:join den\nserver:private\n")
        for served in (self.begin("/rooms/den/files/a"), self.begin("/rooms/den/files/a", Expect="")):
            self.assertEqual(served.status(), 403)

    def test_too_long(self) -> None:
        """A file without a size is refused where it grows too large, and nothing of it stays."""
        served = self.http()
        served.send(request_of("PUT", "/rooms/team/files/a", Transfer_Encoding="chunked") + b"5F5E101\r\n")
        self.clock.advance(0)
        self.assertEqual(served.status(), 413)
        self.nothing_is_left()

    def test_lost(self) -> None:
        """A sender who leaves in the middle has said nothing, and takes up no room."""
        for _ in range(5):
            served = self.begin(Expect="")
            served.send(b"half")
            served.lose()
            served = self.http()
            served.send(request_of("PUT", "/rooms/team/files/a", Transfer_Encoding="chunked") + b"4\r\nhalf\r\n")
            served.lose()
        self.nothing_is_left()

    def test_full(self) -> None:
        """A disk that gets full takes nothing of it."""
        self.folder.room = 4
        self.assertEqual(self.put().code, "disk_full")
        self.folder.room = 4
        self.assertEqual(self.put_chunks(DATA).code, "disk_full")
        self.nothing_is_left()

    def test_little_room(self) -> None:
        """The disk is not for files alone: below a gigabyte, nothing more comes in."""
        self.folder.free = 1_000_000_000
        self.assertEqual((self.put().status, self.put().code), (507, "quota_full"))
        self.assertEqual(self.put_chunks(DATA).code, "quota_full")
        self.nothing_is_left()

    def test_many_at_once(self) -> None:
        """Three at a time from one address, whether their sizes are known or not; then there is room again."""
        served = [self.begin(Expect="") for _ in range(2)]
        chunked = self.http()
        chunked.send(request_of("PUT", "/rooms/team/files/a", Transfer_Encoding="chunked"))
        self.assertEqual((self.put().status, self.put().code), (429, "too_many_uploads"))
        for each in (*served, chunked):
            each.lose()
        self.assertEqual(self.put().status, 201)

    def test_quota_at_once(self) -> None:
        """Two files that fit each, and not both: the second is refused before it is sent."""
        first = self.begin(Content_Length="60000000")
        self.clock.advance(0)
        self.assertIn(b"100 Continue", first.answer())
        second = self.begin(Content_Length="60000000")
        self.assertEqual(second.status(), 507)
        first.lose()
        third = self.begin(Content_Length="60000000")
        self.clock.advance(0)
        self.assertIn(b"100 Continue", third.answer())

    def test_empty(self) -> None:
        """An empty file is none."""
        self.assertEqual((self.put(data=b"").status, self.put_chunks().status), (400, 400))
        self.nothing_is_left()
