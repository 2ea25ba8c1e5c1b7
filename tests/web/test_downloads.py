"""`/files/…`: files, for those who may see the messages with them."""

import json
from hashlib import sha256
from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.testing import StringTransport

from chat.server.protocol import ChatProtocol
from chat.web.api.downloads import disposition
from tests.blobs.samples import OTHERS, avif, gif, jpeg, png, webp
from tests.server.case import producer
from tests.web.asking import Response, request_of, response_of
from tests.web.files import FilesCase

DATA = bytes(range(256)) * 10
TAG = f'"{sha256(DATA).hexdigest()}"'


class Person:
    """Somebody who is here, and speaks JSON."""

    def __init__(self, case: FilesCase, protocol: ChatProtocol, transport: StringTransport) -> None:
        self.case, self.protocol, self.transport = case, protocol, transport

    def ask(self, **fields: object) -> list[dict[str, object]]:
        """Make a request; all that came back."""
        self.transport.clear()
        self.protocol.dataReceived(json.dumps(fields).encode() + b"\n")
        return [json.loads(line) for line in self.transport.value().splitlines()]

    def share(self, data: bytes, name: str = "a.txt", **place: object) -> str:
        """Send a file and say it. Returns its address."""
        file = self.case.send(self.protocol.session, data, name=name, **place)
        self.ask(type="message", text="", file=file.id, id=f"say {file.id}", **place)
        return f"/files/{file.id}/{name}"


class DownloadCase(FilesCase):
    """People with files."""

    def come(self, name: str, **fields: object) -> Person:
        """Somebody comes in."""
        protocol, transport = self.connect()
        person = Person(self, protocol, transport)
        answers = person.ask(type="join", nickname=name, id=1, **fields)
        assert not any(answer["type"] == "error" for answer in answers), answers
        return person

    def get(self, path: str, **headers: str) -> Response:
        """Ask for a file."""
        return self.ask("GET", path, b"", **headers)


