"""One session by itself, with commands of its own: its state, and the order of its answers."""

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from chat.commands.specs import ANY, NEW, REGISTERED, CommandSpec, Runnable
from chat.errors import ChatError
from chat.events import Command, Done, Event, Failure, Goodbye, Joined, Left, Prompt
from chat.hub.people import PLAIN_CLIENT, ClientTraits, Scope, User
from chat.hub.session import Session
from chat.interfaces import Reason, State
from chat.limits import Limits
from chat.names import Name
from chat.store.interfaces import Account
from tests.compiled import not_where_compiled
from tests.fresh import fresh_hub
from tests.hub.test_visitors import Listener

SCOPE = Scope("h", frozenset({"team"}))
AL = Account("al", "Al", "hash", 0.0)


class ReadPeer(Listener):
    """A `Listener` that also keeps whether it is read, what is noted of it, and what waits until all has left."""

    def __init__(self) -> None:
        super().__init__()
        self.reading: list[bool] = []
        self.notes: list[tuple[str, object]] = []

    @property
    def wire(self) -> str:
        return ""

    def set_reading(self, wanted: bool) -> None:
        self.reading.append(wanted)

    def note(self, what: str, **parts: object) -> None:
        self.notes.append((what, parts.get("code")))

    def when_sent(self, call: Callable[[], None]) -> None:
        call()


class SessionCase(SynchronousTestCase):
    """A session whose commands are `now`, `slow` (until `finish` is called), `fail`, and two that need a state."""

    def setUp(self) -> None:
        self.hub = fresh_hub(Limits(), lambda: 0.0)
        self.peer = ReadPeer()
        self.slow: list[Deferred[None]] = []
        rows = (
            (CommandSpec("now", (), ANY, "", for_programs=True), self.now),
            (CommandSpec("slow", (), ANY, ""), self.begin_slow),
            (CommandSpec("fail", (), ANY, ""), self.fail_now),
            (CommandSpec("new", (), NEW, ""), self.now),
            (CommandSpec("registered", (), REGISTERED, ""), self.now),
        )
        commands = {spec.name: Runnable(spec, run) for spec, run in rows}
        self.session = Session(self.hub, self.peer, commands, "10.0.0.1")

    def now(self, session: Session, command: Command) -> None:
        session.answer(Done(request="now", id=command.id))

    def fail_now(self, session: Session, command: Command) -> None:
        raise ChatError("busy")

    def begin_slow(self, session: Session, command: Command) -> None:
        async def answer() -> None:
            later = Deferred[None]()
            self.slow.append(later)
            await later
            session.answer(Done(request="slow", id=command.id))

        session.run(answer, command.id)

    def done(self, error: Exception | None = None) -> None:
        """The oldest slow command is done."""
        later = self.slow.pop(0)
        if error is None:
            later.callback(None)
        else:
            later.errback(error)

    def ask(self, *names: str) -> list[str | None]:
        """Ask for these commands, whose ids are their names; returns the codes with which they are refused."""
        errors = [self.session.handle(Command(name, {}, name)) for name in names]
        return [error.code if error is not None else None for error in errors]

    def answers(self) -> list[object]:
        """The ids of all answers since the last call; of those that have none, what they are."""
        events, self.peer.events = self.peer.events, []
        return [self.answer(event) for event in events if not isinstance(event, Joined | Left)]

    def answer(self, event: Event) -> object:
        if isinstance(event, Failure):
            return event.id, event.code
        return event.id if isinstance(event, Done) else type(event)

    def come_in(self, account: Account | None = None) -> User:
        """The session speaks for Al from now on."""
        user = User(Name("Al", "al"), None, account)
        self.session.came_in(user)
        return user


