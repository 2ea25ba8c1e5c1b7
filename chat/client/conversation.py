"""The client's side of a conversation: what was typed, what was acknowledged, and what to do when either ends.

Nothing here sees a socket or a terminal: a `Link` takes bytes for the server, a `View` shows lines to a person.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chat.client import display
from chat.client.interfaces import Link, View
from chat.client.requests import Requests
from chat.commands import BY_WORD, COMMANDS
from chat.errors import ChatError
from chat.events import Command
from chat.sanitize import clean
from chat.wire import schema
from chat.wire.ndjson import decode_push
from chat.wire.text import parse

# So many requests may be on their way; past it typed lines wait here, and past that in the pipe they come from.
_WINDOW = 100
_TYPED_AHEAD = 1000
# With nobody left to type, lines that cannot be delivered are given up after so many attempts in a row.
_LAST_ATTEMPTS = 5
# The codes of a refusal that another name would cure.
_ABOUT_THE_NAME = frozenset({"name_taken", "bad_name", "reserved_name"})


@dataclass(slots=True)
class Profile:
    """Who is speaking. `name` is None until one was given; `may_ask`: there is somebody to ask for another."""

    name: str | None = None
    client_id: int | None = None
    may_ask: bool = True


class Conversation:
    """What a person says and hears, across any number of connections.

    Requests have ids of our own (`new_id`), and are kept until acknowledged: after a reconnect they are sent
    again, and the server knows a repeated message by its id. `now` is the local time.
    """

    def __init__(self, view: View, profile: Profile, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        self.is_in_chat = False
        self.is_over = False
        self._view = view
        self._profile = profile
        self._now = now
        self._requests = Requests(new_id, _WINDOW)
        self._was_in_chat = False
        self._join_id = ""
        self._farewell_id = ""
        self._room: str | None = None
        self._typed: deque[str] = deque()
        self._input_ended = False
        self._awaited = ""
        self._answer: Callable[[str], None] | None = None

    # --- what the person does

    def typed(self, line: str) -> None:
        """A line was typed. It is handled in its turn, when the ones before it have had their effect."""
        if self._was_in_chat and self._requests.link is None and self._means_exit(line):
            if not self._undelivered():
                self._finish(0)
                return
            self._tell(f"{self._undelivered()} lines still wait to be delivered; Ctrl-C gives them up")
        self._typed.append(line)
        self._advance()
        if len(self._typed) >= _TYPED_AHEAD:
            self._view.set_reading(False)

    def ended(self) -> None:
        """Nothing more will be typed: finish what was, then end."""
        self._input_ended = True
        self._advance()

    # --- what the network does

    def connected(self, link: Link) -> None:
        """There is a connection; introduce ourselves on it."""
        self._requests.link = link
        if self._profile.name is not None:
            self._enter(self._profile.name)
            return
        # Any request tells the server which wire this is; a person may take long to find a name.
        self._requests.send_once(Command("help", {"command": "register"}))
        self._ask("your name: ", self._name_given)

    def received(self, line: bytes) -> None:
        """The server pushed a line."""
        try:
            push = decode_push(line)
        except ValueError:
            return  # A greeting meant for people, or something newer than this client.
        if self.is_in_chat or isinstance(push, schema.Ack | schema.Error):
            self._pushed(push)

    def disconnected(self) -> None:
        """The connection is gone."""
        self._requests.link = None
        self.is_in_chat = False
        if self._farewell_id:
            self._finish(0)
        elif not self._was_in_chat and self._profile.name is not None and self._answer is None:
            self._finish(1, "the server closed the connection")

    def retrying(self, seconds: float, attempts: int) -> None:
        """There will be another attempt to connect in so many seconds; `attempts` in a row have failed."""
        if self.is_over:
            return
        if self._input_ended and attempts >= _LAST_ATTEMPTS:
            self._finish(1, f"the connection is lost, and {self._undelivered()} lines with it")
        elif self._was_in_chat:
            self._tell(f"not connected, trying again in {seconds:.1f} s")

    def cannot_connect(self, reason: str) -> None:
        """The first attempt to connect failed."""
        self._finish(1, f"cannot connect: {reason}")

    # --- entering the chat

    def _name_given(self, line: str) -> None:
        if self._means_exit(line):
            self._finish(0)
            return
        self._profile.name = line.strip()
        if self._requests.link is not None:
            self._enter(self._profile.name)

    def _enter(self, name: str) -> None:
        arguments: dict[str, object] = {"name": name, "timestamp": self._now().astimezone().isoformat()}
        if self._profile.client_id is not None:
            arguments["client_id"] = self._profile.client_id
        self._join_id = self._requests.send_once(Command("register", arguments))

    def _entered(self, ack: schema.Ack) -> None:
        self._profile.name = ack.nickname
        self.is_in_chat = True
        if self._was_in_chat:
            self._tell("connected again")
        else:
            self._show(ack)
        self._was_in_chat = True
        if self._room is not None:
            self._requests.send_once(Command("join", {"room": self._room}))
        self._requests.send_again()
        self._set_prompt()
        self._advance()

    def _not_entered(self, error: schema.Error) -> None:
        if self._was_in_chat:
            # Our own former connection may still hold the name; the next attempt may find it free.
            self._show(error)
            self._requests.close_link()
        elif error.code in _ABOUT_THE_NAME and self._profile.may_ask:
            self._show(error)
            self._profile.name = None
            self._ask("your name: ", self._name_given)
        elif error.code != "registration_timeout":
            self._finish(1, error.message)

    # --- requests and their answers

    def _pushed(self, push: schema.AnyPush) -> None:
        if not isinstance(push, schema.Ack | schema.Error):
            self._show(push)
        elif not self.is_in_chat:
            if isinstance(push, schema.Error):
                self._not_entered(push)
            elif push.id == self._join_id:
                self._entered(push)
        else:
            self._answered(push)

    def _answered(self, push: schema.Ack | schema.Error) -> None:
        self._show(push)
        request = self._requests.answered(push.id)
        if push.id == self._farewell_id:
            self._requests.close_link()
        elif request is not None and isinstance(push, schema.Ack):
            self._moved(request, push)
        if push.id == self._awaited:
            self._awaited = ""
        self._advance()

    def _moved(self, request: Command, ack: schema.Ack) -> None:
        if request.name == "join":
            before, self._room = self._room, ack.room
            if before is not None:
                self._requests.send(Command("leave", {"room": before}))
        elif request.name == "leave" and request.id == self._awaited:
            self._room = None
        self._set_prompt()

    # --- typed lines

    def _advance(self) -> None:
        """Handle typed lines for as long as they can be; at the end of them, end."""
        while self._typed and self._is_ready():
            line = self._typed.popleft()
            if self._answer is not None:
                answer, self._answer = self._answer, None
                answer(line)
            else:
                self._say(line)
        if len(self._typed) < _TYPED_AHEAD:
            self._view.set_reading(True)
        if self._input_ended and not self._typed:
            self._end()

    def _is_ready(self) -> bool:
        if self._answer is not None:
            return True
        return self.is_in_chat and not self._awaited and not self._farewell_id and not self._requests.are_too_many

    def _say(self, line: str) -> None:
        if not line.strip():
            return
        if self._starts_message(line):
            self._ask("to whom: ", self._recipient_given)
            return
        try:
            command = parse(line.rstrip(), self._room)
            if command.name == "exit":
                self._leave()
                return
            request_id = self._requests.send(command)
        except ChatError as error:
            self._complain(error)
            return
        if command.name in ("join", "leave"):
            self._awaited = request_id

    def _means_exit(self, line: str) -> bool:
        word = line.strip().casefold()
        return BY_WORD.get(word.removeprefix("server:").removeprefix("/")) is COMMANDS["exit"]

    def _starts_message(self, line: str) -> bool:
        word = line.strip().casefold()
        spelled = word.removeprefix("server:").removeprefix("/")
        return BY_WORD.get(spelled) is COMMANDS["message"] and (self._room is None or spelled != word)

    def _recipient_given(self, recipient: str) -> None:
        if recipient.strip():
            self._ask("text: ", lambda text: self._message_given(recipient.strip(), text))

    def _message_given(self, recipient: str, text: str) -> None:
        try:
            self._requests.send(Command("message", {"to": recipient, "text": text.rstrip()}))
        except ChatError as error:
            self._complain(error)

    # --- the end

    def _end(self) -> None:
        if self._answer is not None and self._profile.name is None:
            self._finish(1, "no name was given")
        elif self.is_in_chat and not self._requests and not self._farewell_id:
            self._leave()

    def _leave(self) -> None:
        self._typed.clear()
        self._farewell_id = self._requests.send_once(Command("exit"))

    def _finish(self, status: int, complaint: str | None = None) -> None:
        if not self.is_over:
            self.is_over = True
            self._requests.close_link()
            self._view.finish(status, clean(complaint) if complaint is not None else None)

    def _undelivered(self) -> int:
        return len(self._requests) + len(self._typed)

    # --- what the person sees

    def _ask(self, question: str, answer: Callable[[str], None]) -> None:
        if self._answer is None:
            self._answer = answer
            self._view.ask(question)
        self._advance()

    def _show(self, push: schema.AnyPush) -> None:
        for line in display.lines_of(push, self._now()):
            self._view.show(line)

    def _tell(self, text: str) -> None:
        self._view.show(display.news(text, self._now()))

    def _complain(self, error: ChatError) -> None:
        self._view.show(display.error(str(error)))

    def _set_prompt(self) -> None:
        where = f" (in {self._room})" if self._room is not None else ""
        self._view.set_prompt(clean(f"{self._profile.name}{where}> "))
