"""What a typed line does."""

from collections.abc import Callable, Mapping

from chat.client.argument_prompts import ArgumentPrompts
from chat.client.composing import Composing
from chat.client.interfaces import Sharing
from chat.client.parts import Parts
from chat.client.typed import TypingContext, request_of, word_alone
from chat.errors import ChatError


class Saying:
    """Turns typed lines into requests, in the place where the person types. `exit` is called when they want to go.

    `files` carries out `/send` and `/get`; None: this client has no files.
    """

    def __init__(self, parts: Parts, exit: Callable[[], None], *, is_person: bool) -> None:
        self.files: Sharing | None = None
        self._parts = parts
        self._exit = exit
        self._argument_prompts = ArgumentPrompts(parts.questions, parts.screen, is_person=is_person)
        self._composing = Composing(parts.screen)
        # A script must know what its lines do: in a room all are messages, except `leave`.
        self._is_person = is_person

    def ended(self) -> None:
        """Nothing more will be typed."""
        self._composing.ended()

    def say(self, line: str) -> None:
        """This line was typed, and the ones before it have had their effect."""
        if self._composing.is_begun:
            if (message := self._composing.take(line)) is not None:
                self._parts.outbox.send(message)
            return
        if not line.strip():
            return
        where, inbox = self._parts.current_room, self._parts.inbox
        room, has_account, is_person = where.room, inbox.has_account, self._is_person
        if self.files is not None and self.files.typed(line, self._here()):
            return
        word = word_alone(line, room, is_bare_enough=is_person)
        if self._argument_prompts.begin(word, self._parts.outbox.send, has_account=has_account):
            return
        try:
            command = request_of(line, TypingContext(room, inbox.lobby, has_account, is_person, where.person))
        except ChatError as error:
            self._parts.current_room.complained(error)
            self._parts.screen.complain(error)
            return
        if self._parts.current_room.refuses(command):
            return
        if command.name == "exit":
            self._exit()
        elif command.name == "begin":
            self._composing.begin(command.arguments, room)
        else:
            self._parts.current_room.begun(command)
            self._parts.outbox.send(command)

    def _here(self) -> Mapping[str, str]:
        """Where the person types."""
        where = self._parts.current_room
        if where.person is not None:
            return {"to": where.person}
        place = where.room or self._parts.inbox.lobby
        return {} if place is None else {"room": place}
