"""How the client signs in on each connection: with a name and, if that is an account, a password or a token."""

from collections.abc import Callable
from dataclasses import dataclass

from chat.client.memory import ClientId, GuestToken, Memory, NoMemory, SessionToken
from chat.client.questions import Questions
from chat.client.requests import Requests
from chat.client.screen import Screen
from chat.client.typed import means_exit, parse_sign_in
from chat.errors import ChatError
from chat.events import Command
from chat.wire import schema

# Refusals that another name, or another line, can solve.
_ABOUT_THE_NAME = frozenset(
    {
        "name_taken",
        "bad_name",
        "no_letter",
        "confusing_name",
        "name_resembles",
        "reserved_name",
        "name_held",
        "usage",
    }
)
_ABOUT_THE_PASSWORD = frozenset({"name_claimed", "bad_token", "wrong_password"})
_ABOUT_THE_INVITATION = frozenset({"invitation_needed", "bad_invitation"})
_NO_GUESTS = (
    "this server lets nobody in without an account: start with --login, and choose a password"
    " to make an account of your name"
)
# A person may try a password, or an invitation, this often.
_TRIES = 3
# The client tries a taken name this often: its own previous run may still hold it.
_TAKEN = 5


@dataclass(slots=True)
class Profile:
    """The person who signs in. `name` is None until it is given; `may_ask`: the client may ask for another.

    `is_person`: a person reads each question before typing. `asks_password`: the name needs a password. `password` is
    that of a script, which may be used any number of times.
    """

    name: str | None = None
    client_id: int | None = None
    may_ask: bool = True
    is_person: bool = False
    asks_password: bool = False
    password: str | None = None