class Answers(DownloadCase):
    """What comes, for whoever may have it."""

    def setUp(self) -> None:
        super().setUp()
        self.ann = self.come("Ann")
        self.path = self.ann.share(DATA)

    def test_whole(self) -> None:
        """All of it, and all that browsers must know of it."""
        answer = self.get(self.path)
        self.assertEqual((answer.status, answer.body), (200, DATA))
        headers = {name: value for name, value in answer.headers.items() if name not in ("date", "server")}
        self.assertEqual(
            headers,
            {
                "accept-ranges": "bytes",
                "cache-control": "private, max-age=31536000, immutable",
                "content-disposition": "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt",
                "content-length": "2560",
                "content-security-policy": "sandbox; default-src 'none'",
                "content-type": "application/octet-stream",
                "cross-origin-opener-policy": "same-origin",
                "cross-origin-resource-policy": "same-origin",
                "etag": TAG,
                "referrer-policy": "no-referrer",
                "x-content-type-options": "nosniff",
                "x-frame-options": "DENY",
            },
        )

    def test_head(self) -> None:
        """The same, without the bytes; the connection goes on."""
        whole, head = self.get(self.path), self.ask("HEAD", self.path)
        self.assertEqual((head.status, head.headers, head.body), (200, whole.headers, b""))
        served = self.http()
        for _ in range(2):
            served.send(request_of("HEAD", self.path, b"", Range="bytes=0-1"))
            self.clock.advance(0)
            self.assertEqual(served.status(), 200)

    def test_ranges(self) -> None:
        """One part is sent alone."""
        for asked, start, end in (
            ("bytes=0-0", 0, 1),
            ("bytes=5-9", 5, 10),
            ("bytes=2550-", 2550, 2560),
            ("bytes=2550-99999", 2550, 2560),
            ("bytes=-10", 2550, 2560),
            ("bytes=-99999", 0, 2560),
            ("Bytes= 1-2", 1, 3),
        ):
            answer = self.get(self.path, Range=asked)
            self.assertEqual((answer.status, answer.body), (206, DATA[start:end]), asked)
            self.assertEqual(answer.headers["content-range"], f"bytes {start}-{end - 1}/2560")
            self.assertEqual(answer.headers["content-length"], str(end - start))

    def test_no_ranges(self) -> None:
        """Several parts, and what is no range, are answered with all of it."""
        for asked in ("bytes=0-1,5-6", "bytes=", "bytes=-", "bytes=5-1", "bytes=x-y", "lines=0-1", "bytes 0-1", "0-1"):
            answer = self.get(self.path, Range=asked)
            self.assertEqual((answer.status, answer.body), (200, DATA), asked)
            self.assertNotIn("content-range", answer.headers)

    def test_behind_the_end(self) -> None:
        """A part behind the end is none."""
        for asked in ("bytes=2560-", "bytes=99999-999999", "bytes=-0"):
            answer = self.get(self.path, Range=asked)
            self.assertEqual((answer.status, answer.headers["content-range"]), (416, "bytes */2560"), asked)
            self.assertEqual((answer.code, answer.headers["cache-control"]), ("no_such_range", "no-store"))

    def test_if_range(self) -> None:
        """A part of another file is no use: then all of this one comes."""
        for tag, status in ((TAG, 206), ('"other"', 200), (f"W/{TAG}", 200), ("Sun, 06 Nov 1994 08:49:37 GMT", 200)):
            self.assertEqual(self.get(self.path, Range="bytes=0-1", If_Range=tag).status, status, tag)

    def test_has_it(self) -> None:
        """Whoever has it already is told so."""
        for tag in (TAG, f"W/{TAG}", f'"other", {TAG}', "*"):
            answer = self.get(self.path, If_None_Match=tag)
            self.assertEqual((answer.status, answer.body, answer.headers["etag"]), (304, b"", TAG), tag)
        self.assertEqual(self.get(self.path, If_None_Match='"other"').status, 200)

    def test_types(self) -> None:
        """Pictures are shown, sound and film have their type, all else is for saving: it could have scripts."""
        pictures = {
            "image/png": png(2, 2),
            "image/jpeg": jpeg(2, 2),
            "image/gif": gif(2, 2),
            "image/webp": webp(b"VP8X", bytes(20)),
            "image/avif": avif((2, 2)),
        }
        samples = [(kind, data, "inline") for kind, data in pictures.items()]
        samples += [(kind, found[0] or b"text", "attachment") for kind, found in OTHERS.items()]
        samples += [("application/octet-stream", data, "attachment") for data in (b"<svg>", b"<html>", b"%PDF-1.7")]
        for kind, data, place in samples:
            self.clock.advance(60)
            # The name says nothing.
            answer = self.get(self.ann.share(data, "a.html"))
            found = answer.headers["content-type"], answer.headers["content-disposition"].partition(";")[0]
            self.assertEqual((answer.status, *found), (200, kind, place))
            self.assertEqual(answer.headers["x-content-type-options"], "nosniff")

    def test_names(self) -> None:
        """The address has the name; another name is another address."""
        path = self.ann.share(DATA, 'zoë\'s 100% "photo".jpg')
        file_id = path.split("/")[2]
        known = f"/files/{file_id}/zo%C3%AB%27s%20100%25%20%22photo%22.jpg"
        answer = self.get(known)
        self.assertEqual(answer.status, 200)
        self.assertEqual(
            answer.headers["content-disposition"],
            "attachment; filename=\"zo_'s 100_ _photo_.jpg\"; filename*=UTF-8''zo%C3%ABs"[:-1]
            + "%27s%20100%25%20%22photo%22.jpg",
        )
        for name in ("", "other.jpg", "zoe", "%2e%2e", "a%2Fb"):
            self.assertEqual(self.get(f"/files/{file_id}/{name}").status, 404, name)

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120))
    def test_any_name(self, name: str) -> None:
        """No name ends the header, or the quotes in it."""
        line = disposition("attachment", name).decode("ascii")
        plain = line.split('"')
        self.assertEqual(len(plain), 3)
        self.assertTrue(line.isprintable())


class Slow(DownloadCase):
    """Clients that do not keep up, and files that go away."""

    def setUp(self) -> None:
        super().setUp()
        self.data = bytes(1_000_000)
        self.path = self.come("Ann").share(self.data)
        self.served = self.http()

    def test_waits(self) -> None:
        """No more is read than the client takes."""
        self.threads.is_slow = True
        self.served.send(request_of("GET", self.path))
        self.threads.work_once()
        self.threads.work_once()
        self.assertLess(len(self.served.transport.value()), 70_000)
        producer(self.served.transport).pauseProducing()
        self.threads.work()
        self.threads.work()
        self.assertLess(len(self.served.transport.value()), 140_000)
        self.threads.is_slow = False
        producer(self.served.transport).resumeProducing()
        self.assertEqual(response_of(self.served.answer()).body, self.data)

    def test_stands_still(self) -> None:
        """Whoever takes nothing for a minute is cut; whoever takes a little is not."""
        self.threads.is_slow = True
        self.served.send(request_of("GET", self.path))
        self.threads.work_once()
        for _ in range(3):
            self.clock.advance(50)
            self.threads.work_once()
            self.assertFalse(self.served.transport.disconnecting)
        producer(self.served.transport).pauseProducing()
        self.threads.work_once()
        self.clock.advance(59)
        self.assertFalse(self.served.transport.disconnecting)
        self.clock.advance(2)
        self.assertTrue(self.served.transport.disconnecting)
        self.served.lose()
        self.threads.work()

    def test_deleted(self) -> None:
        """A file that is deleted while it is sent ends the answer: no more bytes, and no end that looks like one."""
        self.threads.is_slow = True
        self.served.send(request_of("GET", self.path))
        self.threads.work_once()
        self.threads.work_once()
        self.folder.delete(sha256(self.data).hexdigest())
        self.threads.work()
        self.assertLess(len(self.served.transport.value()), 140_000)
        self.assertTrue(self.served.transport.disconnecting)

    def test_left(self) -> None:
        """A client that leaves is no harm, whatever was being read for it."""
        self.threads.is_slow = True
        self.served.send(request_of("GET", self.path))
        self.threads.work_once()
        self.served.lose()
        self.threads.work()
        self.threads.is_slow = False
        self.assertEqual(self.get(self.path, Range="bytes=0-1").status, 206)


