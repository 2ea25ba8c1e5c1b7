"""Private rooms: from outside they are one sentence, on every wire and by every way."""

from chat.changes import SettingsChanged
from chat.events import Joined
from chat.hub.people import Origin
from chat.store.interfaces import Draft
from tests.hub.gated import PASSWORD, Person, RoomCase
from tests.hub.test_replay import JOIN, ReplayCase
from tests.web.asking import Response

PRIVATE = "teamchat is private"
SECRET = "the launch is on Tuesday"


class PrivateCase(RoomCase):
    """The room is private, and something was said there."""

    def setUp(self) -> None:
        super().setUp()
        self.set(private=True, history="all")
        self.say(SECRET)


class Outside(PrivateCase):
    """Mallory, with an account and without one, tries all that there is."""

    def outsiders(self) -> list[Person]:
        """A guest and an account, who are no members."""
        outsiders = [self.program("Guesser"), self.program("Mallory", has_account=True)]
        for each in (*outsiders, self.alice):
            each.reads()
        return outsiders

    def test_ndjson(self) -> None:
        """Every request about the room has the same answer."""
        for outsider in self.outsiders():
            for request in (
                {"type": "join", "room": "teamchat"},
                {"type": "join", "room": "teamchat", "replay": 10},
                {"type": "history", "room": "teamchat"},
                {"type": "history", "where": "teamchat"},
                {"type": "history", "where": "#teamchat"},
                {"type": "history", "room": "teamchat", "since": 0},
                {"type": "history", "room": "teamchat", "since": 999},
                {"type": "history", "room": "teamchat", "before": 2},
                {"type": "history", "room": "teamchat", "since": 0, "life": "x"},
                {"type": "search", "query": "launch in:teamchat"},
                {"type": "search", "query": "launch in:#teamchat from:alice"},
                {"type": "resume", "rooms": {"teamchat": 0}},
                {"type": "resume", "rooms": {"teamchat": 999}, "life": "x"},
                {"type": "resume", "rooms": {"lobby": 0, "teamchat": 0}},
                {"type": "read", "room": "teamchat", "seq": 1},
                {"type": "delivered", "room": "teamchat", "seq": 1},
                {"type": "message", "room": "teamchat", "text": "x"},
                {"type": "invite", "room": "teamchat", "name": "Guesser"},
                {"type": "invite", "room": "teamchat", "link": True},
                {"type": "uninvite", "room": "teamchat", "name": "Alice"},
                {"type": "kick", "room": "teamchat", "name": "Alice"},
                {"type": "kick", "room": "teamchat", "name": "Nobody"},
                {"type": "ban", "room": "teamchat", "name": "Alice"},
                {"type": "ban", "room": "teamchat", "name": "10.0.0.1"},
                {"type": "unban", "room": "teamchat", "name": "Alice"},
                {"type": "bans", "room": "teamchat"},
                {"type": "mute", "room": "teamchat", "name": "Alice"},
                {"type": "unmute", "room": "teamchat", "name": "Alice"},
                {"type": "role", "room": "teamchat", "name": "Mallory", "role": "owner"},
                {"type": "owner", "room": "teamchat", "name": "Mallory"},
            ):
                answers = outsider.asks(id="q", **request)
                expected = {"type": "error", "code": "private", "message": PRIVATE, "id": "q"}
                self.assertEqual(answers, [expected], request)
            self.assertFalse(self.is_in(outsider))
        self.assertEqual(self.alice.reads(), [])

    def test_text(self) -> None:
        """The same for people who type."""
        outsider = self.typist("Mallory", PASSWORD)
        for line in (
            "server:join teamchat",
            "join teamchat",
            "/join #teamchat",
            "server:history teamchat",
            "server:history #teamchat 5 before 3",
            "server:since 0 teamchat",
            "server:search launch in:teamchat",
            "server:token make teamchat",
        ):
            self.assertEqual(outsider.types(line), [f"server: error: {PRIVATE}"], line)

    def test_spelling(self) -> None:
        """The answer has the spelling that was typed: the room's own is not told."""
        owner = self.typist("Olga", PASSWORD)
        owner.types("join TheDen")
        session = owner.protocol.session
        change = SettingsChanged(room="theden", place="TheDen", sender="Olga", settings={"private": True})
        self.hub.changes.publish(session, change, "private", None)
        outsider = self.program("Mallory")
        for typed in ("theden", "THEDEN", "tHeDeN", "ＴheDen"):
            for request in (
                {"type": "join", "room": typed},
                {"type": "history", "room": typed},
                {"type": "message", "room": typed, "text": "x"},
                {"type": "resume", "rooms": {typed: 0}},
                {"type": "read", "room": typed, "seq": 1},
                {"type": "kick", "room": typed, "name": "Olga"},
            ):
                [answer] = outsider.asks(**request)
                shown = typed.replace("Ｔ", "T")
                self.assertEqual(answer.get("message"), f"{shown} is private", request)
            self.assertIn(f"{shown} is private", self.look(room=typed.replace("Ｔ", "%EF%BC%B4")).body.decode())

    def test_another_script(self) -> None:
        """A name in other letters is another room, and tells nothing of this one."""
        outsider = self.program("Mallory")
        [answer, *_] = outsider.asks(type="history", room="tеamchat")
        self.assertEqual(answer["type"], "ack")

    def test_search_everywhere(self) -> None:
        """A search finds what is said in a private room for its members alone."""
        for outsider in self.outsiders():
            [ack] = outsider.asks(type="search", query="launch")
            self.assertEqual((ack["type"], ack.get("more"), ack.get("next")), ("ack", None, None))
        self.assertEqual(len(self.alice.types("server:search launch")), 2)

    def test_lists(self) -> None:
        """Nothing else says that the room is there."""
        outsider = self.program("Mallory", has_account=True)
        [online, _] = outsider.asks(type="who")
        self.assertNotIn("teamchat", str(online))
        outsider.asks(type="disconnect")
        again = self.device()
        welcome = again.asks(type="join", nickname="Mallory", password=PASSWORD)
        self.assertNotIn("teamchat", str(welcome))
        self.assertNotIn("teamchat", self.ask("GET", "/metrics").body.decode())
        self.assertEqual([line for line in self.logged() if "teamchat" in line.casefold()], [])

    def test_websocket(self) -> None:
        """The same by WebSocket."""
        socket = self.join("Mallory")
        for request in ({"type": "join"}, {"type": "history"}, {"type": "message", "text": "x"}):
            socket.say(**request, room="teamchat")
            [answer] = socket.heard()
            self.assertEqual((answer["code"], answer["message"]), ("private", PRIVATE))

    def check_refused(self, response: Response) -> None:
        """403, and the one sentence."""
        self.assertEqual((response.status, response.json["message"]), (403, PRIVATE), response)
        self.assertNotIn("link", response.headers)

    def test_http(self) -> None:
        """Posting, looking back and following, whatever else the request says."""
        self.check_refused(self.post("x", "teamchat"))
        self.check_refused(self.post("", "teamchat"))
        self.check_refused(self.post("x", "teamchat", Idempotency_Key="k"))
        for query in ("", "?limit=1", "?since=0", "?since=999", "?before=2", "?since=x-9"):
            self.check_refused(self.look(query, "teamchat"))
        for query in ("?follow", "?follow&since=0", "?follow&since=999"):
            self.check_refused(self.look(query, "teamchat"))
        self.check_refused(self.look("?follow", "teamchat", Last_Event_ID="1"))
        self.check_refused(self.look("?follow", "teamchat", Accept="text/event-stream"))
        head = self.ask("HEAD", "/rooms/teamchat/messages")
        self.assertEqual((head.status, head.body), (403, b""))
        self.assertEqual(self.hub.visitors.followers.count, 0)

    def test_http_says_no_more(self) -> None:
        """The answers are the same whether anything was said there, and anybody is there."""
        before = [self.look("", "teamchat"), self.ask("OPTIONS", "/rooms/teamchat/messages")]
        self.say("more", "and more")
        self.alice.types("leave")
        after = [self.look("", "teamchat"), self.ask("OPTIONS", "/rooms/teamchat/messages")]
        self.assertEqual(before, after)
        self.assertEqual(before[1], self.ask("OPTIONS", "/rooms/elsewhere/messages"))

    def test_tokens(self) -> None:
        """An access token works while its account is a member: not with another account, nor with a wrong secret."""
        bob = self.program("Bob", has_account=True)
        self.alice.types("server:invite Bob")
        [made] = [push for push in bob.asks(type="token.make", rooms=["teamchat"]) if push["type"] == "ack"]
        bearer = {"Authorization": f"Bearer {made['token']}"}
        self.assertIn(SECRET, self.look("", "teamchat", **bearer).body.decode())
        self.assertEqual(self.post("x", "teamchat", **bearer).status, 201)
        self.alice.types("server:kick Bob")
        for refused in (
            self.look("", "teamchat", **bearer),
            self.look("?follow", "teamchat", **bearer),
            self.look("?follow&since=0", "teamchat", **bearer),
            self.post("x", "teamchat", **bearer),
        ):
            self.check_refused(refused)
        self.assertEqual(self.look("", "teamchat", Authorization="Bearer wrong").code, "bad_token")
        self.assertEqual(self.look("", "elsewhere", Authorization="Bearer wrong").code, "bad_token")
        program = self.device()
        program.asks(type="join", token=made["token"])
        self.assertEqual(program.code(type="join", room="teamchat"), "private")
        self.assertEqual(program.code(type="history", room="teamchat"), "private")

    def test_operator_who_is_a_member(self) -> None:
        """An operator whom the owner has invited is a moderator there, as in any room that they may see."""
        bob = self.typist("Bob", PASSWORD)
        self.successResultOf(self.hub._accounts._store.set_operator("bob", is_one=True))
        self.assertEqual(bob.types("server:audit teamchat"), ["server: error: teamchat is private"])
        self.alice.types("server:invite Bob")
        bob.types("join teamchat")
        self.assertEqual(bob.types("server:topic x"), ["server: Bob set the topic of teamchat: x"])
        self.assertEqual(bob.types("server:kick Alice"), ["server: error: that person is the owner of teamchat"])

    def test_token_after_a_rename(self) -> None:
        """The list of tokens does not tell somebody who was removed how the room is called now."""
        bob = self.program("Bob", has_account=True)
        self.alice.types("server:invite Bob")
        bob.asks(type="join", room="teamchat")
        bob.asks(type="token.make", rooms=["teamchat"])
        self.alice.types("server:rename secret-plan")
        [listed] = [push for push in bob.asks(type="token.list") if push["type"] == "tokens"]
        self.assertEqual(listed["tokens"][0]["rooms"], ["secret-plan"])
        self.alice.types("server:kick Bob")
        [listed] = [push for push in bob.asks(type="token.list") if push["type"] == "tokens"]
        self.assertEqual(listed["tokens"][0]["rooms"], ["teamchat"])

    def test_token_from_before(self) -> None:
        """A token that was made before the room was private, by an account that was never in it."""
        self.set(private=False)
        secret = self.token("teamchat", name="Mallory")
        self.set(private=True)
        self.check_refused(self.look("", "teamchat", Authorization=f"Bearer {secret}"))
        self.check_refused(self.post("x", "teamchat", Authorization=f"Bearer {secret}"))

    def test_operators(self) -> None:
        """Operators do not read private rooms."""
        operator = self.program("Root", has_account=True)
        self.hub.permissions.operators = frozenset({"root"})
        self.assertEqual(operator.code(type="join", room="teamchat"), "private")
        self.assertEqual(operator.code(type="kick", room="teamchat", name="Alice"), "private")