class States(SessionCase):
    """What a session is."""

    def test_new(self) -> None:
        """A new session has said nothing of its client, is nobody, and takes commands."""
        self.assertIs(self.session.client, PLAIN_CLIENT)
        self.assertEqual((self.session.user, self.session.scope, self.session.is_held), (None, None, False))

    def test_closed_while_held(self) -> None:
        """A command that comes when the connection is gone is not held for later."""
        self.session.handle(Command("slow"))
        self.session.close()
        self.peer.reading.clear()
        self.session.handle(Command("now"))
        self.assertEqual(self.peer.reading, [])

    def test_holder(self) -> None:
        """Its share is its address's, or its account's."""
        holders = [self.session.holder]
        for account in (None, AL):
            self.come_in(account)
            holders.append(self.session.holder)
        self.assertEqual(holders, ["at 10.0.0.1", "at 10.0.0.1", "al"])

    def test_shares_rooms(self) -> None:
        """Neither a person who types nor a program is in all rooms of the account."""
        shares = []
        for client, scope in (
            (PLAIN_CLIENT, None),
            (ClientTraits(is_alone=True), None),
            (PLAIN_CLIENT, SCOPE),
            (ClientTraits(is_alone=True), SCOPE),
        ):
            self.session.introduce(client, scope)
            shares.append(self.session.shares_rooms)
        self.assertEqual(shares, [True, False, False, False])

    def test_place(self) -> None:
        """It types in the room that it entered last."""
        places = [self.session.place]
        for key in ("den", "team"):
            self.session.rooms[key] = key.title()
            places.append(self.session.place)
        del self.session.rooms["team"]
        self.assertEqual([*places, self.session.place], [None, "Den", "Team", "Den"])

    def test_gone(self) -> None:
        """A session that speaks for nobody any more may choose another name, unless it is closed."""
        self.come_in()
        self.assertIs(self.session.state, State.REGISTERED)
        self.session.gone()
        self.assertEqual((self.session.state, self.session.user), (State.NEW, None))
        self.session.close()
        self.session.gone()
        self.assertIs(self.session.state, State.CLOSED)

    def test_numbers(self) -> None:
        """No two sessions have the same number."""
        other = Session(self.hub, self.peer, {})
        self.assertEqual((other.number - self.session.number, other.address), (1, ""))

    def test_prompt(self) -> None:
        """A blank line asks for a name, until there is one."""
        self.session.prompt()
        self.come_in()
        self.session.prompt()
        self.assertEqual(self.answers(), [Prompt])

    def test_notes_first(self) -> None:
        """What was noted is remembered; after a hundred notes all are forgotten."""
        self.assertEqual([self.session.notes_first(what) for what in "aab"], [True, False, True])
        for number in range(98):
            self.assertIs(self.session.notes_first(f"{number}"), True)
        self.assertIs(self.session.notes_first("a"), True)
        self.assertEqual([self.session.notes_first(what) for what in ("a", "b", "97")], [False, True, True])

    def test_needs(self) -> None:
        """A command in another state than it needs is refused; a program may use some only."""
        self.assertEqual(
            self.ask("now", "new", "registered", "unknown"), [None, None, "not_registered", "unknown_command"]
        )
        user = self.come_in(AL)
        self.assertEqual(self.ask("now", "new", "registered"), [None, "already_registered", None])
        error = self.session.handle(Command("new", {}, None))
        self.assertIn(user.name, str(error))
        bare = self.session.handle(Command("new", {"bare": True}, None))
        self.assertEqual(bare and bare.code, "login_not_said")
        self.session.introduce(PLAIN_CLIENT, SCOPE)
        self.assertEqual(self.ask("now", "new", "registered"), [None, "already_registered", "not_for_programs"])

    def test_bare_without_a_name(self) -> None:
        """A word that only looks like a command is refused for want of a name first."""
        error = self.session.handle(Command("registered", {"bare": True}, None))
        self.assertEqual(error and error.code, "not_registered")

    def test_closed(self) -> None:
        """After the end nothing is carried out, and the hub is told once."""
        departed: list[object] = []
        self.hub.depart = departed.append  # type: ignore[assignment]
        self.session.close()
        self.session.close()
        self.assertEqual((self.ask("now", "unknown", "slow"), self.answers()), ([None] * 3, []))
        self.assertEqual(departed, [self.session])


