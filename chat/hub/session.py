"""One session: its state, and the order of its answers."""

from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from itertools import count
from typing import TypeAlias

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure as TwistedFailure

from chat.commands.specs import CommandSpec, Runnable
from chat.errors import ChatError
from chat.events import Command, Event, Prompt, RequestId, failure_of
from chat.hub.backlog import Backlog
from chat.hub.hub import Hub
from chat.hub.people import PLAIN_CLIENT, ClientTraits, Scope, User
from chat.interfaces import Batch, Peer, Reason, State
from chat.personal import NO_SETTINGS

log = Logger(namespace="chat.hub.session")

# A command that is being carried out.
Work: TypeAlias = Coroutine["Deferred[object]", object, None]
# How many hints a session remembers, so that it gives each one once.
_NOTED = 100
# For these reasons a session ends at once, without waiting for the command that is being carried out.
_AT_ONCE = frozenset({Reason.SHUTDOWN, Reason.LOGGED_OUT, Reason.REPLACED, Reason.BANNED, Reason.KICKED})
# For these reasons a guest gives up the name, token or not. Others can befall a page that comes back.
_GOODBYES = frozenset({Reason.EXIT, Reason.LOGGED_OUT, Reason.BANNED, Reason.KICKED})
_numbers = count(1)
# The error where a command needs another state than the session's.
_WRONG_STATE = {State.NEW: "not_registered", State.REGISTERED: "already_registered"}