class BecomesPrivate(RoomCase):
    """A room becomes private while people are in it."""

    def test_who_stays(self) -> None:
        """Members stay, and come back; guests stay for this visit; those who only follow do not."""
        bob, cy, gus = self.typist("Bob", PASSWORD), self.program("Cy", has_account=True), self.typist("Gus")
        for person in (bob, gus):
            person.types("join teamchat")
        cy.asks(type="join", room="teamchat")
        follower = self.follow(room="teamchat", query="?follow")
        sse = self.follow(room="teamchat", query="?follow", Accept="text/event-stream")
        self.set(private=True)
        self.assertTrue(all(map(self.is_in, (bob, cy, gus))))
        self.assertIn("Alice made teamchat private", follower.heard())
        self.assertIn('"private":true', sse.heard())
        self.assertEqual(self.hub.visitors.followers.count, 0)
        self.say(SECRET)
        self.assertEqual((follower.heard(), sse.heard()), ("", ""))
        self.assertIn(f"Alice (in teamchat): {SECRET}", gus.reads())
        # They may leave and come back, but a guest only on this visit.
        self.assertIn("server: you are in teamchat (4): Alice, Bob, Cy, Gus", gus.types("leave", "join teamchat"))
        self.assertEqual(bob.types("leave", "join teamchat")[-2][:26], "server: you are in teamcha"[:26])
        self.lose(gus.protocol)
        self.assertEqual(self.typist("Gus").types("join teamchat"), ["server: error: teamchat is private"])
        self.lose(cy.protocol)
        again = self.device()
        welcome, *_ = again.asks(type="join", nickname="Cy", password=PASSWORD)
        self.assertEqual([place["room"] for place in welcome["rooms"]], ["teamchat"])
        self.assertTrue(self.is_in(again))

    def test_anonymous_program(self) -> None:
        """A program whose account is no member is put out, and told why."""
        secret = self.token("teamchat", name="Mallory")
        program = self.device()
        program.asks(type="join", token=secret)
        program.asks(type="join", room="teamchat")
        self.set(private=True)
        self.assertEqual([push.get("code") for push in program.hears()], [None, "private"])
        self.say(SECRET)
        self.assertEqual((program.hears(), self.is_in(program)), ([], False))

    def test_while_the_journal_lets_in(self) -> None:
        """Whoever asked before the room was private, and is let in by the journal after that, sees nothing."""
        mallory = self.program("Mallory")
        self.say(SECRET)
        session = mallory.protocol.session
        # The journal has it after the change, as when both were asked for at once.
        self.set(private=True)
        self.hub._rooms.expect(session, self.hub._rooms.shown(self.hub.permissions.lobby)._replace(key="teamchat"))
        joined = Joined(room="teamchat", place="teamchat", sender="Mallory")
        session.asked()
        self.hub._store.append(Draft(joined, Origin(session, 5, recall=10), recall=10))
        self.assertEqual([(push["type"], push.get("code")) for push in mallory.hears()], [("error", "private")])
        self.assertEqual((session.rooms, self.is_in(mallory)), ({}, False))
        self.assertNotIn("Mallory", self.hub.rooms["teamchat"].roster.page(9).names)


