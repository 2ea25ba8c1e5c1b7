"""`/uploads/…`: the bytes of files, by tus 1.0."""

from hashlib import sha256

from chat.hub.uploads import Upload
from tests.blobs.samples import png
from tests.web.case import Served
from tests.web.files import FilesCase

PIECES = [b"one ", b"two ", b"three"]
BYTES = b"".join(PIECES)


class TusCase(FilesCase):
    """Somebody who is here, and sends files."""

    def setUp(self) -> None:
        super().setUp()
        self.sender, _ = self.register("Ann")

    def begin(self, size: int = len(BYTES), **asked: object) -> Upload:
        """Ask to send a file to everybody."""
        given = {"name": "a.txt", "size": size, **asked}
        return self.done(self.factory.hub.uploads.begin(self.sender.session, given, None))

    def offset(self, path: str) -> int:
        """How much of it is here."""
        answer = self.tus("HEAD", path)
        self.assertEqual(answer.status, 200)
        return int(answer.headers["upload-offset"])


class Core(TusCase):
    """What clients of tus rely on."""

    def test_whole(self) -> None:
        """In pieces, each where the last one ended; then it is whole, and what it is was read from it."""
        data = png(30_000, 30_000, bytes(109_000))
        path = self.begin(len(data)).path
        for at in range(0, len(data), 40_000):
            answer = self.go_on(path, at, data[at : at + 40_000])
            offset = min(at + 40_000, len(data))
            self.assertEqual((answer.status, answer.headers["upload-offset"], answer.body), (204, str(offset), b""))
            self.assertEqual(answer.headers["tus-resumable"], "1.0.0")
            self.assertNotIn("content-length", answer.headers)
        digest = sha256(data).hexdigest()
        self.assertEqual(self.files(), {f"{digest[:2]}/{digest[2:]}"})
        self.assertEqual(self.offset(path), len(data))
        upload = self.done(self.factory.hub.uploads.find(path.rpartition("/")[2]))
        file = upload.file
        self.assertEqual((file.sha256, file.media_type, file.width, file.height), (digest, "image/png", 30_000, 30_000))

    def test_one_byte(self) -> None:
        """However small the pieces are."""
        path = self.begin(5).path
        for at in range(5):
            self.assertEqual(self.go_on(path, at, BYTES[at : at + 1]).status, 204)
        self.assertEqual((self.offset(path), len(self.files())), (5, 1))

    def test_head(self) -> None:
        """It says how long the file is, and nobody keeps the answer."""
        path = self.begin().path
        self.go_on(path, 0, PIECES[0])
        answer = self.tus("HEAD", path)
        self.assertEqual((answer.status, answer.body), (200, b""))
        headers = {name: answer.headers[name] for name in ("upload-offset", "upload-length", "cache-control")}
        self.assertEqual(headers, {"upload-offset": "4", "upload-length": "13", "cache-control": "no-store"})

    def test_options(self) -> None:
        """It says what there is, whatever version the client speaks."""
        answer = self.ask("OPTIONS", self.begin().path)
        told = {name: value for name, value in answer.headers.items() if name.startswith("tus-")}
        self.assertEqual(answer.status, 204)
        self.assertEqual(
            told,
            {
                "tus-resumable": "1.0.0",
                "tus-version": "1.0.0",
                "tus-extension": "termination",
                "tus-max-size": "100000000",
            },
        )

    def test_version(self) -> None:
        """Another version of tus, or none, is refused before anything is done."""
        path = self.begin().path
        for headers in ({}, {"Tus_Resumable": "0.2.2"}):
            for method in ("HEAD", "DELETE", "PATCH"):
                answer = self.ask(method, path, b"", **headers)
                self.assertEqual((answer.status, answer.headers["tus-version"]), (412, "1.0.0"), method)
        self.assertEqual(self.offset(path), 0)

    def test_given_up(self) -> None:
        """The upload is gone, with what was sent of it."""
        path = self.begin().path
        self.go_on(path, 0, PIECES[0])
        self.assertEqual(self.tus("DELETE", path).status, 204)
        self.assertEqual(self.files(), set())
        for answer in (self.tus("HEAD", path), self.go_on(path, 4, PIECES[1]), self.tus("DELETE", path)):
            self.assertEqual((answer.status, answer.headers["tus-resumable"]), (404, "1.0.0"))

    def test_unknown(self) -> None:
        """Nobody guesses an address."""
        for path in ("/uploads/" + "a" * 32, "/uploads/..", "/uploads/%00", "/uploads/%ff", "/uploads/..%2f..%2fx"):
            self.assertEqual(self.tus("HEAD", path).status, 404, path)
            self.assertEqual(self.go_on(path, 0, b"x").status, 404, path)
        self.assertEqual(self.files(), set())

    def test_foreign_pages(self) -> None:
        """A page of another site may not send, though it knows the address."""
        path = self.begin().path
        for answer in (
            self.tus("HEAD", path, Origin="https://elsewhere.example"),
            self.tus("DELETE", path, Origin="https://elsewhere.example"),
            self.go_on(path, 0, b"x", Origin="https://elsewhere.example"),
            self.ask("OPTIONS", path, Origin="https://elsewhere.example"),
        ):
            self.assertEqual(answer.status, 403)
        self.assertEqual(self.go_on(path, 0, b"x", Origin="http://chat.example").status, 204)

    def test_secret(self) -> None:
        """The address is in no log."""
        path = self.begin().path
        self.go_on(path, 0, b"x")
        logged = [line for line in self.logged() if "/uploads" in line]
        self.assertEqual((len(logged), [line for line in logged if path in line]), (1, []))


