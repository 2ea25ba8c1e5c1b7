"""`/rooms/<room>/messages` in memory: to say something, to look back, and to follow."""

import json

from chat.accounts.rules import Policy
from chat.errors import ERRORS
from chat.hub.hub import Lobby
from chat.limits import Limits
from chat.server.factory import ChatFactory
from chat.web.api.openapi import OPERATIONS
from chat.web.errors import MESSAGES
from chat.web.origins import Origins
from chat.web.routes import make_site
from tests.fresh import fresh_hub
from tests.server.case import producer
from tests.web.asking import AskingCase, request_of


class SeveralLines(AskingCase):
    """A body of several lines is one message."""

    def test_lines(self) -> None:
        """Programs read the lines; in text each has the name of whoever said it."""
        protocol, transport = self.register("Bob")
        protocol.dataReceived(b"server:join team\n")
        transport.clear()
        text, lines = self.follow(), self.follow(Accept="text/event-stream")
        self.post("\r\nfirst\r\n  second\n\nserver: goodbye\n")
        told = [f"guest (in team): {line}" for line in ("first", "  second", "", "server: goodbye")]
        self.assertEqual(self.said(transport), told)
        self.assertEqual(text.heard().splitlines(), told)
        self.assertIn(r'"text":"first\n  second\n\nserver: goodbye"', lines.heard())
        self.assertEqual(self.look().body.count(b"\n"), 4)
        self.assertEqual(self.post("x\n" * 101).code, "too_many_lines")