class InTurn(SessionCase):
    """Answers wait for the journal."""

    def test_order(self) -> None:
        """Each waits for what was asked before it, and for nothing else."""
        self.assertEqual((self.ask("now"), self.answers()), ([None], ["now"]))
        self.session.asked()
        self.ask("now", "fail")
        self.session.asked()
        self.ask("unknown")
        self.assertEqual(self.answers(), [])
        self.session.settled()
        self.assertEqual(self.answers(), ["now", ("fail", "busy")])
        self.session.settled()
        self.assertEqual(self.answers(), [("unknown", "unknown_command")])
        self.assertIsNone(self.session.turns)
        self.ask("now")
        self.assertEqual(self.answers(), ["now"])

    def test_behind_another(self) -> None:
        """What is answered while earlier answers are given stands behind them."""
        self.session.asked()
        self.session.in_turn(lambda: self.ask("now"))
        self.ask("fail")
        self.session.settled()
        self.assertEqual(self.answers(), [("fail", "busy"), "now"])

    def test_request_id(self) -> None:
        """A refusal carries the request's id, or else the one that the error knows."""
        error = ChatError("busy")
        error.request_id = "known"
        for request_id in ("asked", None):
            self.session.refuse(error, request_id)
        self.assertEqual(self.answers(), [("asked", "busy"), ("known", "busy")])


class Slowly(SessionCase):
    """Commands that take their time."""

    def test_held(self) -> None:
        """Later commands wait, and the connection is not read; then they are carried out, up to the next slow one."""
        self.assertFalse(self.session.is_held)
        self.ask("slow")
        self.assertEqual((self.session.is_held, self.peer.reading), (True, []))
        self.assertEqual(self.ask("now", "unknown", "slow", "fail"), [None] * 4)
        self.session.refuse(ChatError("bad_token"), "x")
        self.assertEqual((self.answers(), self.peer.reading), ([], [False] * 5))
        self.done()
        self.assertEqual(self.answers(), ["slow", "now", ("unknown", "unknown_command")])
        self.assertEqual((self.session.is_held, len(self.slow), self.peer.reading), (True, 1, [False] * 5))
        self.done()
        self.assertEqual(self.answers(), ["slow", ("fail", "busy"), ("x", "bad_token")])
        self.assertEqual((self.session.is_held, self.peer.reading), (False, [*[False] * 5, True]))
        self.ask("now")
        self.assertEqual(self.answers(), ["now"])

    def test_done_at_once(self) -> None:
        """Commands that might have taken their time, and did not, keep their order, without deep recursion."""
        self.session.commands = {
            **self.session.commands,
            "quick": Runnable(CommandSpec("quick", (), ANY, ""), self.run_quick),
        }
        self.ask("slow", *["quick"] * 1000, "now")
        self.done()
        self.assertEqual(self.answers(), ["slow", *["quick"] * 1000, "now"])
        self.assertEqual((self.session.is_held, self.peer.reading[-1]), (False, True))

    def run_quick(self, session: Session, command: Command) -> None:
        async def answer() -> None:
            session.answer(Done(request="quick", id=command.id))

        session.run(answer, command.id)

    def test_begins_in_turn(self) -> None:
        """It begins when what was asked before is answered; what is said meanwhile is held."""
        self.session.asked()
        self.ask("slow", "now")
        self.assertEqual((self.slow, self.answers()), ([], []))
        self.session.settled()
        self.assertEqual((len(self.slow), self.answers()), (1, []))
        self.done()
        self.assertEqual(self.answers(), ["slow", "now"])

    def test_other_state(self) -> None:
        """A name was won, or lost, before its turn: it is refused; after the end it is not even that."""
        for become, code in (
            (self.come_in, "already_registered"),
            (self.session.gone, "not_registered"),
            (self.session.close, None),
        ):
            self.session.asked()
            self.ask("slow", "now")
            become()
            self.session.settled()
            expected = [("slow", code), "now"] if code is not None else []
            self.assertEqual((self.answers(), self.slow, self.session.is_held), (expected, [], False))

    def test_failing(self) -> None:
        """A ChatError is the answer; any other fault is logged. Refused logins are noted, other refusals are not."""
        for error, code, faults in ((ChatError("busy"), "busy", 0), (KeyError("x"), "internal", 1)):
            self.ask("slow", "now")
            self.done(error)
            self.assertEqual(self.answers(), [("slow", code), "now"])
            self.assertEqual(len(self.flushLoggedErrors(KeyError)), faults)
            self.assertEqual(self.peer.notes, [("refused: {connection}, {code}", code)])
            self.peer.notes.clear()
        self.come_in()
        self.ask("slow")
        self.done(ChatError("busy"))
        self.assertEqual((self.answers(), self.peer.notes), ([("slow", "busy")], []))

    def test_failing_after_the_end(self) -> None:
        """Nobody is told."""
        self.ask("slow", "now")
        self.session.close()
        self.done(ChatError("busy"))
        self.assertEqual((self.answers(), self.peer.notes, self.session.is_held), ([], [], False))