class Refused(DownloadCase):
    """All those who may not have it, and are all told the same."""

    def setUp(self) -> None:
        super().setUp()
        self.ann = self.account("Ann")
        self.ann.ask(type="join", room="den")
        self.ann.ask(type="settings", room="den", settings={"private": True})
        self.path = self.ann.share(DATA, room="den")
        self.nothing = self.refusal(f"/files/{'a' * 32}/a.txt")

    def account(self, name: str) -> Person:
        """Somebody with an account."""
        return self.come(name, password="correct-horse")

    def secret(self, person: Person, *rooms: str) -> str:
        """The secret of a new access token."""
        [ack] = person.ask(type="token.make", rooms=list(rooms), id=2)
        return str(ack["token"])

    def revoke_all(self) -> None:
        """Ann's access tokens end."""
        for answer in self.ann.ask(type="token.list"):
            for token in cast("list[dict[str, str]]", answer.get("tokens", [])):
                self.ann.ask(type="token.revoke", handle=token["handle"])

    def refusal(self, path: str, **headers: str) -> tuple[object, ...]:
        """All that somebody learns who may not have a file."""
        answer = self.get(path, **headers)
        self.assertEqual((answer.status, answer.code), (404, "not_found"))
        shown = {name: value for name, value in answer.headers.items() if name != "date"}
        return answer.status, shown, answer.body

    def refuses(self, path: str, **headers: str) -> None:
        """It is as if there were no such file."""
        self.assertEqual(self.refusal(path, **headers), self.nothing)

    def test_stranger(self) -> None:
        """A guest, with and without a key that is none, with tokens that are none, or for another room."""
        self.refuses(self.path)
        self.refuses(self.path + "?key=" + "a" * 32)
        self.refuses(self.path + "?key=")
        self.refuses(self.path + "?key=a&key=b")
        self.refuses(self.path + "?%ff")
        self.refuses(self.path, Authorization="Bearer nonsense")
        self.refuses(self.path, Authorization="Digest nonsense")
        self.refuses(self.path, Cookie="files=nonsense")
        self.refuses(self.path, Authorization=f"Bearer {self.secret(self.ann, 'team')}")
        self.refuses(self.path, Authorization=f"Bearer {self.secret(self.account('Bob'), 'team')}")

    def test_wrong_address(self) -> None:
        """Nobody learns from the address whether there is such a file, and nothing but a file is found."""
        file_id = self.path.split("/")[2]
        for path in (
            f"/files/{file_id}/other.txt",
            f"/files/{sha256(DATA).hexdigest()}/a.txt",
            "/files/../a.txt",
            "/files/%2e%2e%2fchat.db/a.txt",
            "/files/%00/a.txt",
            "/files/%ff/a.txt",
            "/files//a.txt",
        ):
            self.refuses(path, Authorization=f"Bearer {self.secret(self.ann, 'den')}")
            self.revoke_all()

    def test_kicked(self) -> None:
        """Whoever is put out of a private room has its files no more, at once."""
        bob = self.account("Bob")
        self.ann.ask(type="invite", name="Bob", room="den")
        bob.ask(type="join", room="den")
        secret = self.secret(bob, "den")
        self.assertEqual(self.get(self.path, Authorization=f"Bearer {secret}").body, DATA)
        self.ann.ask(type="kick", name="Bob", room="den")
        self.refuses(self.path, Authorization=f"Bearer {secret}")
        self.refuses(self.path, Authorization=f"Bearer {secret}", If_None_Match=TAG)
        self.refuses(self.path, Authorization=f"Bearer {secret}", Range="bytes=99999-")

    def test_revoked(self) -> None:
        """A token that ends opens nothing any more."""
        secret = self.secret(self.ann, "den")
        self.assertEqual(self.get(self.path, Authorization=f"Bearer {secret}").status, 200)
        self.revoke_all()
        self.refuses(self.path, Authorization=f"Bearer {secret}")

    def test_deleted(self) -> None:
        """With its message a file goes, and its bytes from the disk."""
        path = self.ann.share(b"other", "b.txt")
        self.assertEqual((self.get(path).status, len(self.files())), (200, 2))
        self.ann.ask(type="delete", seq=2)
        self.refuses(path)

    def test_not_said(self) -> None:
        """A file that nobody said is nobody's, and so is one that is not whole."""
        file = self.send(self.ann.protocol.session, b"other")
        self.refuses(f"/files/{file.id}/a.txt")
        upload = self.done(
            self.factory.hub.uploads.begin(self.ann.protocol.session, {"name": "a.txt", "size": 3}, None)
        )
        self.refuses(f"/files/{upload.file.id}/a.txt")
        self.refuses(f"/files/{upload.secret}/a.txt")

    def test_expired(self) -> None:
        """After a month it is gone."""
        path = self.ann.share(b"other", "b.txt")
        self.assertEqual(self.get(path).status, 200)
        self.clock.advance(30 * 86400 + 1)
        self.refuses(path)

    def test_conversation(self) -> None:
        """A file of two people is for them, and for whoever has the key in the link."""
        bob = self.account("Bob")
        path = self.ann.share(b"for Bob", "b.txt", to="Bob")
        self.refuses(path)
        self.refuses(path, Authorization=f"Bearer {self.secret(bob, 'team')}")
        _, typing = self.register("Cy")
        self.ann.share(b"for Cy", "c.txt", to="Cy")
        link = self.said(typing)[-1].split()[-1]
        self.assertEqual(self.get(link).body, b"for Cy")
        self.refuses(link.partition("?")[0])
        self.refuses(f"{self.path}?{link.partition('?')[2]}")

    def cookie(self, person: Person) -> str:
        """The cookie with which somebody's browser reads files."""
        [ticket] = person.ask(type="ticket", id=9)
        body = json.dumps({"ticket": ticket["ticket"]}).encode()
        answer = self.ask("POST", "/session", body, Content_Type="application/json", Origin="http://chat.example")
        self.assertEqual(answer.status, 204, answer)
        return answer.headers["set-cookie"].partition(";")[0]

    def test_cookie(self) -> None:
        """A browser reads what its person may read: rooms, and conversations; no longer when the cookie has ended."""
        bob = self.account("Bob")
        for_bob = self.ann.share(b"for Bob", "b.txt", to="Bob")
        cookies = {"Ann": self.cookie(self.ann), "Bob": self.cookie(bob)}
        self.assertEqual(self.get(self.path, Cookie=cookies["Ann"]).body, DATA)
        self.refuses(self.path, Cookie=cookies["Bob"])
        for cookie in cookies.values():
            self.assertEqual(self.get(for_bob, Cookie=f"other=1; {cookie}").body, b"for Bob")
        self.refuses(for_bob, Cookie=self.cookie(self.come("Cy")))
        self.ask("DELETE", "/session", b"", Cookie=cookies["Ann"], Origin="http://chat.example")
        self.refuses(self.path, Cookie=cookies["Ann"])

    def test_kicked_browser(self) -> None:
        """Whoever is put out of a private room sees no picture of it any more, at once."""
        bob = self.account("Bob")
        self.ann.ask(type="invite", name="Bob", room="den")
        bob.ask(type="join", room="den")
        cookie = self.cookie(bob)
        self.assertEqual(self.get(self.path, Cookie=cookie).status, 200)
        self.ann.ask(type="kick", name="Bob", room="den")
        self.refuses(self.path, Cookie=cookie)

    def test_guest(self) -> None:
        """A guest's cookie ends with their visit, and is not that of whoever comes under the name next."""
        guest = self.come("Gus")
        path = guest.share(b"for Ann", "b.txt", to="Ann")
        cookie = self.cookie(guest)
        self.assertEqual(self.get(path, Cookie=cookie).body, b"for Ann")
        self.lose(guest.protocol)
        self.clock.advance(1)
        self.refuses(path, Cookie=cookie)
        self.refuses(path, Cookie=self.cookie(self.come("Gus")))

    def test_lost(self) -> None:
        """A file whose bytes are not on the disk is not there."""
        path = self.ann.share(b"other", "b.txt")
        self.folder.delete(sha256(b"other").hexdigest())
        self.refuses(path)