class Saying(AskingCase):
    """What is posted is said in the room, and nobody comes or goes."""

    def test_as_a_guest(self) -> None:
        """Who is in the room reads it, and nothing else; the answer is the NDJSON wire's."""
        protocol, transport = self.register("Bob")
        protocol.dataReceived(b"server:join Team\n")
        transport.clear()
        posted = self.post("build done")
        self.assertEqual((posted.status, posted.json["request"], posted.json["room"]), (201, "message", "Team"))
        self.assertEqual(posted.json["seq"], 2)
        self.assertEqual(self.said(transport), ["guest (in Team): build done"])

    def test_lobby(self) -> None:
        """The lobby is a room, too."""
        _, transport = self.register("Bob")
        self.assertEqual(self.post("hello", room="lobby").status, 201)
        self.assertEqual(self.said(transport), ["guest (in lobby): hello"])

    def test_signs(self) -> None:
        """A room and a name may be given with their signs."""
        posted = self.ask("POST", "/rooms/%23team/messages?username=%40ci", b"hi", Content_Type="text/plain")
        self.assertEqual((posted.status, posted.json["room"]), (201, "team"))
        for room in ("team", "%23team"):
            self.assertIn("ci (in team): hi", self.ask("GET", f"/rooms/{room}/messages").body.decode())
        self.assertEqual(self.ask("GET", "/rooms/%40team/messages").status, 400)

    def test_without_a_lobby(self) -> None:
        """Where it is closed nobody speaks there."""
        self.serve(lobby=Lobby("lobby", is_open=False))
        self.assertEqual((self.post("hello", room="lobby").status, self.post("hello").status), (404, 201))

    def test_name(self) -> None:
        """A guest may have a name that is nobody's: of nobody who is here, of no account, and not reserved."""
        self.register("Bob")
        self.token("team", name="Al")
        for name, status, code in (
            ("ci", 201, None),
            ("BOB", 409, "name_taken"),
            ("al", 403, "name_claimed"),
            ("Guest", 403, "reserved_name"),
            ("gu%D0%B5st", 409, "name_resembles"),
            ("B0b", 409, "name_resembles"),
            ("aI", 409, "name_resembles"),
            ("2024", 400, "no_letter"),
            ("bot%CB%90", 400, "confusing_name"),
            ("server", 403, "reserved_name"),
            ("a%20b", 400, "bad_name"),
            ("", 400, "bad_name"),
        ):
            said = self.ask("POST", f"/rooms/team/messages?username={name}", b"hi", Content_Type="text/plain")
            self.assertEqual((said.status, said.json.get("code")), (status, code), name)
        self.assertIn("ci (in team): hi", self.look().body.decode())

    def test_hints(self) -> None:
        """Nobody who asks over HTTP is told to type something: they could not."""
        for operation in OPERATIONS:
            for code in operation.errors:
                sentence = MESSAGES.get(code, ERRORS[code])
                self.assertNotRegex(sentence, ", type |server:|say a line", code)
        self.token("team", name="Al")
        asked = self.ask("POST", "/rooms/team/messages?username=Al", b"hi", Content_Type="text/plain")
        self.assertIn("send their access token", asked.json["message"])
        described = self.ask("GET", "/openapi.json").body.decode()
        self.assertNotIn("type server:", described)

    def test_reserved(self) -> None:
        """Nobody else is called guest, whom everybody would take for one."""
        protocol, transport = self.connect()
        protocol.dataReceived(b"server:register GUEST\n")
        self.assertEqual(self.said(transport), ["server: error: the name GUEST is reserved, choose another"])

    def test_token(self) -> None:
        """With an access token the account speaks, in the token's rooms; Basic carries it as well as Bearer."""
        secret = self.token("team")
        basic = "Basic eDpzZWNyZXQtMQ=="  # x:secret-1
        for header in (f"Bearer {secret}", f"bearer {secret}", basic):
            self.assertEqual(self.post("hi", Authorization=header).status, 201)
        self.assertEqual(self.look().body.count(b"Al (in team): hi"), 3)
        for header, room, status, code in (
            (f"Bearer {secret}", "attic", 403, "wrong_room"),
            ("Bearer nothing", "team", 401, "bad_token"),
            ("Bearer ", "team", 401, "bad_token"),
            ("Bearer é", "team", 401, "bad_token"),
            ("Basic !", "team", 401, "bad_token"),
            ("Basic /w==", "team", 401, "bad_token"),
            ("Digest x", "team", 401, "bad_token"),
        ):
            refused = self.post("hi", room, Authorization=header)
            self.assertEqual((refused.status, refused.code), (status, code), header)
            self.assertEqual(refused.headers.get("www-authenticate"), "Bearer" if status == 401 else None)

    def test_where_guests_may_not(self) -> None:
        """Without a token nobody says, sees or follows anything there."""
        self.serve(policy=Policy(guests=False))
        secret = self.token("team")
        for asked in (self.post, lambda _="", **headers: self.look(**headers)):
            self.assertEqual((asked("hi").status, asked("hi").code), (401, "token_needed"))
            self.assertIn(asked("hi", Authorization=f"Bearer {secret}").status, (200, 201))
        self.assertEqual(self.follow().head.status, 401)
        served = self.http()
        served.send(request_of("POST", "/rooms/team/messages", Content_Length="60000"))
        self.assertEqual(served.status(), 401)
        self.assertEqual(self.follow(Authorization=f"Bearer {secret}").head.status, 200)

    def test_webhook(self) -> None:
        """The shape of common webhooks; lines stay lines, and what is dangerous is gone."""
        said = self.post('{"text":"a\\nb \\u001b[31m","username":"ci","blocks":[]}', Content_Type="application/json")
        self.assertEqual(said.status, 201)
        body = self.look().body.decode()
        self.assertIn("ci (in team): a\n", body)
        self.assertIn("ci (in team): b [31m\n", body)

    def test_idempotency(self) -> None:
        """A repeated key is answered as the first was, and told to nobody."""
        first, again = (self.post("once", Idempotency_Key="k-1") for _ in range(2))
        self.assertEqual((first.json["id"], first.body), ("k-1", again.body))
        self.assertNotEqual(self.post("once", Idempotency_Key="k-2").json["seq"], first.json["seq"])
        self.assertEqual(self.look().body.count(b"once"), 2)
        for key in ("", "x" * 129, "é"):
            self.assertEqual(self.post("once", Idempotency_Key=key).code, "bad_parameter", key)

    def test_refused(self) -> None:
        """Each with the code of the other wires, and a status."""
        for body, headers, status, code in (
            (b"", {}, 400, "empty_message"),
            (b" \t\n", {}, 400, "empty_message"),
            (b"\xff", {}, 400, "not_utf8"),
            (b"{", {"Content_Type": "application/json"}, 400, "not_json"),
            (b"[]", {"Content_Type": "application/json"}, 400, "not_an_object"),
            (b"{}", {"Content_Type": "application/json"}, 400, "missing_field"),
            (b'{"text":1}', {"Content_Type": "application/json"}, 400, "wrong_type"),
            (b"text=", {"Content_Type": "application/x-www-form-urlencoded"}, 400, "empty_message"),
            (b"x", {"Content_Type": "image/png"}, 415, "unsupported_type"),
            (b"x" * 16385, {}, 413, "too_long"),
            (b"x" * 65537, {}, 413, "body_too_long"),
        ):
            refused = self.ask("POST", "/rooms/team/messages", body, **headers)
            self.assertEqual((refused.status, refused.code), (status, code), (body[:9], headers))
        for room, status, code in (
            ("a%20b", 400, "bad_room"),
            ("a%2Fb", 400, "bad_room"),
            ("%FF", 400, "not_utf8"),
            ("x" * 65, 400, "bad_room"),
            ("everyone", 403, "reserved_name"),
        ):
            refused = self.post("hi", room)
            self.assertEqual((refused.status, refused.code), (status, code), room)
        self.assertEqual(self.look().body, b"")

    def test_addresses(self) -> None:
        """There is nothing beside, and other methods are told which there are."""
        for path in ("/rooms", "/rooms/", "/rooms/team", "/rooms/team/messages/1", "/rooms/team/people"):
            self.assertEqual(self.ask("GET", path).status, 404, path)
        wrong = self.ask("DELETE", "/rooms/team/messages")
        self.assertEqual((wrong.status, wrong.headers["allow"]), (405, "GET, HEAD, POST"))

    def test_foreign_page(self) -> None:
        """A page from elsewhere cannot make a visitor's browser speak, nor listen."""
        for asked in (self.post, lambda _, **headers: self.look(**headers)):
            self.assertEqual(asked("spam", Origin="http://evil.example").code, "foreign_origin")
            self.assertLess(asked("hello", Origin="http://chat.example").status, 202)
        self.assertNotIn("spam", self.look().body.decode())

    def serve(self, policy: Policy = Policy(), lobby: Lobby | None = None) -> None:  # noqa: B008 - it is immutable
        """Another server."""
        self.factory = ChatFactory(fresh_hub(self.limits, self.clock.seconds, lobby, policy=policy), self.clock)
        self.factory.startFactory()
        self.site = make_site(self.factory, Origins(), self.clock)
        self.site.startFactory()