class SignIn:
    """Signs `profile` in on each connection. Lines that are typed meanwhile answer `questions`.

    A typed password is kept until the server returns a token, and an invitation until it is used. `remember` opens the
    memory of a name. `has_entered`: we have been in the chat. `is_asking`: the word for the answer that we wait for,
    or "". `is_waiting`: the last refusal may pass with time.
    """

    def __init__(
        self,
        profile: Profile,
        requests: Requests,
        screen: Screen,
        questions: Questions,
        remember: Callable[[str], Memory] | None,
    ) -> None:
        self.has_entered = False
        self.is_asking = ""
        self.is_waiting = False
        self._profile = profile
        self._requests = requests
        self._screen = screen
        self._questions = questions
        self._remember = remember
        self._remembers: str | None = None
        self._join_id = ""
        self._password = profile.password
        self._invitation: str | None = None
        self._typed_password = False
        self._refusals = 0
        self._uninvited = 0
        self._why_asked: str | None = None
        self._taken = 0

    def begin(self) -> None:
        """Sign in on a new connection."""
        self.is_waiting = False
        if self.is_asking or self._profile.name is None:
            # Any request shows the server our protocol; a person may take long to answer.
            self._requests.send_once(Command("help", {"command": "register"}))
        if self._profile.name is not None and not self.is_asking:
            self._enter(self._profile.name)
        elif not self.is_asking:
            self._ask_name()

    @property
    def goes_on(self) -> bool:
        """Whether the client goes on after a lost connection."""
        return self.has_entered or self.is_waiting or bool(self.is_asking) or self._profile.name is None

    def accepted(self, ack: schema.Ack) -> bool:
        """Whether `ack` lets us into the chat."""
        return ack.id == self._join_id

    def entered(self, ack: schema.Ack) -> None:
        """We are in the chat. Unacknowledged messages of the previous run go first."""
        memory = self._requests.memory
        if not self.has_entered:
            self._requests.inherit(memory.remembered.unsettled)
        if self._typed_password and not self.has_entered:
            # The person saw it on the screen, and may have meant a second name.
            self._screen.tell(f"the name {ack.nickname} is yours; its password is what you typed after the name")
        self.has_entered = True
        self._refusals = self._uninvited = 0
        # It works only once.
        self._invitation = None
        self._profile.name = ack.nickname
        if not ack.account:
            memory.note(GuestToken(ack.token))
        elif ack.token is not None:
            memory.note(SessionToken(ack.token))
            # A logout on another device logs this one out, too.
            self._password = self._profile.password
        if ack.client_id != memory.remembered.client_id:
            memory.note(ClientId(ack.client_id))

    def refused(self, error: schema.Error) -> None:
        """The server refused us."""
        if error.code == "registration_timeout":
            return
        memory = self._requests.memory
        if error.code == "bad_token" and memory.remembered.guest_token is not None:
            # The token has expired: the name may be free, so try without it.
            memory.note(GuestToken(None))
            self._enter(str(self._profile.name))
        elif error.code in _ABOUT_THE_PASSWORD:
            self._password_refused(error)
        elif error.code in _ABOUT_THE_INVITATION:
            self._invitation_refused(error)
        elif self.has_entered or self._is_taken_by_us(error):
            # Our own lost connection may still hold the name; the next attempt may find it free.
            self.is_waiting = True
            self._screen.show(error)
            self._requests.close_link()
        elif error.code in _ABOUT_THE_NAME and self._profile.may_ask:
            self._screen.show(error)
            self._profile.name = self._password = None
            self._ask_name()
        else:
            self._screen.finish(1, _NO_GUESTS if error.code == "no_guests" else error.message)

    def changed_password(self, password: str) -> None:
        """The account has a new password; its token is no longer valid."""
        self._password = password
        self.left()
        self._requests.memory.note(SessionToken(None))

    def left(self) -> None:
        """We have said goodbye, or have an account now: forget the guest token."""
        if self._requests.memory.remembered.guest_token is not None:
            self._requests.memory.note(GuestToken(None))

    def logged_out(self) -> None:
        """The account's tokens are no longer valid."""
        self._requests.memory.note(SessionToken(None))

    def unanswered(self) -> str:
        """The complaint if the input ends before the answer."""
        return self._why_asked or f"no {self.is_asking} was given"

    # --- a name

    def _ask_name(self) -> None:
        self.is_asking = "name"
        self._why_asked = None
        self._questions.ask("your name: ", self._name_given)

    def _name_given(self, line: str) -> None:
        self.is_asking = ""
        if means_exit(line):
            self._screen.finish(0)
            return
        try:
            typed = parse_sign_in(line)
        except ChatError as error:
            self._screen.complain(error)
            self._ask_name()
            return
        arguments = typed.arguments if typed is not None else {"name": line.strip()}
        self._profile.name = str(arguments["name"])
        self._password = _text(arguments.get("password")) or self._profile.password
        self._invitation = _text(arguments.get("invitation"))
        self._typed_password = typed is not None and typed.name == "register" and "password" in arguments
        if self._requests.link is not None:
            self._enter(self._profile.name)

    # --- a password

    def _ask_password(self) -> None:
        self.is_asking = "password"
        self._questions.ask_secret("password: ", self._password_given, takes_queued=not self._profile.is_person)

    def _password_given(self, line: str) -> None:
        self.is_asking = ""
        if not line:
            self._give_up_name()
            return
        self._password = line
        if self._requests.link is not None and self._profile.name is not None:
            self._enter(self._profile.name)

    def _give_up_name(self) -> None:
        if self._profile.may_ask and not self.has_entered:
            self._profile.name = None
            self._profile.asks_password = False
            self._ask_name()
        else:
            self._screen.finish(1, self._why_asked or "no password was given")

    # --- an invitation

    def _ask_invitation(self, why: str) -> None:
        self.is_asking = "invitation"
        self._why_asked = why
        self._questions.ask_secret("invitation: ", self._invitation_given, takes_queued=not self._profile.is_person)

    def _invitation_given(self, line: str) -> None:
        self.is_asking = ""
        given = line.strip()
        if not given:
            self._give_up_name()
            return
        self._why_asked = None
        self._invitation = given
        if self._requests.link is not None and self._profile.name is not None:
            self._enter(self._profile.name)

    def _invitation_refused(self, error: schema.Error) -> None:
        if self._invitation is not None:
            self._uninvited += 1
        self._invitation = None
        is_first = self._uninvited == 0 and not self.has_entered
        if is_first or (self._profile.is_person and self._uninvited < _TRIES):
            if error.code == "invitation_needed":
                self._screen.tell(f"the name {self._profile.name} is free; type your invitation to make it yours")
            else:
                self._screen.show(error)
            self._ask_invitation(error.message)
        else:
            self._screen.finish(1, error.message)

    # --- the chat

    def _enter(self, name: str) -> None:
        self._recall(name)
        remembered = self._requests.memory.remembered
        if remembered.token is None and self._password is None and self._profile.asks_password:
            self._ask_password()
            return
        arguments: dict[str, object] = {"name": name, "timestamp": self._screen.now().astimezone().isoformat()}
        arguments["confirms"] = True
        client_id = remembered.client_id if remembered.unsettled else self._profile.client_id
        if client_id is not None:
            arguments["client_id"] = client_id
        if remembered.token is not None:
            arguments["token"] = remembered.token
        elif self._password is not None:
            arguments |= {"password": self._password, "remember": True}
            if self._invitation is not None:
                arguments["invitation"] = self._invitation
        else:
            arguments["remember"] = True
            if remembered.guest_token is not None:
                arguments["token"] = remembered.guest_token
        self._join_id = self._requests.send_once(Command("register", arguments))

    def _recall(self, name: str) -> None:
        """Open the memory of `name`, unless it is open."""
        if name != self._remembers and not self.has_entered:
            self._requests.memory.close()
            self._requests.memory = self._remember(name) if self._remember is not None else NoMemory()
            self._remembers = name

    def _is_taken_by_us(self, error: schema.Error) -> bool:
        if error.code != "name_taken":
            return False
        self._taken += 1
        return bool(self._requests.memory.remembered.unsettled) and self._taken < _TAKEN

    def _password_refused(self, error: schema.Error) -> None:
        if error.code == "bad_token":
            self._requests.memory.note(SessionToken(None))
            if self._password is not None and self._profile.name is not None:
                self._enter(self._profile.name)
                return
        elif error.code == "wrong_password":
            self._refusals += 1
            self._password = None
        is_first = self._refusals == 0 and not self.has_entered
        if is_first or (self._profile.is_person and self._refusals < _TRIES):
            if error.code == "name_claimed":
                self._screen.tell(
                    f"the name {self._profile.name} belongs to somebody; if that is you, type the password"
                )
            else:
                self._screen.show(error)
            self._ask_password()
        else:
            self._screen.finish(1, error.message)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
