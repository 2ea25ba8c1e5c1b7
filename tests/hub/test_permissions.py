"""The gate: what it says, and that nobody gets to a room by another way."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chat.accounts.rules import Policy
from chat.errors import ChatError
from chat.events import Failure
from chat.hub.hub import Hub, Lobby
from chat.hub.people import PLAIN_CLIENT, Asker, Scope, User
from chat.hub.permissions import Action, Permissions, Visible
from chat.hub.visitors import Visitor
from chat.interfaces import State
from chat.limits import Limits
from chat.names import Name, direct_room, fold
from chat.room_state import Closed, RoomState, Settings
from chat.server.factory import ChatFactory
from chat.store.interfaces import Account
from tests.compiled import not_where_compiled
from tests.fresh import fresh_accounts, fresh_hub
from tests.hub.test_replay import JOIN, TEAM, ReplayCase
from tests.hub.test_visitors import Listener

AL = Account("al", "Al", "hash", 0.0, since=7)
AL_AND_BOB, BOB_AND_CY = direct_room("al", "bob"), direct_room("bob", "cy")
ENTER, SAY, SEE = Action.ENTER, Action.SAY, Action.SEE
# Who asks, and what the answer is for each action in each room: None is yes.
OPEN = (
    ("guest", ENTER, "lobby", "already_in_room"),
    ("guest", ENTER, "den", None),
    ("guest", ENTER, "Team", "already_in_room"),
    ("guest", ENTER, "Server", "reserved_name"),
    ("guest", ENTER, AL_AND_BOB, "not_in_room"),
    ("guest", SAY, "lobby", None),
    ("guest", SAY, "team", None),
    ("guest", SAY, "den", "not_in_room"),
    ("guest", SAY, AL_AND_BOB, None),
    ("guest", SAY, BOB_AND_CY, "not_in_room"),
    ("guest", SEE, "lobby", None),
    ("guest", SEE, "den", None),
    ("guest", SEE, "server", None),
    ("guest", SEE, AL_AND_BOB, None),
    ("guest", SEE, BOB_AND_CY, "not_in_room"),
    ("program", ENTER, "lobby", "wrong_room"),
    ("program", ENTER, "den", "wrong_room"),
    ("program", ENTER, "attic", None),
    ("program", SAY, "lobby", "wrong_room"),
    ("program", SAY, "team", None),
    ("program", SAY, "attic", "not_in_room"),
    ("program", SAY, AL_AND_BOB, "wrong_room"),
    ("program", SEE, "lobby", "wrong_room"),
    ("program", SEE, "attic", None),
    ("program", SEE, "den", "wrong_room"),
    ("program", SEE, AL_AND_BOB, "wrong_room"),
    ("visitor", ENTER, "den", None),
    ("visitor", SAY, "den", "not_in_room"),
    ("visitor", SEE, "lobby", None),
    ("visitor", SEE, "den", None),
    ("visitor", SEE, "server", "reserved_name"),
    ("visitor", SEE, AL_AND_BOB, "not_in_room"),
    ("crammed", ENTER, "den", "too_many_rooms"),
    ("crammed", SAY, "team", None),
    ("crammed", SEE, "den", None),
)
CLOSED = (
    ("guest", ENTER, "lobby", "reserved_name"),
    ("guest", SAY, "lobby", "no_lobby"),
    ("guest", SEE, "lobby", None),
    ("visitor", SEE, "lobby", "no_lobby"),
)


class Rules(SynchronousTestCase):
    """The table, asked one by one."""

    def asker(self, hub: Hub, who: str) -> Asker:
        """Al, in the room team: as a guest, a program, somebody in as many rooms as one may be; or a visitor."""
        session = ChatFactory(hub).new_session(Listener(), "")
        session.introduce(PLAIN_CLIENT, Scope("h", frozenset({"team", "attic"})) if who == "program" else None)
        if who != "visitor":
            session.came_in(User(Name("Al", "al"), None, AL if who in ("program", "account") else None))
            session.rooms["team"] = "Team"
        if who == "crammed":
            session.rooms["other"] = "other"
        return session

    def test_table(self) -> None:
        """Each row, with the lobby open and closed."""
        for lobby, rows in ((Lobby(), OPEN), (Lobby(is_open=False), CLOSED)):
            hub = fresh_hub(Limits(rooms_per_session=2), lambda: 0.0, lobby)
            for who, action, room, expected in rows:
                code = None
                try:
                    hub.permissions.may(self.asker(hub, who), Name(room, fold(room)), action)
                except ChatError as error:
                    code = error.code
                self.assertEqual(code, expected, (who, action, room))

    def test_deleted(self) -> None:
        """Until the store has forgotten a room that is closed for good, nobody sees it, nor makes it anew."""
        hub = fresh_hub(Limits(), lambda: 0.0)
        hub.permissions.restate("den", RoomState(owner="al", settings=Settings(closed=Closed.DELETED)))
        for action in (ENTER, SEE, SAY):
            with self.assertRaises(ChatError) as caught:
                hub.permissions.may(self.asker(hub, "account"), Name("Den", "den"), action)
            self.assertEqual((caught.exception.code, str(caught.exception)), ("room_closed", "Den is closed"))
        hub.permissions.restate("den", None)
        hub.permissions.may(self.asker(hub, "account"), Name("Den", "den"), ENTER)

    def test_visible(self) -> None:
        """A search through everything finds what `may` lets one see, and no more."""
        hub = fresh_hub(Limits(), lambda: 0.0)
        for who, expected in (
            ("visitor", Visible()),
            ("guest", Visible()),
            ("account", Visible(user="al", since=7)),
            ("program", Visible(rooms=frozenset({"team", "attic"}))),
        ):
            self.assertEqual(hub.permissions.visible(self.asker(hub, who)), expected, who)


class Gate(Permissions):
    """Shuts the rooms that it is told to, by their keys, for whatever action, and for everybody but `excepted`."""

    def __init__(self, lobby: Lobby, limits: Limits, now: Callable[[], float]) -> None:
        super().__init__(lobby, limits, now)
        self.shut: set[str] = set()
        self.excepted: Asker | None = None
        self.asked: list[tuple[Action, str]] = []

    def may(self, asker: Asker, room: Name, action: Action) -> None:
        self.asked.append((action, room.key))
        if room.key in self.shut and asker is not self.excepted:
            raise ChatError("internal")
        super().may(asker, room, action)

    def visible(self, asker: Asker) -> Visible:
        return Visible(rooms=frozenset()) if self.shut else super().visible(asker)


class GatedHub(Hub):
    """A hub with such a gate."""

    permissions_class = Gate


@not_where_compiled
class NoOtherWay(ReplayCase):
    """Al and Bob know the room team, and each other. Then a gate is shut that was open."""

    def setUp(self) -> None:
        super().setUp()
        self.store = type(self.store)()
        self.hub = GatedHub(
            self.store, fresh_accounts(self.store.accounts, self.limits, lambda: 0.0, Policy()), self.limits
        )
        self.factory = ChatFactory(self.hub)
        assert isinstance(self.hub.permissions, Gate)
        self.gate = self.hub.permissions
        self.bob, self.bob_told = self.connect({"type": "join", "nickname": "Bob"}, TEAM)
        self.al, self.al_told = self.connect(JOIN, TEAM, {"type": "message", "to": "Bob", "text": "hello"})
        self.say("words")

    def codes(self, *requests: object) -> list[str]:
        """How Al's requests are answered."""
        self.al_told.clear()
        self.ask(self.al, *requests)
        return [str(each.get("code", each["type"])) for each in self.told(self.al_told)]

    def visited(self, asked: Coroutine[Any, Any, object]) -> object:
        return self.successResultOf(Deferred.fromCoroutine(asked))

    def check_asked(self, request: Mapping[str, object], action: Action, room: str) -> None:
        """The request is refused where the gate is shut, and the gate was asked for that."""
        self.gate.shut, self.gate.asked = {room}, []
        self.assertEqual(self.codes(request), ["internal"], request)
        self.assertIn((action, room), self.gate.asked, request)
        self.gate.shut = set()
        self.gate.asked = []
        self.assertNotIn("internal", self.codes(request), request)

    def test_in_a_room(self) -> None:
        """Entering, saying, looking back, catching up, and saying what was read."""
        for request, action in (
            ({"type": "message", "room": "team", "text": "x"}, SAY),
            ({"type": "history", "room": "team"}, SEE),
            ({"type": "history", "room": "team", "since": 0}, SEE),
            ({"type": "search", "query": "words in:team"}, SEE),
            ({"type": "resume", "rooms": {"team": 0}}, SEE),
            ({"type": "read", "room": "team", "seq": 1}, SEE),
            ({"type": "delivered", "room": "team", "seq": 1}, SEE),
        ):
            self.check_asked(request, action, "team")
        self.check_asked({"type": "join", "room": "den"}, ENTER, "den")
        self.check_asked({"type": "message", "text": "x"}, SAY, "lobby")
        self.check_asked({"type": "who"}, SEE, "lobby")

    def test_in_a_conversation(self) -> None:
        """The same for direct messages."""
        for request, action in (
            ({"type": "message", "to": "Bob", "text": "x"}, SAY),
            ({"type": "history", "to": "Bob"}, SEE),
            ({"type": "search", "query": "hello in:@Bob"}, SEE),
            ({"type": "resume", "direct": {"Bob": 0}}, SEE),
            ({"type": "read", "to": "Bob", "seq": 1}, SEE),
            ({"type": "delivered", "to": "Bob", "seq": 1}, SEE),
        ):
            self.check_asked(request, action, AL_AND_BOB)

    def test_conversations_as_rooms(self) -> None:
        """A conversation is no room, however its key is spelled: its own people neither say nor hear anything by it."""
        keys = (AL_AND_BOB, AL_AND_BOB.upper(), f"#{AL_AND_BOB}", AL_AND_BOB.replace(":", "\uff1a"), BOB_AND_CY)
        for key in (*keys, f"{AL_AND_BOB} deleted 1"):
            for request in (
                {"type": "message", "room": key, "text": "x"},
                {"type": "leave", "room": key},
                {"type": "read", "room": key, "seq": 1},
                {"type": "delivered", "room": key, "seq": 1},
                {"type": "resume", "rooms": {key: 0}},
            ):
                self.assertEqual(self.codes(request), ["not_in_room"], request)
            for request in ({"type": "join", "room": key}, {"type": "history", "room": key}):
                self.assertEqual(self.codes(request), ["bad_room"], request)
        self.assertEqual(self.successResultOf(self.store.reached(AL_AND_BOB)), 1)

    def test_search_everywhere(self) -> None:
        """What the gate says to be visible is all that is found."""
        found = {"type": "search", "query": "words"}
        self.assertEqual(self.codes(found), ["message", "ack"])
        self.gate.shut = {"team"}
        self.assertEqual(self.codes(found), ["ack"])

    def test_over_http(self) -> None:
        """Visitors who post, look back, or follow."""
        self.gate.shut = {"team"}
        visitors, listener = self.hub.visitors, Listener()
        for asked in (
            visitors.post(Visitor(), "team", "x", None),
            visitors.history(Visitor(), "team", {}),
            visitors.history(Visitor(), "team", {"since": 0}),
            visitors.follow(Visitor(), "team", listener, None),
        ):
            answer = self.visited(asked)
            self.assertIsInstance(answer, Failure)
        self.assertEqual((visitors.followers.count, listener.events), (0, []))

    def test_coming_back(self) -> None:
        """Nobody comes back into a room that they may not see any more, and tries that again and again."""
        self.lose(self.al)
        self.gate.shut = {"team"}
        _, told = self.connect(JOIN)
        self.hub.sweep()
        self.told(told)
        self.say("secret")
        self.assertEqual(self.texts(told), [])
        self.assertEqual(self.hub.replay.failing, {})
        [session] = self.factory.users["al"].sessions
        self.assertEqual((session.rooms, session in self.hub.rooms["team"].members), ({}, False))

    def test_on_other_devices(self) -> None:
        """A device is brought along only into a room that it may see."""
        other, _ = self.connect(JOIN)
        self.gate.shut, self.gate.excepted = {"den"}, self.al.session
        self.ask(self.al, {"type": "join", "room": "den"})
        self.assertIn(self.al.session, self.hub.rooms["den"].members)
        self.assertNotIn(other.session, self.hub.rooms["den"].members)
        self.assertNotIn("den", other.session.rooms)

    def test_into_the_lobby(self) -> None:
        """Also the lobby is heard by those alone who may see it."""
        self.gate.shut = {"lobby"}
        cy, told = self.connect({"type": "join", "nickname": "Cy"})
        self.assertIs(cy.session.state, State.REGISTERED)
        self.told(told)
        self.ask(self.bob, {"type": "message", "text": "x"})
        self.gate.shut = set()
        self.ask(self.bob, {"type": "message", "text": "y"})
        self.assertEqual(self.texts(told), [])
