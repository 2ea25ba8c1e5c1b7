"""What an operator does to an account, beside a server on SQLite: what was open ends, and guests keep theirs."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

from tests.admin.case import Person, ToolCase, typed
from tests.running import SECONDS, RunningServer


class Ending(ToolCase):
    """A server, and the tool."""

    def setUp(self) -> None:
        super().setUp()
        server = RunningServer("--data", str(self.data))
        server.__enter__()
        self.addCleanup(server.__exit__, None, None, None)
        self.server = server

    @contextmanager
    def following(self, secret: str) -> Iterator["socket.SocketIO"]:
        """Somebody who follows the room team over HTTP, and whose answer has begun."""
        with closing(socket.create_connection(("127.0.0.1", self.server.port), SECONDS)) as connection:
            head = ("GET /rooms/team/messages?follow HTTP/1.1", "Host: localhost", "Connection: close")
            request = "\r\n".join([*head, f"Authorization: Bearer {secret}", "", ""])
            connection.sendall(request.encode())
            answer = connection.makefile("rb")
            while answer.readline() != b"\r\n":
                pass
            yield answer  # type: ignore[misc]

    def test_passwd(self) -> None:
        """A new password from the operator ends sessions on both wires, and streams."""
        with Person(self.server.port, "Al", password="correct-horse") as al:
            secret = str(al.ask({"type": "token.make", "rooms": ["team"]})["token"])
            with self.following(secret) as stream, self.following(secret) as other:
                self.done("passwd", "Al", given="another-horse\n")
                for each in (stream, other):
                    self.assertIn(b"that token is not valid", each.read())
                self.assertRaises(AssertionError, al.ask, {"type": "who"})
        again = Person(self.server.port, "Al", password="correct-horse")
        self.assertEqual(again.entered["code"], "wrong_password")
        self.assertEqual(again.ask({"type": "join", "nickname": "Al", "password": "another-horse"})["type"], "ack")

    def test_revoke(self) -> None:
        """So does a token that the operator revokes."""
        secret = self.done("token", "make", "CI", "--room", "team").strip()
        handle = self.done("token", "list").split()[0]
        with (
            self.following(secret) as stream,
            closing(socket.create_connection(("127.0.0.1", self.server.port))) as bot,
        ):
            lines = bot.makefile("rb")
            bot.sendall(json.dumps({"type": "join", "token": secret}).encode() + b"\n")
            self.assertEqual(json.loads(lines.readline())["nickname"], "CI")
            self.done("token", "revoke", handle)
            self.assertIn(b"that token is not valid", stream.read())
            self.assertIn(b"logged_out", lines.read())

    def test_guest_is_here(self) -> None:
        """No account is made of the name of a guest who is here: not by the operator, nor by anybody else."""
        with Person(self.server.port, "Al") as al:
            self.assertIn("is taken", self.refused("token", "make", "al", "--room", "team"))
            self.assertIn("is taken", typed(self.server.port, "server:register al mallorys-password")[0])
            self.assertEqual(self.done("users"), "")
            self.assertEqual(al.ask({"type": "account.create", "password": "correct-horse"})["type"], "ack")
        self.done("token", "make", "al", "--room", "team")

    def test_guests_past(self) -> None:
        """What a guest said to somebody belongs to no account of that name, also when the server has started again."""
        with Person(self.server.port, "Al") as al, Person(self.server.port, "Bob") as bob:
            bob.ask({"type": "message", "to": "Al", "text": "the door code is 4711"})
            al.ask({"type": "message", "to": "Bob", "text": "thanks"})
            al.ask({"type": "disconnect"})
        with Person(self.server.port, "Al", password="mallorys-password") as later:
            self.assertEqual((later.entered["type"], later.entered.get("rooms")), ("ack", None))
        self.server.stop()
        with RunningServer("--data", str(self.data)) as server:
            said = typed(server.port, "server:login Al mallorys-password", "server:history @bob", "server:search door")
            self.assertEqual(said[2:], ["server: nothing in @bob", "server: nothing found"])
            with Person(server.port, "Al", password="mallorys-password") as later:
                self.assertNotIn("rooms", later.entered)
                self.assertEqual(
                    later.ask({"type": "resume", "direct": {"Bob": 0}}),
                    {"type": "ack", "request": "resume", "id": "asked"},
                )
