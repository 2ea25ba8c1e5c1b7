"""The client's core: it sends typed lines as requests, and shows what the server answers and pushes.

Nothing here sees a socket, a terminal or a file: a `Link` takes bytes for the server, a `Screen` shows things to a
person, a `Memory` keeps records for the next run.
"""

from collections import deque
from collections.abc import Callable, Sequence

from twisted.internet.defer import Deferred, fail

from chat.client.history_requests import HISTORY_COMMANDS
from chat.client.interfaces import Answered, Link, Opening, Sharing
from chat.client.memory import Memory
from chat.client.parts import assemble
from chat.client.receiving import Receiving
from chat.client.saying import Saying
from chat.client.screen import Screen
from chat.client.sign_in import Profile
from chat.client.typed import means_exit
from chat.events import Command
from chat.wire import schema
from chat.wire.ndjson import decode_push

__all__ = ["Conversation", "Profile"]

# This many typed lines may wait; then they wait in their pipe.
_TYPED_AHEAD = 1000
# After the end of input, the client gives up undelivered lines after this many failed attempts in a row.
_LAST_ATTEMPTS = 5


class Conversation:
    """One person's conversation with the server, across any number of connections.

    Requests have ids of our own (`new_id`), and are kept until they are acknowledged. After a reconnect the client
    sends them again; the server recognises a repeated message by its id. `remember` opens the memory of a name, which
    continues the conversation in the next run; None: there is no memory. `files` carries out `/send` and `/get`; None:
    this client has no files.

    With a screen that `shows_places`, typed lines take effect at once, in the place that is current then, also without
    a connection: messages are in the memory when `typed` returns, unless too many wait. `places` has the open places.
    """

    def __init__(
        self,
        screen: Screen,
        profile: Profile,
        new_id: Callable[[], str],
        remember: Callable[[str], Memory] | None = None,
    ) -> None:
        self.is_in_chat = False
        parts = assemble(screen, profile, new_id, remember, self._is_open)
        self.places = parts.places
        self._screen = screen
        self._questions = parts.questions
        self._requests = parts.requests
        self._sign_in = parts.sign_in
        self._inbox = parts.inbox
        self._current_room = parts.current_room
        self._history_requests = parts.history_requests
        self._online_names = parts.online_names
        self._leaving = parts.leaving
        self._outbox = parts.outbox
        self._receiving = Receiving(parts)
        self._saying = Saying(parts, self._exit, is_person=profile.is_person)
        self._typed: deque[str] = deque()
        self._input_ended = False
        self._repeats_history = False
        # None: this client opens no pages.
        self.opener: Opening | None = None

    @property
    def is_over(self) -> bool:
        """Whether the conversation has ended."""
        return self._screen.is_over

    @property
    def has_account(self) -> bool:
        """Whether the person's name is an account."""
        return self._inbox.has_account

    @property
    def names(self) -> Sequence[str]:
        """The names of people that the client knows."""
        return self._online_names.all()

    @property
    def is_asking(self) -> bool:
        """Whether a question to the person is open."""
        return self._questions.is_open

    @property
    def files(self) -> Sharing | None:
        """What carries out `/send` and `/get`; None: this client has no files."""
        return self._saying.files

    @files.setter
    def files(self, files: Sharing | None) -> None:
        self._saying.files = files

    # --- from the person

    def typed(self, line: str) -> None:
        """Take a typed line. It is handled in its turn, when the lines before it have had their effect."""
        has_places = self.places is not None and self._sign_in.has_entered
        if self._questions.is_open and (has_places or not self._questions.takes_queued):
            self._questions.answer(line)
            self._advance()
            return
        if has_places:
            self._saying.say(line)
            self._advance()
            return
        if self._sign_in.has_entered and self._requests.link is None and means_exit(line):
            if not self._undelivered():
                self._finish(0)
                return
            self._screen.tell(f"lines not delivered yet: {self._undelivered()}; wait, or give them up with Ctrl-C")
        self._typed.append(line)
        self._advance()
        if len(self._typed) >= _TYPED_AHEAD:
            self._screen.set_reading(False)

    def request(self, command: Command) -> None:
        """Send a request of the person's, like a typed one."""
        if not self._current_room.refuses(command):
            self._current_room.begun(command)
            self._outbox.send(command)
            self._advance()

    def quit(self) -> None:
        """The person goes; the second time at once. Messages that are not delivered are sent by the next run."""
        if self.is_in_chat and not self._leaving.is_begun:
            self._leaving.begin(is_hasty=True)
        else:
            self._finish(0, self._losses() if self._undelivered() else None)

    def _exit(self) -> None:
        """The person typed that they go: nothing behind that counts."""
        self._typed.clear()
        self.quit()

    def printed(self, key: str) -> None:
        """What came to the place with this key, and had not been printed, is being printed now."""
        self._inbox.printed(key)

    # --- Chat

    @property
    def memory(self) -> Memory:
        """See `Chat.memory`."""
        return self._requests.memory

    def ask(self, command: Command) -> Deferred[Answered]:
        """See `Chat.ask`."""
        if not self.is_in_chat:
            return fail(ConnectionError("there is no connection to the server now; try again"))
        return self._receiving.ask(command)

    def say(self, message: Command) -> None:
        """See `Chat.say`."""
        self._outbox.send(message)

    def ended(self) -> None:
        """Nothing more will be typed: handle the rest, then end."""
        self._input_ended = True
        self._advance()

    def close(self) -> None:
        """Release the memory: the program ends."""
        self._requests.memory.close()

    # --- from the network

    def connected(self, link: Link) -> None:
        """There is a connection; sign in."""
        self._requests.link = link
        self._sign_in.begin()
        self._advance()

    def received(self, line: bytes) -> None:
        """The server pushed a line."""
        try:
            push = decode_push(line)
        except ValueError:
            return  # A greeting for people, or a push that is newer than this client.
        try:
            self._take(push)
        except Exception:
            # Whatever a server sends, the conversation goes on.
            self._screen.report_unreadable()
        self._advance()

    def disconnected(self) -> None:
        """The connection is lost."""
        was_leaving = self._leaving.is_begun
        self._screen.connection_changed(False)
        for part in (self._requests, self._inbox, self._history_requests, self._leaving):
            part.disconnected()
        self.is_in_chat = False
        self._receiving.disconnected()
        if was_leaving and not self._requests:
            self._sign_in.left()
            self._finish(0, self._losses() if len(self._outbox) else None)
        elif was_leaving:
            # Earlier messages may not have arrived: send them again, and then leave.
            self._typed.clear()
            self._input_ended = True
        elif not self._sign_in.goes_on:
            self._finish(1, "the server closed the connection")

    def retrying(self, seconds: float, attempts: int) -> None:
        """The next attempt to connect is in `seconds`; `attempts` in a row have failed."""
        if self.is_over:
            return
        if self._input_ended and attempts >= _LAST_ATTEMPTS:
            self._finish(1, self._losses())
        elif self._sign_in.has_entered or self._sign_in.is_waiting:
            self._screen.retrying(seconds)

    def cannot_connect(self, reason: str) -> None:
        """The first attempt to connect failed."""
        self._finish(1, f"cannot connect: {reason}")

    # --- from the server

    def _take(self, push: schema.AnyPush) -> None:
        if self.is_in_chat:
            self._receiving.take(push)
        elif isinstance(push, schema.Error):
            self._sign_in.refused(push)
        elif isinstance(push, schema.Ack) and self._sign_in.accepted(push):
            self._entered(push)

    def _entered(self, ack: schema.Ack) -> None:
        if self._sign_in.has_entered:
            self._screen.tell("connected again")
        else:
            self._screen.show(ack)
        self.is_in_chat = True
        self._sign_in.entered(ack)
        self._inbox.entered_chat(ack)
        self._current_room.entered_chat(ack)
        for message in self._requests.newly_inherited():
            self._screen.sending(message.id, message)
        self._online_names.entered_chat(ack)
        self._screen.connection_changed(True)
        self._repeats_history = True
        if self.files is not None:
            self.files.entered()
        if self.opener is not None:
            self.opener.entered(ack.server)

    # --- typed lines

    def _advance(self) -> None:
        """Handle typed lines while that is possible; after the last one, end."""
        if self.is_over:
            self._requests.close_link()
            return
        self._tell_complaint()
        if self._repeats_history and not self._inbox.is_resuming:
            self._repeats_history = False
            self._requests.send_again(HISTORY_COMMANDS)
        self._outbox.advance()
        while self._typed and self._is_ready():
            line = self._typed.popleft()
            if self._questions.is_open:
                self._questions.answer(line)
            else:
                self._saying.say(line)
        if len(self._typed) < _TYPED_AHEAD:
            self._screen.set_reading(True)
        if self._input_ended and not self._typed:
            self._end()

    def _is_ready(self) -> bool:
        if self._questions.is_open:
            return self._questions.takes_queued
        is_busy = self._outbox.is_decisive_open or self._inbox.is_resuming or self._requests.are_too_many
        return self._is_open() and not is_busy

    def _is_open(self) -> bool:
        """Whether the server takes requests of the person."""
        return self.is_in_chat and not self._leaving.is_begun

    def _tell_complaint(self) -> None:
        memory = self._requests.memory
        if memory.complaint is not None:
            complaint, memory.complaint = memory.complaint, None
            self._screen.tell(complaint)

    # --- the end

    def _end(self) -> None:
        self._saying.ended()
        if self._sign_in.is_asking:
            self._finish(1, self._sign_in.unanswered())
        elif self.files is not None and self.files.is_busy:
            self.files.idle = self._advance
        elif self.is_in_chat and not (self._requests or self._leaving.is_begun or self._inbox.is_resuming):
            self._leaving.begin(is_hasty=False)

    def _finish(self, status: int, complaint: str | None = None) -> None:
        self._screen.finish(status, complaint)
        if self.files is not None:
            self.files.stop()
        self._requests.close_link()

    def _losses(self) -> str:
        kept = self._requests.lasting
        lost = self._undelivered() - kept
        if self.places is not None and not lost:
            return f"messages that are sent the next time: {kept}"
        with_it = f", and {lost} lines with it" if lost or not kept else ""
        return f"the connection is lost{with_it}" + (f"; {kept} are sent the next time" if kept else "")

    def _undelivered(self) -> int:
        return len(self._requests) + len(self._typed) + len(self._outbox)
