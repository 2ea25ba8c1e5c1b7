"""The client's side of a conversation: what was typed, what was acknowledged, and what to do when either ends.

Nothing here sees a socket, a terminal or a file: a `Link` takes bytes for the server, a `View` shows lines to a person,
a `Memory` keeps what the next run has to know.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime

from chat.client.company import Company
from chat.client.dialogues import Dialogues
from chat.client.farewell import Farewell
from chat.client.hearing import Hearing
from chat.client.interfaces import Link, View
from chat.client.introduction import Introduction, Profile
from chat.client.lookups import LOOKUPS, Lookups
from chat.client.memory import Memory
from chat.client.questions import Questions
from chat.client.requests import Requests
from chat.client.screen import Screen
from chat.client.typed import Typist, means_exit, request_of, word_alone
from chat.client.whereabouts import Whereabouts
from chat.errors import ChatError
from chat.events import Command
from chat.wire import schema
from chat.wire.ndjson import decode_push

__all__ = ["Conversation", "Profile"]

# So many requests may be on their way; past it typed lines wait here, and past that in the pipe they come from.
_WINDOW = 100
_TYPED_AHEAD = 1000
# With nobody left to type, lines that cannot be delivered are given up after so many attempts in a row.
_LAST_ATTEMPTS = 5
# What a line that is typed after one of these means depends on what comes of it.
_DECISIVE = frozenset({"join", "leave", "logout", "unregister"})


class Conversation:
    """What a person says and hears, across any number of connections.

    Requests have ids of our own (`new_id`), and are kept until acknowledged: after a reconnect they are sent
    again, and the server knows a repeated message by its id. `now` is the local time. `remember` opens the memory of
    a name, so that all this holds across runs, too; without it there is none.
    """

    def __init__(
        self,
        view: View,
        profile: Profile,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        remember: Callable[[str], Memory] | None = None,
    ) -> None:
        self.is_in_chat = False
        self._view = view
        self._screen = Screen(view, now)
        self._questions = Questions(view)
        self._dialogues = Dialogues(self._questions, self._screen, is_person=profile.is_person)
        self._requests = Requests(new_id, _WINDOW)
        self._introduction = Introduction(profile, self._requests, self._screen, self._questions, remember)
        self._hearing = Hearing(self._requests, self._screen)
        self._lookups = Lookups()
        self._whereabouts = Whereabouts(self._requests, self._hearing, self._screen, is_person=profile.is_person)
        self._company = Company(self._screen)
        self._farewell = Farewell(self._requests, self._hearing)
        self._typed: deque[str] = deque()
        self._input_ended = False
        self._awaited = ""
        self._looks_up_again = False
        # A script has to know what is said: in a room it is everything, but for `leave`.
        self._is_person = profile.is_person

    @property
    def is_over(self) -> bool:
        """Whether it has come to its end."""
        return self._screen.is_over

    # --- what the person does

    def typed(self, line: str) -> None:
        """A line was typed. It is handled in its turn, when the ones before it have had their effect."""
        if self._questions.is_open and not self._questions.takes_queued:
            self._questions.answer(line)
            self._advance()
            return
        if self._introduction.has_entered and self._requests.link is None and means_exit(line):
            if not self._undelivered():
                self._finish(0)
                return
            self._screen.tell(f"{self._undelivered()} lines still wait to be delivered; Ctrl-C gives them up")
        self._typed.append(line)
        self._advance()
        if len(self._typed) >= _TYPED_AHEAD:
            self._view.set_reading(False)

    def ended(self) -> None:
        """Nothing more will be typed: finish what was, then end."""
        self._input_ended = True
        self._advance()

    def close(self) -> None:
        """Let go of the memory: the program ends."""
        self._requests.memory.close()

    # --- what the network does

    def connected(self, link: Link) -> None:
        """There is a connection; introduce ourselves on it."""
        self._requests.link = link
        self._introduction.begin()
        self._advance()

    def received(self, line: bytes) -> None:
        """The server pushed a line."""
        try:
            push = decode_push(line)
        except ValueError:
            return  # A greeting meant for people, or something newer than this client.
        try:
            self._take(push)
        except Exception:
            # Whatever a server sends, what the person says and hears goes on.
            self._screen.wonder()
        self._advance()

    def disconnected(self) -> None:
        """The connection is gone."""
        was_leaving = self._farewell.is_begun
        for part in (self._requests, self._hearing, self._lookups, self._farewell):
            part.disconnected()
        self.is_in_chat = False
        if was_leaving and not self._requests:
            self._introduction.left()
            self._finish(0)
        elif was_leaving:
            # What was said before may not have arrived: it is said again, and then we leave.
            self._typed.clear()
            self._input_ended = True
        elif not self._introduction.goes_on:
            self._finish(1, "the server closed the connection")

    def retrying(self, seconds: float, attempts: int) -> None:
        """There will be another attempt to connect in so many seconds; `attempts` in a row have failed."""
        if self.is_over:
            return
        if self._input_ended and attempts >= _LAST_ATTEMPTS:
            self._finish(1, self._losses())
        elif self._introduction.has_entered or self._introduction.is_waiting:
            self._screen.tell(f"not connected, trying again in {seconds:.1f} s")

    def cannot_connect(self, reason: str) -> None:
        """The first attempt to connect failed."""
        self._finish(1, f"cannot connect: {reason}")

    # --- what the server says

    def _take(self, push: schema.AnyPush) -> None:
        if self.is_in_chat:
            self._pushed(push)
        elif isinstance(push, schema.Error):
            self._introduction.refused(push)
        elif isinstance(push, schema.Ack) and self._introduction.accepted(push):
            self._entered(push)

    def _entered(self, ack: schema.Ack) -> None:
        if self._introduction.has_entered:
            self._screen.tell("connected again")
        else:
            self._screen.show(ack)
        self.is_in_chat = True
        self._introduction.entered(ack)
        self._hearing.came_in(ack)
        self._whereabouts.came_in(ack)
        self._company.came_in(ack)
        self._looks_up_again = True

    def _pushed(self, push: schema.AnyPush) -> None:
        self._company.seen(push)
        match push:
            case schema.Ack() | schema.Error():
                if not (self._hearing.answered(push) or self._farewell.answered(push.id)):
                    self._answered(push)
            case schema.Message():
                if self._hearing.is_resuming or not self._lookups.take(push):
                    self._hearing.heard(push)
            case schema.Joined() | schema.Left():
                self._hearing.heard(push)
                self._whereabouts.seen(push)
            case _:
                self._screen.show(push)

    def _answered(self, push: schema.Ack | schema.Error) -> None:
        if isinstance(push, schema.Ack) and push.request == "message":
            # Before it is settled: what was heard is not heard again, but what was settled is not said again.
            self._hearing.said(push)
        is_quiet = self._requests.is_quiet(push.id)
        request = self._requests.answered(push.id)
        found = self._lookups.answered(push)
        if found is not None:
            for message in found.before:
                self._hearing.heard(message)
        if isinstance(push, schema.Error):
            if not is_quiet and (request is None or not self._whereabouts.is_there_already(request, push)):
                self._screen.show(push)
        elif found is not None:
            self._screen.show_found(found.messages, found.more)
        else:
            if not is_quiet:
                self._screen.show(push)
            self._done(push, request)
        if push.id == self._awaited:
            self._awaited = ""

    def _done(self, ack: schema.Ack, request: Command | None) -> None:
        if ack.request == "join" and ack.room is not None and ack.seq is not None:
            self._hearing.entered(ack.room, ack.seq, by_hand=request is not None)
        if request is None:
            return
        self._whereabouts.moved(request, ack)
        if request.name == "password":
            self._introduction.changed_password(str(request.arguments["password"]))
            self._hearing.has_account = True
        elif request.name in ("logout", "unregister"):
            self._introduction.logged_out()
            self._farewell.granted()

    # --- typed lines

    def _advance(self) -> None:
        """Handle typed lines for as long as they can be; at the end of them, end."""
        if self.is_over:
            self._requests.close_link()
            return
        self._tell_complaint()
        if self._looks_up_again and not self._hearing.is_resuming:
            self._looks_up_again = False
            self._requests.send_again(LOOKUPS)
        while self._typed and self._is_ready():
            line = self._typed.popleft()
            if self._questions.is_open:
                self._questions.answer(line)
            else:
                self._say(line)
        if len(self._typed) < _TYPED_AHEAD:
            self._view.set_reading(True)
        if self._input_ended and not self._typed:
            self._end()

    def _is_ready(self) -> bool:
        if self._questions.is_open:
            return self._questions.takes_queued
        is_busy = self._awaited or self._farewell.is_begun or self._hearing.is_resuming or self._requests.are_too_many
        return self.is_in_chat and not is_busy

    def _say(self, line: str) -> None:
        if not line.strip():
            return
        room, has_account, is_person = self._whereabouts.room, self._hearing.has_account, self._is_person
        word = word_alone(line, room, is_bare_enough=is_person)
        if self._dialogues.begin(word, self._send, has_account=has_account):
            return
        try:
            command = request_of(line, Typist(room, self._hearing.lobby, has_account, is_person))
        except ChatError as error:
            self._screen.complain(error)
            return
        if command.name == "exit":
            self._typed.clear()
            self._farewell.begin(is_hasty=True)
        else:
            self._send(command)

    def _send(self, command: Command) -> None:
        try:
            request_id = self._requests.send(command)
        except ChatError as error:
            self._screen.complain(error)
            return
        self._lookups.asked(request_id, command)
        if command.name in _DECISIVE:
            self._awaited = request_id
        self._company.said(command)

    def _tell_complaint(self) -> None:
        memory = self._requests.memory
        if memory.complaint is not None:
            complaint, memory.complaint = memory.complaint, None
            self._screen.tell(complaint)

    # --- the end

    def _end(self) -> None:
        if self._introduction.is_asking:
            self._finish(1, self._introduction.unanswered())
        elif self.is_in_chat and not (self._requests or self._farewell.is_begun or self._hearing.is_resuming):
            self._farewell.begin(is_hasty=False)

    def _finish(self, status: int, complaint: str | None = None) -> None:
        self._screen.finish(status, complaint)
        self._requests.close_link()

    def _losses(self) -> str:
        kept = self._requests.lasting
        lost = self._undelivered() - kept
        with_it = f", and {lost} lines with it" if lost or not kept else ""
        return f"the connection is lost{with_it}" + (f"; {kept} are sent the next time" if kept else "")

    def _undelivered(self) -> int:
        return len(self._requests) + len(self._typed)