class TooFast(AskingCase):
    """One address has its pace, whatever it asks and on however many connections."""

    limits = Limits(burst_lines=3, lines_per_second=1)

    def test_pace(self) -> None:
        """What is too much is refused, until time has passed."""
        self.assertEqual([self.post("hi").status for _ in range(5)], [201, 201, 201, 429, 429])
        refused = self.look()
        self.assertEqual((refused.code, refused.headers["retry-after"]), ("too_fast", "1"))
        self.clock.advance(1)
        self.assertEqual([self.post("hi").status for _ in range(2)], [201, 429])
        self.assertEqual(self.ask("GET", "/healthz").status, 200)


class LookingBack(AskingCase):
    """Pages of what was said, in three formats."""

    def setUp(self) -> None:
        super().setUp()
        for number in range(1, 6):
            self.post(f"m{number}")

    def test_text(self) -> None:
        """The text wire's lines, the oldest first, with their times and places."""
        page = self.look()
        self.assertEqual(page.headers["content-type"], "text/plain; charset=utf-8")
        lines = page.body.decode().splitlines()
        self.assertEqual([line.partition(" UTC ")[2] for line in lines[:2]],
                         ["#1] guest (in team): m1", "#2] guest (in team): m2"])  # fmt: skip
        self.assertEqual(len(lines), 5)

    def test_formats(self) -> None:
        """NDJSON lines, and one object of them."""
        lines = self.look(Accept="application/x-ndjson")
        messages = [json.loads(line) for line in lines.body.splitlines()]
        self.assertEqual([(each["text"], each["past"]) for each in messages], [(f"m{n}", True) for n in range(1, 6)])
        self.assertEqual(self.look(Accept="application/json").json, {"messages": messages, "more": False})
        refused = self.look(Accept="image/png")
        self.assertEqual((refused.status, refused.code), (406, "not_acceptable"))

    def test_around(self) -> None:
        """A message with those on both sides; links lead on in both directions."""
        for number in range(9):
            self.assertEqual(self.post(f"{number}").status, 201)
        answer = self.look("?around=5&limit=4", Accept="application/json")
        self.assertEqual([message["seq"] for message in answer.json["messages"]], [3, 4, 5, 6])
        self.assertEqual(answer.headers["link"], '<?limit=4&before=3>; rel="prev", <?limit=4&since=6>; rel="next"')

    def test_pages(self) -> None:
        """`Link` says where there is more; following it one sees everything once."""
        seen: list[str] = []
        target = "?limit=2"
        while target:
            page = self.look(target, Accept="application/json")
            seen = [each["text"] for each in page.json["messages"]] + seen
            # Relative, so that it is right below a path of a proxy, too.
            target = page.headers.get("link", "").removeprefix("<").partition(">")[0]
            self.assertEqual(bool(target), page.json["more"])
        self.assertEqual(seen, ["m1", "m2", "m3", "m4", "m5"])
        later = self.look("?since=2&limit=2")
        self.assertEqual(later.headers["link"], '<?limit=2&since=4>; rel="next"')
        self.assertEqual([line[-2:] for line in later.body.decode().splitlines()], ["m3", "m4"])

    def test_wrong_parameters(self) -> None:
        """Numbers are numbers, and come once."""
        for query in (
            "limit=x",
            "limit=-1",
            "before=",
            "since=1e3",
            "since=%FF",
            "limit=1&limit=2",
            "before=" + 16 * "1",
        ):
            refused = self.look(f"?{query}")
            self.assertEqual((refused.status, refused.code), (400, "bad_parameter"), query)
        self.assertEqual(self.look("?" + "&".join(f"x{n}=1" for n in range(30))).code, "bad_parameter")
        self.assertEqual(self.look("?unknown=1").status, 200)

    def test_head(self) -> None:
        """HEAD is GET without the body, and never goes on."""
        head = self.ask("HEAD", "/rooms/team/messages?follow")
        self.assertEqual((head.status, head.body), (200, b""))
        self.assertEqual(head.headers["content-length"], str(len(self.look().body)))

    def test_nothing(self) -> None:
        """In a room where nobody was there is nothing."""
        self.assertEqual(self.look(room="attic", Accept="application/json").json, {"messages": [], "more": False})


