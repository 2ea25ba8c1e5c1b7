"""Requests of the NDJSON wire over HTTP: one in each body, carried out in the room of the address."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from chat.changes import TopicSet
from chat.commands.specs import Runnable
from chat.commands.table import SPECS
from chat.events import Command
from chat.hub.session import Session
from tests.web.asking import AskingCase, Response

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Requesting(AskingCase):
    """A site to which people send requests."""

    def request(
        self, address: str = "team", parameters: str = "", token: str | None = None, **fields: object
    ) -> Response:
        """Send one request, as a guest or with an access token."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.raw(json.dumps(fields), f"{address}/requests{parameters}", Content_Type=JSON, **headers)

    def raw(self, body: str, target: str = "team/requests", **headers: str) -> Response:
        """Send a body as it is."""
        return self.ask("POST", f"/rooms/{target}", body.encode(), **headers)


class Answers(Requesting):
    """Each answer is that of the wire."""

    def test_message(self) -> None:
        """A message is said in the room of the address, once for each id; the answer is its `ack`."""
        bob, transport = self.register("Bob")
        bob.dataReceived(b"server:join team\n")
        self.said(transport)
        for _ in range(2):
            said = self.request(type="message", text="hi", id=7)
            self.assertEqual(
                (said.status, said.json["type"], said.json["id"], said.json["room"]), (200, "ack", 7, "team")
            )
        self.assertEqual(self.said(transport), ["guest (in team): hi"])
        self.assertEqual(self.request(type="message", text="ho", room="TEAM", parameters="?username=ci").status, 200)
        self.assertEqual(self.said(transport), ["ci (in team): ho"])

    def test_who(self) -> None:
        """What comes before the `ack` is in the same object or, as lines, before it."""
        bob, _ = self.register("Bob")
        answer = self.request("lobby", type="who").json
        self.assertEqual((answer["request"], answer["pushes"][0]["names"]), ("who", ["Bob"]))
        # Like every request it is about the room of the address.
        self.assertEqual(self.request(type="who").json["pushes"], [{"type": "who", "room": "team", "names": []}])
        bob.dataReceived(b"server:join team\n")
        self.assertEqual(self.request(type="who").json["pushes"][0]["names"], ["Bob"])
        self.assertEqual(self.request(type="ping", id=4).json, {"type": "ack", "request": "ping", "id": 4})
        lines = self.raw('{"type":"who"}', Accept="application/x-ndjson")
        self.assertEqual(lines.headers["content-type"], "application/x-ndjson")
        kinds = [json.loads(line)["type"] for line in lines.body.splitlines()]
        self.assertEqual(kinds, ["who", "ack"])
        self.assertEqual(self.raw('{"type":"who"}', Accept="image/png").status, 406)

    def test_past(self) -> None:
        """History, what came after a seq, and search: all of them in that room alone."""
        for room, text in (("team", "one fox"), ("team", "two foxes"), ("attic", "a fox")):
            self.post(text, room)

        def found(**fields: Any) -> list[str]:
            return [each["text"] for each in self.request(**fields).json.get("pushes", ())]

        self.assertEqual(found(type="history"), ["one fox", "two foxes"])
        self.assertEqual(found(type="history", since=1), ["two foxes"])
        self.assertEqual(found(type="search", query="fox"), ["one fox"])
        self.assertEqual(found(type="search", query="fox in:team"), ["one fox"])
        self.assertEqual(found(type="search", query="nothing"), [])
        self.assertEqual(self.request(type="search", query="fox in:attic").code, "other_room")

    def test_token(self) -> None:
        """With an access token the account asks, in the token's rooms."""
        secret = self.token("team")
        self.assertEqual(self.request(token=secret, type="message", text="hi").status, 200)
        self.assertIn(b"Al (in team): hi", self.look().body)
        for token, room, status, code in (
            (secret, "attic", 403, "wrong_room"),
            ("nothing", "team", 401, "bad_token"),
        ):
            refused = self.request(room, token=token, type="message", text="hi")
            self.assertEqual((refused.status, refused.code), (status, code))

    def test_change(self) -> None:
        """A change of the room is answered with its `ack`, and members and followers see it."""

        def topic(session: Session, command: Command) -> None:
            assert session.user is not None
            text = str(command.arguments["text"])
            change = TopicSet(room="team", place="team", sender=session.user.name, text=text)
            self.factory.hub.changes.publish(session, change, "topic", command.id)

        spec = self.factory.commands["message"].spec
        self.factory.commands = {**self.factory.commands, "message": Runnable(spec, topic)}
        followed = self.follow()
        answer = self.request(token=self.token("team"), type="message", text="T", id="t").json
        self.assertEqual((answer["request"], answer["id"], answer["seq"]), ("topic", "t", 1))
        self.assertEqual(followed.heard(), "server: Al set the topic of team: T\n")