class Ending(SessionCase):
    """How it ends."""

    farewell = Goodbye(request="disconnect")

    def finish(self, reason: Reason) -> None:
        self.session.finish(reason, self.farewell)

    def test_at_once(self) -> None:
        """Where nothing is being carried out; once."""
        self.ask("now")
        for reason in (Reason.EXIT, Reason.SHUTDOWN):
            self.finish(reason)
        self.assertEqual((self.answers(), self.peer.reason), (["now", Goodbye], Reason.EXIT))
        self.assertIs(self.session.state, State.CLOSED)

    def test_behind_answers(self) -> None:
        """The farewell comes behind all answers; what is asked then is not carried out any more."""
        self.session.asked()
        self.ask("now")
        self.finish(Reason.EXIT)
        self.ask("now", "slow", "unknown")
        self.assertEqual((self.answers(), self.peer.reason, self.slow), ([], "", []))
        self.session.settled()
        self.assertEqual((self.answers(), self.peer.reason), (["now", Goodbye], Reason.EXIT))

    def test_without_farewell(self) -> None:
        """Not everybody is told something."""
        self.session.finish(Reason.CUT)
        self.assertEqual((self.answers(), self.peer.reason), ([], Reason.CUT))

    def test_input_ended(self) -> None:
        """What was said before the end of the input is carried out."""
        self.ask("slow", "now")
        self.finish(Reason.INPUT_ENDED)
        self.ask("fail")
        self.assertEqual((self.answers(), self.peer.reason), ([], ""))
        self.done()
        self.assertEqual((self.answers(), self.peer.reason), (["slow", "now", Goodbye], Reason.INPUT_ENDED))
        self.assertNotIn(True, self.peer.reading)

    def test_others(self) -> None:
        """Otherwise only the command that is being carried out comes to its end."""
        self.ask("slow", "now")
        self.finish(Reason.EXIT)
        self.assertEqual((self.answers(), self.peer.reason), ([], ""))
        self.done()
        self.assertEqual((self.answers(), self.peer.reason), (["slow", Goodbye], Reason.EXIT))
        self.assertEqual((self.ask("now"), self.answers()), ([None], []))

    def test_immediately(self) -> None:
        """Some ends wait for nothing but the journal."""
        for reason in (Reason.SHUTDOWN, Reason.LOGGED_OUT, Reason.REPLACED, Reason.BANNED, Reason.KICKED):
            self.setUp()
            self.ask("slow", "now")
            self.finish(reason)
            self.assertEqual((self.answers(), self.peer.reason), ([Goodbye], reason))
            self.done()
            self.assertEqual(self.answers(), [])

    def test_from_within(self) -> None:
        """A command that ends its own session; what was said behind it is dropped."""

        def leave(session: Session, command: Command) -> None:
            session.finish(Reason.EXIT, self.farewell)

        self.session.commands = {
            **self.session.commands,
            "leave": Runnable(CommandSpec("leave", (), ANY, ""), leave),
        }
        self.ask("slow", "leave", "now")
        self.done()
        self.assertEqual((self.answers(), self.peer.reason), (["slow", Goodbye], Reason.EXIT))

    @not_where_compiled
    def test_arrived(self) -> None:
        """What its user has got by then in its rooms is noted before."""
        noted: list[Session] = []
        self.hub.replay.note_arrived = noted.append  # type: ignore[assignment]
        self.finish(Reason.EXIT)
        self.assertEqual(noted, [self.session])