class HistoryFromJoining(RoomCase):
    """With `history joined`, nobody sees what was said before they came."""

    def setUp(self) -> None:
        super().setUp()
        self.set(private=True, history="joined")
        self.say("before launch")
        self.bob = self.program("Bob", has_account=True)
        self.alice.types("server:invite Bob")
        self.say("invited launch")
        self.bob.hears()

    def texts(self, person: Person, **request: object) -> list[str]:
        """The messages in an answer."""
        return [push["text"] for push in person.asks(**request) if push["type"] == "message"]

    def test_paths(self) -> None:
        """On entering, in history, in searches, and over HTTP."""
        self.assertEqual(self.texts(self.bob, type="history", room="teamchat"), [])
        self.assertEqual(self.texts(self.bob, type="search", query="launch"), [])
        self.assertEqual(self.texts(self.bob, type="join", room="teamchat"), [])
        self.say("after launch")
        self.bob.hears()
        for request in (
            {"type": "history", "room": "teamchat"},
            {"type": "history", "room": "teamchat", "since": 0},
            {"type": "search", "query": "launch"},
            {"type": "search", "query": "launch in:teamchat"},
        ):
            self.assertEqual(self.texts(self.bob, **request), ["after launch"], request)
        second = self.device()
        second.asks(type="join", nickname="Bob", password=PASSWORD)
        self.assertEqual(self.texts(second, type="resume", rooms={"teamchat": 0}), ["after launch"])
        [made] = [push for push in self.bob.asks(type="token.make", rooms=["teamchat"]) if push["type"] == "ack"]
        bearer = {"Authorization": f"Bearer {made['token']}"}
        for response in (
            self.look("", "teamchat", **bearer).body.decode(),
            self.look("?since=0", "teamchat", **bearer).body.decode(),
            self.follow("?follow&since=0", "teamchat", **bearer).heard(),
        ):
            self.assertEqual(("after launch" in response, "before" in response), (True, False), response)
        self.assertEqual(len(self.alice.types("server:search launch")), 4)

    def test_report(self) -> None:
        """Nobody reports what is hidden from them: the answer does not say whether it is there."""
        self.set(private=True, history="joined")
        self.alice.types("a hidden line")
        hidden = self.hub.rooms["teamchat"].last_seq
        zed = self.program("Zed", has_account=True)
        self.alice.types("server:invite Zed")
        zed.asks(type="join", room="teamchat")
        self.assertEqual(zed.code(type="report", room="teamchat", seq=hidden), "no_such_message")
        self.alice.types("a line for all")
        seen = self.hub.rooms["teamchat"].last_seq
        self.assertEqual(zed.code(type="report", room="teamchat", seq=seen), "")

    def test_guest(self) -> None:
        """A guest sees what was said since they first came in on this visit."""
        gus = self.program("Gus")
        self.alice.types("server:invite Gus")
        self.assertEqual(self.texts(gus, type="history", room="teamchat"), [])
        gus.asks(type="join", room="teamchat")
        self.say("to Gus")
        gus.asks(type="leave", room="teamchat")
        self.say("while away")
        self.assertEqual(self.texts(gus, type="join", room="teamchat"), ["to Gus", "while away"])
        self.assertEqual(self.texts(gus, type="history", room="teamchat"), ["to Gus", "while away"])


