"""The client's core: it sends typed lines as requests, and shows what the server answers and pushes.

Nothing here sees a socket, a terminal or a file: a `Link` takes bytes for the server, a `Screen` shows things to a
person, a `Memory` keeps records for the next run.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence

from twisted.internet.defer import Deferred, fail

from chat.client.argument_prompts import ArgumentPrompts
from chat.client.composing import Composing
from chat.client.current_room import CurrentRoom
from chat.client.files import Answered, Files
from chat.client.history_requests import HISTORY_COMMANDS, HistoryRequests
from chat.client.inbox import Inbox
from chat.client.interfaces import Link
from chat.client.leaving import Leaving
from chat.client.memory import Memory
from chat.client.online_names import OnlineNames
from chat.client.opening import PageOpener
from chat.client.outbox import Outbox
from chat.client.own_changes import is_so_already, own_change
from chat.client.places import Places
from chat.client.questions import Questions
from chat.client.requests import Requests
from chat.client.screen import Screen
from chat.client.sign_in import Profile, SignIn
from chat.client.typed import TypingContext, means_exit, request_of, word_alone
from chat.errors import ChatError
from chat.events import Command, RequestId
from chat.wire import schema
from chat.wire.ndjson import decode_push

__all__ = ["Conversation", "Profile"]

# This many requests may be on their way. Then typed lines wait here, up to the next number; then in their pipe.
_WINDOW = 100
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
        self._screen = screen
        self._questions = Questions(screen)
        self._argument_prompts = ArgumentPrompts(self._questions, self._screen, is_person=profile.is_person)
        self._requests = Requests(new_id, _WINDOW)
        self._sign_in = SignIn(profile, self._requests, self._screen, self._questions, remember)
        self._inbox = Inbox(self._requests, self._screen)
        self._history_requests = HistoryRequests()
        self.places: Places | None = Places(self._requests, self._inbox, screen) if screen.shows_places else None
        self._current_room: CurrentRoom = self.places or CurrentRoom(
            self._requests, self._inbox, screen, is_person=profile.is_person
        )
        self._online_names = OnlineNames(self._screen)
        self._leaving = Leaving(self._requests, self._inbox)
        self._outbox = Outbox(
            self._requests,
            screen,
            self._history_requests,
            self._online_names,
            is_open=self._is_open,
            may_wait=screen.shows_places,
        )
        self._typed: deque[str] = deque()
        self._input_ended = False
        self._repeats_history = False
        self._composing = Composing(self._screen)
        # A script must know what its lines do: in a room all are messages, except `leave`.
        self._is_person = profile.is_person
        # None: this client sends and fetches no files.
        self.files: Files | None = None
        # None: this client opens no pages.
        self.opener: PageOpener | None = None
        self._asked: dict[RequestId, tuple[Command, Deferred[Answered]]] = {}

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

    # --- from the person

    def typed(self, line: str) -> None:
        """Take a typed line. It is handled in its turn, when the lines before it have had their effect."""
        if self._questions.is_open and not self._questions.takes_queued:
            self._questions.answer(line)
            self._advance()
            return
        if self.places is not None and self._sign_in.has_entered:
            self._say(line)
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
        asked: Deferred[Answered] = Deferred()
        request_id = self._requests.send_once(command, is_quiet=True)
        self._history_requests.asked(request_id, command)
        self._asked[request_id] = command, asked
        return asked

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
        asked, self._asked = self._asked, {}
        for request_id, (_, waiting) in asked.items():
            self._history_requests.forget(request_id)
            waiting.errback(ConnectionError("the connection is lost"))
        if was_leaving and not self._requests:
            self._sign_in.left()
            self._finish(0, self._losses() if self._undelivered() else None)
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
            self._pushed(push)
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

    def _pushed(self, push: schema.AnyPush) -> None:
        self._online_names.seen(push)
        match push:
            case schema.Ack() | schema.Error():
                if not (self._inbox.answered(push) or self._leaving.answered(push.id)):
                    self._answered(push)
            case schema.Message() | schema.RoomChange():
                if self._inbox.is_resuming or not self._history_requests.take(push):
                    self._inbox.received(push)
                    if isinstance(push, schema.RoomChange):
                        self._changed(push)
            case schema.Joined() | schema.Left():
                self._inbox.received(push)
                self._current_room.seen(push)
            case _:
                self._screen.show(push)

    def _changed(self, push: schema.RoomChange) -> None:
        """Perhaps this renamed a room, or put us out of it."""
        if push.room is None or push.past:
            return
        if isinstance(push, schema.Renamed):
            self._inbox.renamed(push.room, push.name)
            self._current_room.renamed(push.room, push.name)
        elif self._ends_here(push):
            self._current_room.left_behind(push.room, push.sender)

    def _ends_here(self, push: schema.RoomChange) -> bool:
        """Whether the change leaves us outside of its room: that is deleted, or we were removed."""
        if isinstance(push, schema.Kicked | schema.Banned):
            return self._current_room.is_me(push.name)
        return isinstance(push, schema.Settings) and push.settings.get("closed") == "deleted"

    def _answered(self, push: schema.Ack | schema.Error) -> None:
        if isinstance(push, schema.Ack) and push.timestamp is not None:
            # For a message or a change, before that is settled: a crash in between sends it again, which does no harm.
            self._inbox.sent(push)
        is_quiet = self._requests.is_quiet(push.id)
        request = self._requests.answered(push.id)
        found = self._history_requests.answered(push)
        if request is not None:
            self._screen.settled(request, push)
        if found is not None:
            for message in found.before:
                self._inbox.received(message)
        if (asked := self._asked.pop(push.id, None)) is not None:
            messages = found.messages if found is not None else ()
            asked[1].callback(Answered(push, [each for each in messages if isinstance(each, schema.Message)]))
            return
        if isinstance(push, schema.Error):
            if not is_quiet and (request is None or not self._current_room.is_there_already(request, push)):
                if request is not None:
                    self._current_room.refused(request, push)
                self._screen.show(push)
        elif found is not None:
            self._screen.show_found(found.messages, found.more, found.request)
        else:
            if not is_quiet:
                self._screen.show(push)
            self._done(push, request)
        self._outbox.answered(push.id)

    def _done(self, ack: schema.Ack, request: Command | None) -> None:
        if ack.request in ("join", "group") and ack.room is not None and ack.seq is not None:
            self._inbox.entered(ack.room, ack.seq, by_hand=request is not None)
        if request is None:
            return
        self._current_room.moved(request, ack)
        if (own := own_change(request, ack, self._current_room.me)) is not None:
            self._screen.show(own)
            self._changed(own)
        elif is_so_already(request, ack):
            self._screen.tell("that is so already")
        if request.name == "password":
            self._sign_in.changed_password(str(request.arguments["password"]))
            self._inbox.has_account = True
        elif request.name in ("logout", "unregister"):
            self._sign_in.logged_out()
            self._leaving.granted()

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
                self._say(line)
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

    def _say(self, line: str) -> None:
        if self._composing.is_begun:
            if (message := self._composing.take(line)) is not None:
                self._outbox.send(message)
            return
        if not line.strip():
            return
        where = self._current_room
        room, has_account, is_person = where.room, self._inbox.has_account, self._is_person
        if self.files is not None and self.files.typed(line, self._here()):
            return
        word = word_alone(line, room, is_bare_enough=is_person)
        if self._argument_prompts.begin(word, self._outbox.send, has_account=has_account):
            return
        try:
            command = request_of(line, TypingContext(room, self._inbox.lobby, has_account, is_person, where.person))
        except ChatError as error:
            self._current_room.complained(error)
            self._screen.complain(error)
            return
        if self._current_room.refuses(command):
            return
        if command.name == "exit":
            self._typed.clear()
            self.quit()
        elif command.name == "begin":
            self._composing.begin(command.arguments, room)
        else:
            self._current_room.begun(command)
            self._outbox.send(command)

    def _here(self) -> Mapping[str, str]:
        """Where the person types."""
        where = self._current_room
        if where.person is not None:
            return {"to": where.person}
        place = where.room or self._inbox.lobby
        return {} if place is None else {"room": place}

    def _tell_complaint(self) -> None:
        memory = self._requests.memory
        if memory.complaint is not None:
            complaint, memory.complaint = memory.complaint, None
            self._screen.tell(complaint)

    # --- the end

    def _end(self) -> None:
        self._composing.ended()
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