class Refusals(Requesting):
    """The codes are those of the wire."""

    def test_commands(self) -> None:
        """What is about being in the chat is refused; a program is told what it is told on every wire."""
        secret = self.token("team")
        for fields, guest, program in (
            ({"type": "join", "room": "team"}, "not_over_http", "not_over_http"),
            ({"type": "join", "nickname": "Eve"}, "not_over_http", "not_over_http"),
            ({"type": "leave"}, "not_over_http", "not_over_http"),
            ({"type": "disconnect"}, "not_over_http", "not_over_http"),
            ({"type": "resume"}, "not_over_http", "not_over_http"),
            ({"type": "account.create", "password": "correct-horse"}, "not_over_http", "not_for_programs"),
            ({"type": "read", "seq": 1, "room": "team"}, "not_over_http", "not_for_programs"),
            ({"type": "token.list"}, "not_over_http", "not_for_programs"),
        ):
            for token, code in ((None, guest), (secret, program)):
                refused = self.request(token=token, **fields)
                self.assertEqual((refused.status, refused.code), (403, code), fields)
        self.assertEqual(self.factory.hub.users, {})

    def test_other_places(self) -> None:
        """The room is the one of the address: no request may name another, nor a person."""
        for fields in (
            {"type": "message", "text": "hi", "room": "attic"},
            {"type": "message", "text": "hi", "to": "Bob"},
            {"type": "history", "room": "attic"},
            {"type": "history", "where": "@Bob"},
            {"type": "history", "to": "Bob"},
        ):
            refused = self.request(id="x", **fields)
            self.assertEqual((refused.status, refused.code, refused.json["id"]), (400, "other_room", "x"), fields)
        self.assertEqual(self.request(type="message", text="hi", room="#team").status, 200)

    def test_bodies(self) -> None:
        """A body is one request."""
        for body, status, code in (
            ("", 400, "not_json"),
            (" \n", 400, "not_json"),
            ("{", 400, "not_json"),
            ('{"type":"who"}\n{"type":"who"}', 400, "not_json"),
            ("[]", 400, "not_an_object"),
            ("{}", 400, "missing_field"),
            ('{"type":"nonsense"}', 400, "unknown_type"),
            ('{"type":"message"}', 400, "missing_field"),
            ('{"type":"message","text":1}', 400, "wrong_type"),
            ('{"type":"message","text":" "}', 400, "empty_message"),
            (json.dumps({"type": "message", "text": "x" * 16384}), 413, "too_long"),
            ("x" * 65537, 413, "body_too_long"),
        ):
            refused = self.raw(body)
            self.assertEqual((refused.status, refused.code), (status, code), body[:30])
        self.assertEqual(self.raw("{}", Content_Type="image/png").status, 415)
        self.assertEqual(self.ask("GET", "/rooms/team/requests").status, 405)
        for room, code in (("a%20b", "bad_room"), ("%FF", "not_utf8"), ("everyone", "reserved_name")):
            self.assertEqual(self.request(room, type="who").code, code)

    def test_foreign_page(self) -> None:
        """A page from elsewhere cannot make a visitor's browser ask."""
        body = '{"type":"message","text":"spam"}'
        self.assertEqual(self.raw(body, Origin="http://evil.example", Content_Type="text/plain").code, "foreign_origin")
        self.assertEqual(self.raw(body, Origin="http://chat.example").status, 200)

    def test_table(self) -> None:
        """Whatever needs somebody who is in the chat is for no visitor."""
        here = {"register", "login", "join", "leave", "resume", "exit"}
        self.assertEqual({name for name, spec in SPECS.items() if not spec.for_visitors}, here)

    def test_lost(self) -> None:
        """A client that is gone before its answer comes leaves nothing behind."""
        served = self.http()
        served.send(b"POST /rooms/team/requests HTTP/1.1\r\nHost: chat.example\r\nContent-Length: 99\r\n\r\n{")
        served.lose()
        self.assertEqual((self.factory.hub.users, dict(self.factory.hub.rooms)), ({}, {}))


class Bodies(Requesting):
    """As `curl -d` sends them."""

    def test_forms(self) -> None:
        """JSON, said to be a form; encoded JSON; and fields, which get the types of the request's."""
        said = {"type": "message", "text": "50% & more"}
        for number, body in enumerate((json.dumps(said), quote(json.dumps(said)), urlencode(said))):
            answer = self.raw(body, Content_Type=FORM)
            self.assertEqual((answer.status, answer.json["seq"]), (200, number + 1), body)
        lines = self.look().body.decode().splitlines()
        self.assertEqual({line.partition("] ")[2] for line in lines}, {"guest (in team): 50% & more"})
        history = self.raw("type=history&limit=1&before=3", Content_Type=FORM).json
        self.assertEqual([each["seq"] for each in history["pushes"]], [2])

    def test_broken_forms(self) -> None:
        """The sentence is that of the wire."""
        for body, code in (
            ("type=message", "missing_field"),
            ("text=hi", "missing_field"),
            ("type=nonsense", "unknown_type"),
            ("type=history&limit=x", "wrong_type"),
            ("hi", "not_json"),
            ("%7Bhi", "not_json"),
            ("type=%FF", "not_utf8"),
            ("a=1" + "&a=1" * 1000, "too_many_fields"),
        ):
            self.assertEqual(self.raw(body, Content_Type=FORM).code, code, body[:30])