class Meanwhile(ReplayCase):
    """A member is removed while the store looks something up for them."""

    def setUp(self) -> None:
        super().setUp()
        self.al, self.al_told = self.connect(JOIN, {"type": "join", "room": "den"})
        self.cy, self.cy_told = self.connect(
            {"type": "join", "nickname": "Cy", "password": PASSWORD}, {"type": "join", "room": "den"}
        )
        change = SettingsChanged(room="den", place="den", sender="Al", settings={"private": True})
        self.hub.changes.publish(self.al.session, change, "private", None)
        self.ask(self.al, {"type": "message", "room": "den", "text": SECRET})
        self.told(self.cy_told)

    def test_history(self) -> None:
        """The answer is that the room is private, and not a page of it."""
        for request in ({"type": "history", "room": "den"}, {"type": "resume", "rooms": {"den": 0}}):
            self.store.held = []
            self.ask(self.cy, request)
            self.ask(self.al, {"type": "kick", "room": "den", "name": "Cy"})
            self.store.answer()
            told = self.told(self.cy_told)
            self.assertEqual(next(push["type"] for push in told), "kicked")
            self.assertNotIn(SECRET, str(told))
            self.ask(self.al, {"type": "invite", "room": "den", "name": "Cy"})
            self.ask(self.cy, {"type": "join", "room": "den", "replay": 0})
            self.told(self.cy_told)

    def test_guest_who_comes_back(self) -> None:
        """A guest's new connection, while the lost one still hangs, is the same visit."""
        zoe, told = self.connect({"type": "join", "nickname": "Zoe", "remember": True})
        token = self.told(told)[0]["token"]
        self.ask(self.al, {"type": "invite", "room": "den", "name": "Zoe"})
        self.ask(zoe, {"type": "join", "room": "den"})
        again, told = self.connect({"type": "join", "nickname": "Zoe", "token": token})
        self.assertIn(again.session, self.hub.rooms["den"].members)
        self.ask(again, {"type": "history", "room": "den"})
        self.assertIn(SECRET, self.texts(told)[-1])