class Following(AskingCase):
    """What happens in a room, as it happens."""

    def test_text(self) -> None:
        """What members are told, in their words, and nobody is told of who listens."""
        followed = self.follow()
        self.assertEqual(followed.head.headers["content-type"], "text/plain; charset=utf-8")
        bob, transport = self.register("Bob")
        bob.dataReceived(b"server:join team\nhello\n")
        self.assertEqual(self.said(transport), ["server: you are in team (1): Bob"])
        self.post("build done")
        bob.dataReceived(b"leave\n")
        self.assertEqual(
            followed.heard().splitlines(),
            ["server: Bob joined team", "Bob (in team): hello", "guest (in team): build done", "server: Bob left team"],
        )

    def test_formats(self) -> None:
        """NDJSON lines; and events with their place, for an `EventSource`."""
        lines, events = (self.follow(Accept=kind) for kind in ("application/x-ndjson", "text/event-stream"))
        seq = self.post("hi").json["seq"]
        line = lines.heard()
        self.assertEqual((json.loads(line)["text"], line[-1]), ("hi", "\n"))
        self.assertEqual(events.head.headers["content-type"], "text/event-stream; charset=utf-8")
        self.assertEqual(events.heard(), f"id: {seq}\ndata: {line}\n")

    def test_since(self) -> None:
        """What was said after a seq comes first, each once; `Last-Event-ID`, of who comes back, counts more."""
        for number in range(1, 71):
            self.post(f"m{number}")
        resuming = self.follow("?follow&since=0", Accept="application/x-ndjson", Last_Event_ID="2")
        for first, followed in ((3, resuming), (69, self.follow("?follow&since=68", Accept="application/x-ndjson"))):
            said = [json.loads(line)["seq"] for line in followed.heard().splitlines()]
            self.assertEqual(said, list(range(first, 71)))
        self.post("live")
        self.assertEqual(json.loads(resuming.heard())["text"], "live")
        self.assertEqual(self.follow(Last_Event_ID="x").head.status, 400)

    def test_end(self) -> None:
        """Who is gone is in no room any more, and a room in which nobody is left is gone."""
        first, second = self.follow(), self.follow(room="lobby")
        self.assertEqual(self.factory.hub.visitors.followers.count, 2)
        for followed in (first, second):
            followed.served.lose()
        self.assertEqual((self.factory.hub.visitors.followers.count, len(self.factory.hub.rooms)), (0, 0))
        self.assertEqual(self.factory.hub.lobby.members, {})

    def test_too_slow(self) -> None:
        """Who does not read is cut at the limit of the queue, and counted; others are not held up."""
        slow, quick = self.follow(), self.follow()
        producer(slow.served.transport).pauseProducing()
        bob, _ = self.register("Bob")
        bob.dataReceived(b"server:join team\n")
        count = self.limits.outbox_bytes // 16_000 + 2
        for _ in range(count):
            bob.dataReceived(b"x" * 16_000 + b"\n")
            self.clock.advance(1)
        self.assertTrue(slow.served.transport.disconnecting or slow.served.transport.disconnected)
        self.assertEqual(quick.heard().count("\n"), count + 1)

    def test_ping(self) -> None:
        """An event stream is never silent for long; lines for people and programs have nothing in between."""
        events, lines = self.follow(Accept="text/event-stream"), self.follow()
        self.clock.advance(self.limits.ping_seconds)
        self.clock.advance(self.limits.ping_seconds)
        self.assertEqual((events.heard(), lines.heard()), (":\n\n:\n\n", ""))

    def test_too_many(self) -> None:
        """There is a limit, and an end makes room."""
        self.limits = Limits(followers=1)
        self.setUp()
        first, second = self.follow(), self.follow()
        self.assertEqual((first.head.status, second.head.status), (200, 503))
        first.served.lose()
        self.assertEqual(self.follow().head.status, 200)

    def test_shutdown(self) -> None:
        """When the server stops they are told, and their responses end in order."""
        followed = self.follow()
        self.factory.hub.visitors.followers.shut_down()
        self.assertEqual(followed.served.answer(), b"16\r\nserver: shutting down\n\r\n0\r\n\r\n")

    def test_http_1_0(self) -> None:
        """Without chunks for who does not know them."""
        served = self.http()
        served.send(request_of("GET", "/rooms/team/messages?follow").replace(b"HTTP/1.1", b"HTTP/1.0"))
        self.post("hi")
        self.assertTrue(served.answer().endswith(b"\r\n\r\nguest (in team): hi\n"))


class OtherLives(AskingCase):
    """Places from another life of a room, over HTTP."""

    def test_refused(self) -> None:
        """409, and how far the room has come: looking back and following, by number and by event."""
        self.post("one")
        self.post("two")
        for query, last in (("?since=3", None), ("?since=that-1", None), ("", "3"), ("", "that-2"), ("?since=0", "77")):
            given = {} if last is None else {"Last_Event_ID": last}
            for follow in ("", "&follow"):
                answer = self.look(f"{query or '?limit=9'}{follow}", **given)
                self.assertEqual((answer.status, answer.code, answer.json["seq"]), (409, "other_life", 2), query)

    def test_known(self) -> None:
        """The end, the beginning of whatever life, and what comes with events of this one."""
        self.post("one")
        for query in ("?since=1", "?since=0", "?since=that-0"):
            self.assertEqual(self.look(query).status, 200)
        for query in ("?since=-1", "?since=a_b-1", "?since=a-b-1", "?since=a-"):
            self.assertEqual((self.look(query).status, self.look(query).code), (400, "bad_parameter"))