class Session:
    """The domain's side of one connection, whatever wire it speaks.

    `user` is set while the session is registered. `rooms` are the rooms that it entered, oldest first: each key with
    the name to show. `backlog` keeps where its catching up stands. `address` is the address of its connection.
    `number` is unique among sessions. `commands` are those that it knows.

    A program that came in with an access token has a `scope`: it hears and does nothing outside of those rooms.
    `was_put_out`: somebody else took it out of a room, and it has neither
    entered another one since, nor been told where its lines go now.
    `said_goodbye`: its user has left on purpose, or was sent away.
    `client` is how the client described itself. `ignored` are the people whom it does not hear (`User.ignored`).
    `acted_at` is when it last asked for something, `came_at` when it got its name, in seconds since the epoch. `login`
    is the handle of the token that lets its device in again, if there is one.

    Answers keep the order of the requests, although some wait for the journal (`in_turn`), and some for a store or a
    password (`run`).
    """

    __slots__ = (
        "_asked",
        "_held",
        "_is_busy",
        "_is_releasing",
        "_noted",
        "_settled",
        "acted_at",
        "address",
        "backlog",
        "came_at",
        "client",
        "commands",
        "hub",
        "ignored",
        "is_leaving",
        "login",
        "number",
        "peer",
        "rooms",
        "said_goodbye",
        "scope",
        "state",
        "turns",
        "user",
        "was_put_out",
    )

    def __init__(self, hub: Hub, peer: Peer, commands: Mapping[str, Runnable["Session"]], address: str = "") -> None:
        self.commands = commands
        self.hub = hub
        self.peer = peer
        self.address = address
        self.number = next(_numbers)
        self.state = State.NEW
        self.user: User | None = None
        self.rooms: dict[str, str] = {}
        self.backlog = Backlog()
        self.scope: Scope | None = None
        self.client = PLAIN_CLIENT
        self.is_leaving = False
        self.was_put_out = False
        self.said_goodbye = False
        self.ignored: Mapping[str, str] = NO_SETTINGS.ignored
        self.acted_at = self.came_at = 0.0
        self.login: str | None = None
        self._asked = 0
        self._settled = 0
        self._noted: set[str] | None = None
        # A deque takes as much memory as all other attributes: there is one only while it holds something.
        self.turns: deque[tuple[int, Callable[[], object]]] | None = None
        self._held: deque[Callable[[], object]] | None = None
        self._is_busy = False
        self._is_releasing = False

    @property
    def holder(self) -> str:
        """The account, or else the address, to which limits count this session (`chat.shares`)."""
        account = self.user.account if self.user is not None else None
        return f"at {self.address}" if account is None else account.key

    @property
    def account_hint(self) -> str:
        """How a guest gets an account on this server (`Accounts.hint`)."""
        return self.hub.account_hint

    @property
    def shares_rooms(self) -> bool:
        """Whether it is in every room that its account belongs to. People who type, and programs, enter by hand."""
        return not self.client.is_alone and self.scope is None

    @property
    def place(self) -> str | None:
        """The room where it types: the last one that it entered and is still in. None outside of rooms."""
        return next(reversed(self.rooms.values())) if self.rooms else None

    @property
    def device(self) -> str:
        """A word for its device, which other connections with the same token share."""
        return self.login or (self.scope.handle if self.scope is not None else f"c{self.number}")

    def introduce(self, client: ClientTraits, scope: Scope | None, login: str | None = None) -> None:
        """Note how the client describes itself, the scope of its access token, and its `login`, if it has these."""
        self.client, self.scope, self.login = client, scope, login

    def came_in(self, user: User) -> None:
        """The session speaks for `user` from now on."""
        self.user, self.state = user, State.REGISTERED
        self.came_at = self.hub.now()
        self.ignored = user.ignored

    def gone(self) -> None:
        """The session speaks for nobody any more."""
        self.user = None
        if self.state is not State.CLOSED:
            self.state = State.NEW

    def handle(self, command: Command) -> ChatError | None:
        """Carry out one command, or answer why not and return that. Does nothing once closed."""
        if self._held is None or ((found := self.commands.get(command.name)) is not None and found.spec.at_once):
            return self._carry_out(command)
        if self.state is not State.CLOSED and not self.is_leaving:
            self._hold(partial(self._carry_out, command))
        return None

    def _carry_out(self, command: Command) -> ChatError | None:
        if self.state is State.CLOSED or self.is_leaving:
            return None
        try:
            found = self.commands.get(command.name)
            if found is None:
                raise ChatError("unknown_command")
            spec, run = found
            if self.state not in spec.needs or self.scope is not None:
                self._check_state(spec, command)
            if spec.shows_presence:
                self.acted_at = self.hub.now()
            run(self, command)
        except ChatError as error:
            self._refuse(error, command.id)
            return error
        return None

    def refuse(self, error: ChatError, request_id: RequestId = None) -> None:
        """Answer a request with an error, in its turn."""
        if self._held is not None:
            self._hold(partial(self._refuse, error, request_id))
        else:
            self._refuse(error, request_id)

    def notes_first(self, what: str) -> bool:
        """Whether `what` has not been noted before; it is noted now. After many notes all of them are forgotten."""
        if self._noted is None or len(self._noted) >= _NOTED:
            self._noted = set()
        is_first = what not in self._noted
        self._noted.add(what)
        return is_first

    def prompt(self) -> None:
        """A blank line came: ask for a name where one is needed."""
        if self.state is State.NEW:
            self.tell(Prompt())

    def tell(self, event: Event) -> bool:
        """Push one event to this session alone; see `Peer.deliver`."""
        return self.peer.deliver(Batch(event))

    def answer(self, event: Event) -> None:
        """Push the answer to a request, behind those to the requests before it."""
        self.in_turn(lambda: self.tell(event))

    def in_turn(self, action: Callable[[], object]) -> None:
        """Do `action` when the journal has answered everything that it was asked so far: mostly at once."""
        if self._asked == self._settled and not self.turns:
            action()
        else:
            if self.turns is None:
                self.turns = deque()
            self.turns.append((self._asked, action))

    def asked(self) -> None:
        """The session has asked something of the journal."""
        self._asked += 1

    def not_asked(self) -> None:
        """What was `asked` last was refused at once: the journal owes no answer to it."""
        self._asked -= 1

    def settled(self) -> None:
        """The journal has answered something that was `asked`."""
        self._settled += 1
        if self.turns is None:
            return
        while self.turns and self.turns[0][0] <= self._settled:
            self.turns.popleft()[1]()
        if not self.turns:
            self.turns = None

    def run(self, answer: Callable[[], Work], request_id: RequestId, *, until_answered: bool = False) -> None:
        """Carry out a command that takes its time: run `answer` in its turn, and hold later commands until it is done.

        `until_answered`: until the journal has answered, too, whatever `answer` has asked of it.
        A ChatError that it raises becomes the answer. It is not run where the connection or the name is gone by then.
        """
        self._is_busy = True
        state = self.state
        if self._held is None:
            self._held = deque()

        def done(_: object) -> None:
            if until_answered:
                self.in_turn(self._release)
            else:
                self._release()

        def start() -> None:
            if self.state is not state:
                if self.state is not State.CLOSED:
                    self._refuse(self._wrong_state(), request_id)
                self._release()
            else:
                Deferred.fromCoroutine(answer()).addErrback(self._failed, request_id).addBoth(done)

        self.in_turn(start)

    @property
    def is_held(self) -> bool:
        """Whether a command is being carried out that takes its time."""
        return self._held is not None

    def finish(self, reason: str, farewell: Event | None = None) -> None:
        """Take no more commands; when all is answered say `farewell`, leave and close.

        If only the input has ended, the session first carries out the commands before its end. Else it drops held
        commands.
        """
        if self._held is not None and reason == Reason.INPUT_ENDED:
            self._held.append(partial(self._leave, reason, farewell))
        elif self._is_busy and self._held is not None and reason not in _AT_ONCE:
            self._held.appendleft(partial(self._leave, reason, farewell))
        else:
            self._leave(reason, farewell)

    def close(self) -> None:
        """The connection has ended, or is ending: leave everything. It may be called again."""
        if self.state is not State.CLOSED:
            self.state = State.CLOSED
            self.hub.depart(self)

    def _hold(self, action: Callable[[], object]) -> None:
        """Do `action` behind the command that is being carried out."""
        assert self._held is not None, "nothing is being carried out"
        self._held.append(action)
        self.peer.set_reading(False)

    def _leave(self, reason: str, farewell: Event | None) -> None:
        if not self.is_leaving:
            self.is_leaving, self.said_goodbye = True, reason in _GOODBYES
            self.in_turn(lambda: self._end(reason, farewell))

    def _end(self, reason: str, farewell: Event | None) -> None:
        self.hub.replay.note_arrived(self)
        if farewell is not None:
            self.tell(farewell)
        self.close()
        self.peer.disconnect(reason)

    def _release(self) -> None:
        """The command that took its time is done: carry out held ones, up to the next that takes its time."""
        self._is_busy = False
        if self._is_releasing:
            # A held command was done at once: the loop below goes on.
            return
        self._is_releasing = True
        try:
            while self._held and not self._is_busy:
                self._held.popleft()()
        finally:
            self._is_releasing = False
        if not self._is_busy:
            self._held = None
            if not self.is_leaving:
                self.peer.set_reading(True)

    def _refuse(self, error: ChatError, request_id: RequestId) -> None:
        known = error.request_id if request_id is None else request_id
        self.answer(failure_of(error, known))

    def _failed(self, failure: TwistedFailure, request_id: RequestId) -> None:
        error = failure.value
        if not isinstance(error, ChatError):
            log.failure("failed: a command", failure)
            error = ChatError("internal")
        if self.state is State.NEW:
            self.peer.note("refused: {connection}, {code}", code=error.code)
        if self.state is not State.CLOSED:
            self._refuse(error, request_id)

    def _check_state(self, spec: CommandSpec, command: Command) -> None:
        """Raise ChatError if the command needs another state, or else is for no program: this session is one."""
        if self.state in spec.needs:
            if not spec.for_programs:
                raise ChatError("not_for_programs")
            return
        if self.state is State.REGISTERED and "bare" in command.arguments:
            raise ChatError("login_not_said")
        raise self._wrong_state()

    def _wrong_state(self) -> ChatError:
        return ChatError(_WRONG_STATE[self.state], name=self.user.name if self.user else "")