class Wrong(TusCase):
    """Lies, and mistakes."""

    def test_offset(self) -> None:
        """Bytes that do not go on where the file ends change nothing, however far away they are."""
        path = self.begin().path
        self.go_on(path, 0, PIECES[0])
        for offset in (0, 3, 5, 13, 14, 10**14):
            answer = self.go_on(path, offset, b"x")
            self.assertEqual((answer.status, answer.code), (409, "wrong_offset"), offset)
        for word in ("", "-1", "x", "4.0", "9" * 20, "४"):
            answer = self.go_on(path, 4, b"x", Upload_Offset=word)
            self.assertEqual((answer.status, answer.code), (400, "bad_parameter"), word)
        self.assertEqual(self.offset(path), 4)
        self.assertEqual(self.go_on(path, 4, b"".join(PIECES[1:])).status, 204)

    def test_type(self) -> None:
        """The bytes have a type of their own."""
        path = self.begin().path
        for kind in ("image/png", "application/octet-stream"):
            self.assertEqual(self.go_on(path, 0, b"x", Content_Type=kind).status, 415)
        served = self.http()
        served.send(f"PATCH {path} HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\r\n".encode())
        self.assertEqual(served.status(), 415)

    def test_too_long(self) -> None:
        """More than was asked for is refused: by its head, or in the middle of chunks. What fits stays."""
        path = self.begin().path
        self.go_on(path, 0, PIECES[0])
        answer = self.go_on(path, 4, b"x" * 10)
        self.assertEqual((answer.status, answer.code, self.offset(path)), (413, "body_too_long", 4))
        served = self.start_patch(path, 4, b"4\r\ntwo \r\n", Transfer_Encoding="chunked", Content_Length="")
        self.assertEqual(served.status(), 400)
        served = self.chunked(path, 4)
        served.send(b"4\r\ntwo \r\n")
        self.clock.advance(0)
        served.send(b"6\r\nthree!\r\n0\r\n\r\n")
        self.assertEqual((served.status(), self.offset(path)), (413, 8))

    def test_chunked(self) -> None:
        """A body whose length nobody knows is as good."""
        path = self.begin().path
        served = self.chunked(path, 0)
        for piece in PIECES:
            served.send(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.clock.advance(0)
        served.send(b"0\r\n\r\n")
        self.assertEqual((served.status(), self.offset(path)), (204, 13))

    def chunked(self, path: str, offset: int) -> Served:
        """The head of a body in chunks."""
        served = self.http()
        served.send(
            f"PATCH {path} HTTP/1.1\r\nHost: chat.example\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n"
            "Content-Type: application/offset+octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        return served

    def test_sum(self) -> None:
        """Other bytes than those that were announced are dropped; the right ones may follow."""
        path = self.begin(sha256=sha256(BYTES).hexdigest()).path
        answer = self.go_on(path, 0, BYTES.upper())
        self.assertEqual((answer.status, answer.code), (422, "wrong_sum"))
        self.assertEqual((self.offset(path), self.files()), (0, set()))
        self.assertEqual(self.go_on(path, 0, BYTES).status, 204)
        self.assertEqual(self.offset(path), 13)

    def test_full(self) -> None:
        """A disk that is full says so, and keeps what it has taken; when there is room again, it goes on."""
        path = self.begin().path
        self.folder.room = 6
        answer = self.go_on(path, 0, BYTES)
        self.assertEqual((answer.status, answer.code, self.offset(path)), (507, "disk_full", 6))
        self.folder.room = 100
        self.assertEqual(self.go_on(path, 6, BYTES[6:]).status, 204)
        self.assertEqual(self.offset(path), 13)


class Broken(TusCase):
    """Connections that break, stand still, or hang."""

    def test_goes_on(self) -> None:
        """What came before the connection was lost is here; the next one goes on there."""
        path = self.begin().path
        served = self.start_patch(path, 0, PIECES[0], length=13)
        served.lose()
        self.assertEqual(self.offset(path), 4)
        self.assertEqual(self.go_on(path, 4, BYTES[4:]).status, 204)
        self.assertEqual(self.offset(path), 13)

    def test_stands_still(self) -> None:
        """A minute without a byte ends the connection, and not the upload; bytes that come slowly do not."""
        path = self.begin().path
        served = self.start_patch(path, 0, b"", length=13)
        for at in range(5):
            self.clock.pump([0, 50])
            self.assertFalse(served.transport.disconnecting, at)
            served.send(BYTES[at : at + 1])
        self.clock.pump([0, 59])
        self.assertFalse(served.transport.disconnecting)
        self.clock.pump([1, 1, 1])
        self.assertTrue(served.transport.disconnecting)
        served.lose()
        self.assertEqual(self.offset(path), 5)

    def test_rests(self) -> None:
        """While a piece is on its way to the disk, nothing is read. So memory holds no more than a piece."""
        path = self.begin(40_000).path
        served = self.start_patch(path, 0, b"", length=40_000)
        self.clock.advance(0)
        self.threads.is_slow = True
        served.send(bytes(20_000))
        self.assertEqual(served.transport.producerState, "paused")
        self.threads.work()
        self.clock.advance(0)
        self.assertEqual(served.transport.producerState, "producing")
        served.send(bytes(20_000))
        self.assertEqual(served.answer(), b"")
        # The last piece, what it is, and its place.
        self.threads.work()
        self.assertEqual(served.status(), 204)

    def test_taken_over(self) -> None:
        """A connection that hangs is no hindrance: whoever comes back goes on, after what was on its way."""
        path = self.begin().path
        hanging = self.start_patch(path, 0, b"", length=13)
        self.clock.advance(0)
        self.threads.is_slow = True
        hanging.send(PIECES[0])
        coming = self.http()
        coming.send(f"HEAD {path} HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\n\r\n".encode())
        self.assertEqual((hanging.status(), coming.answer()), (409, b""))
        self.threads.work()
        self.assertIn(b"Upload-Offset: 4", coming.answer())
        self.threads.is_slow = False
        hanging.send(PIECES[1])
        self.assertEqual(self.offset(path), 4)

    def test_both_at_once(self) -> None:
        """Of several that go on at the same place the last one does, and no byte is there twice."""
        path = self.begin().path
        served = [self.start_patch(path, 0, b"", length=13) for _ in range(3)]
        self.clock.advance(0)
        self.assertEqual([each.status() for each in served[:2]], [409, 409])
        for each in served:
            each.send(BYTES)
        self.assertEqual(served[2].status(), 204)
        [name] = self.files()
        self.assertEqual(name.replace("/", ""), sha256(BYTES).hexdigest())

    def test_missed(self) -> None:
        """The client missed the answer to the last byte, or the server was killed before it: `HEAD` makes it whole."""
        path = self.begin().path
        served = self.start_patch(path, 0, PIECES[0], length=13)
        served.lose()
        file_id = next(iter(self.files())).removeprefix("partial/")
        self.folder.append(file_id, BYTES[4:])
        self.assertEqual(self.offset(path), 13)
        [name] = self.files()
        self.assertEqual(name.replace("/", ""), sha256(BYTES).hexdigest())

    def test_lost_at_the_end(self) -> None:
        """A client that leaves after the last byte has sent its file."""
        path = self.begin().path
        served = self.start_patch(path, 0, b"", length=13)
        self.clock.advance(0)
        self.threads.is_slow = True
        served.send(BYTES)
        served.lose()
        self.threads.is_slow = False
        self.threads.work()
        self.assertEqual((self.offset(path), len(self.files())), (13, 1))

    def test_given_up_meanwhile(self) -> None:
        """Whoever sends is told; nothing is left."""
        path = self.begin().path
        served = self.start_patch(path, 0, PIECES[0], length=13)
        self.clock.advance(0)
        self.assertEqual(self.tus("DELETE", path).status, 204)
        self.assertEqual((served.status(), self.files()), (409, set()))
        self.assertEqual(self.go_on(path, 4, PIECES[1]).status, 404)

    def test_pace(self) -> None:
        """A large file does not use up what its sender may say: bytes of files are no lines."""
        data = bytes(3_000_000)
        path = self.begin(len(data)).path
        self.assertEqual(self.go_on(path, 0, data).status, 204)
        self.assertEqual(self.post("hello").status, 201)


class Same(TusCase):
    """Two files with the same bytes."""

    def test_one_given_up(self) -> None:
        """The bytes are there once, and stay for the other one."""
        paths = [self.begin().path for _ in range(2)]
        for path in paths:
            self.assertEqual(self.go_on(path, 0, BYTES).status, 204)
        self.assertEqual(len(self.files()), 1)
        self.assertEqual(self.tus("DELETE", paths[0]).status, 204)
        self.assertEqual((len(self.files()), self.offset(paths[1])), (1, 13))
        self.assertEqual(self.tus("DELETE", paths[1]).status, 204)
        self.assertEqual(self.files(), set())
