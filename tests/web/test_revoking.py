"""What an access token has opened ends with it: `?follow` in each format, and WebSockets."""

from chat.limits import Limits
from tests.server.case import producer
from tests.web.asking import AskingCase, Followed, request_of


class Revoking(AskingCase):
    """Somebody follows a room by a token of Al's, and somebody else without one."""

    def setUp(self) -> None:
        super().setUp()
        self.secret = self.token("team")
        self.al, self.told = self.connect()
        self.al.dataReceived(b"server:login Al correct-horse\nserver:token\n")
        self.handle = self.said(self.told)[-1].split()[1]
        self.stranger = self.follow()

    def by_token(self, accept: str = "text/plain") -> Followed:
        followed = self.follow(Accept=accept, Authorization=f"Bearer {self.secret}")
        self.assertEqual(followed.head.status, 200)
        return followed

    def end_of(self, followed: Followed) -> str:
        """All that was said in a response, which has ended in order."""
        data = followed.served.answer()
        self.assertTrue(data.endswith(b"0\r\n\r\n"), data)
        followed.served.transport.write(data)
        return followed.heard()

    def test_each_way(self) -> None:
        """By a revoked token, a new password, the operator's, and with the account; with a last word in its format."""
        json = '{"type":"error","code":"bad_token"'
        for line, accept, word in (
            (
                f"server:token revoke {self.handle}",
                "text/plain",
                "server: error: that token is not valid, or no longer\n",
            ),
            (
                "server:password another-horse correct-horse",
                "application/x-ndjson",
                '{"type":"error","code":"bad_token"',
            ),
            ("server:unregister correct-horse", "text/event-stream", f"data: {json}"),
        ):
            self.setUp()
            followed = self.by_token(accept)
            self.al.dataReceived(f"{line}\n".encode())
            self.assertTrue(self.end_of(followed).startswith(word))
            self.post("secret plans")
            self.assertEqual(followed.served.answer(), b"")
            self.assertEqual(self.stranger.heard(), "guest (in team): secret plans\n")
            self.assertEqual(self.look(Authorization=f"Bearer {self.secret}").status, 401)

    def test_logout(self) -> None:
        """Access tokens outlive that, and so does what they opened."""
        followed = self.by_token()
        self.al.dataReceived(b"server:logout all\n")
        self.post("hi")
        self.assertEqual(followed.heard(), "guest (in team): hi\n")

    def test_does_not_read(self) -> None:
        """Who does not read to the end is cut after a while."""
        followed = self.by_token()
        producer(followed.served.transport).pauseProducing()
        self.post("x")
        self.al.dataReceived(f"server:token revoke {self.handle}\n".encode())
        self.assertEqual(self.factory.hub.visitors.followers.count, 1)
        self.clock.advance(self.limits.farewell_seconds)
        self.assertTrue(followed.served.transport.disconnecting or followed.served.transport.disconnected)

    def test_behind(self) -> None:
        """Nor does who is still being told what was said before hear more than that."""
        for number in range(40):
            self.post(f"m{number}")
        served = self.http()
        served.send(request_of("GET", "/rooms/team/messages?follow&since=0", Authorization=f"Bearer {self.secret}"))
        self.al.dataReceived(f"server:token revoke {self.handle}\n".encode())
        self.post("secret plans")
        self.assertNotIn(b"secret plans", served.answer())

    def test_websocket(self) -> None:
        """A program that came in over WebSocket hears why, and is closed with 1008."""
        program = self.socket()
        program.say(type="join", token=self.secret, id=1)
        [ack] = program.heard()
        self.assertEqual((ack["nickname"], ack["online"]), ("Al", []))
        program.say(type="join", room="team")
        program.say(type="message", room="den", text="x")
        self.assertEqual([push.get("code", push["type"]) for push in program.heard()], ["ack", "wrong_room"])
        self.al.dataReceived(f"server:token revoke {self.handle}\n".encode())
        frames = program.frames()
        self.assertIn(b"logged_out", frames[0].payload)
        self.assertEqual(frames[-1].code, 1008)

    def test_guest_comes_back(self) -> None:
        """Over WebSocket a guest's token opens their name, too; of too many pages the first is closed."""
        first = self.socket()
        first.say(type="join", nickname="Bob", remember=True)
        token = first.heard()[0]["token"]
        second = self.socket()
        second.say(type="join", nickname="Bob", token=token)
        self.assertEqual(second.heard()[0]["nickname"], "Bob")
        for _ in range(Limits().guest_sessions - 1):
            self.socket().say(type="join", nickname="Bob", token=token)
        frames = first.frames()
        self.assertIn(b"replaced", frames[0].payload)
        self.assertEqual(frames[-1].code, 1008)
