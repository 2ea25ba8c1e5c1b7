"""Decides what is shown of a conversation, and when: what is said in the current place at once, the rest later."""

from collections.abc import Callable, Sequence
from datetime import datetime

from chat.client import display
from chat.client.config import BELLS
from chat.client.conversation import Conversation
from chat.client.inbox import key_of
from chat.client.interfaces import View
from chat.client.places import Place, Places
from chat.client.screen import Screen, nothing_found
from chat.client.terminal.choosing import Choice
from chat.client.terminal.items import Item, MessageItem, PresenceItem, TextItem
from chat.client.terminal.local_commands import as_typed, near
from chat.client.terminal.messages import Changed, Messages, apply, label_of
from chat.client.terminal.place_printing import PlacePrinter, divider
from chat.client.terminal.printing import Printing
from chat.client.terminal.sent import Sent
from chat.errors import ChatError
from chat.events import Command, RequestId
from chat.wire import schema
from chat.wire.change_lines import line_of
from chat.wire.changes import event_of

_Found = schema.Message | schema.AnyChange


class TerminalScreen(Screen):
    """The screen of a terminal. `bell` is one of `BELLS`, and `ring` sounds it.

    What is said elsewhere waits until the person switches there. Whatever names the person, or is said to
    them alone, is shown at once, with its place.
    """

    shows_places = True

    def __init__(
        self,
        view: View,
        printing: Printing,
        now: Callable[[], datetime],
        ring: Callable[[], None],
        messages: Messages,
        *,
        bell: str = "mention",
    ) -> None:
        super().__init__(view, now, shows_numbers=True)
        self.bell = bell
        # The line that takes effect now.
        self.typed = ""
        self.status_changed: Callable[[], None] = lambda: None
        # Called with the keys of the place before and of the place now.
        self.place_changed: Callable[[str, str], None] = lambda before, now: None
        # Called with the seconds to the next attempt to connect.
        self.waits: Callable[[float], None] = lambda seconds: None
        self.is_connected = False
        self.results: list[MessageItem] = []
        self._printing = printing
        self._ring = ring
        self._messages = messages
        self.choice = Choice(messages, printing)
        self._conversation: Conversation | None = None
        self._shown: Place | None = None
        self._paper = PlacePrinter(printing, now)
        self._sent = Sent(messages, printing)
        # The places where the line above what was missed stands already.
        self._divided: set[str] = set()

    def follow(self, conversation: Conversation) -> None:
        """This is the conversation that is shown."""
        self._conversation = conversation

    @property
    def places(self) -> Places:
        """The open places."""
        assert self._conversation is not None and self._conversation.places is not None, "`follow` comes first"
        return self._conversation.places

    # --- what comes from the server

    def show(self, push: schema.AnyPush) -> None:
        """See `Screen.show`."""
        match push:
            case schema.Message():
                self._show_message(push)
            case schema.WasRead():
                self._read_elsewhere(push)
            case schema.Joined() | schema.Left() | schema.Presence():
                self._show_presence(push)
            case schema.Edited() | schema.Deleted() | schema.Reacted():
                self._show_change_of_message(push)
            case schema.RoomChange():
                text = f"{self._time(push)} * {display.shown(line_of(event_of(push)))}"
                self._put(TextItem(text), self.places.place_of(push))
            case schema.Error():
                for line in display.lines_of(push, self.now()):
                    self._put(TextItem(as_typed(line), "class:error"))
            case schema.Notice() | schema.Ack():
                for line in display.lines_of(push, self.now()):
                    self._put(TextItem(as_typed(line)))
            case _:
                for line in display.lines_of(push, self.now()):
                    self._put(TextItem(line))

    def show_missed(self, push: schema.AnyPush) -> None:
        """See `Screen.show_missed`: a line above the first one that somebody else said says what is new."""
        place = self.places.place_of(push)
        is_new = isinstance(push, schema.Message) and not self.places.is_me(push.sender)
        if is_new and place is not None and place.key not in self._divided:
            self._divided.add(place.key)
            self._put(divider("new since you were away", "class:unread"), place)
        self.show(push)

    def show_found(self, found: Sequence[_Found], more: str, request: Command) -> None:
        """See `Screen.show_found`: with numbers, which commands take."""
        results = []
        for push in found:
            if isinstance(push, schema.Message):
                item = self._messages.made_of(push, self.places, self.now())
                item.is_numbered = True
                here = self.places.current
                is_here = here is not None and here.key == item.place and request.name != "search"
                item.label = "" if is_here else label_of(push, self.places)
                results.append(item)
                self._paper.print(item, item.at)
            else:
                text = f"{self._time(push)} #{push.seq} * {display.shown(line_of(event_of(push)))}"
                self._paper.print(TextItem(text))
        if request.name == "search":
            self.results = results
        elif results and self._goes_on(request, results[0].place):
            self._messages.reached(results[0])
        if not found:
            self.tell(nothing_found(request, more))
        if more:
            self.tell(f"there is more: {more}")

    def _goes_on(self, request: Command, place: str) -> bool:
        """Whether the answer ends where what was shown of the place begins, or now."""
        if request.name != "history" or request.arguments.keys() & {"since", "around"}:
            return False
        before = request.arguments.get("before")
        return before is None or before == self._messages.oldest(place)

    def tell(self, text: str) -> None:
        """See `Screen.tell`."""
        self._put(TextItem(as_typed(display.news(text, self.now()))))

    def refuse(self, text: str) -> None:
        """Say why something that is not of the conversation cannot be done."""
        self._put(TextItem(display.error(text), "class:error"))

    def started_again(self, place: str | None) -> None:
        """See `Screen.started_again`."""
        self.choice.drop()
        self._messages.forget(place)
        super().started_again(place)

    def complain(self, error: ChatError) -> None:
        """See `Screen.complain`. Of an unknown command it says which one is near."""
        meant = near(self.typed) if error.code == "unknown_command" else ""
        text = f"{error}; perhaps you mean {meant}" if meant else str(error)
        self._put(TextItem(as_typed(display.error(text)), "class:error"))

    # --- what the person says

    def sending(self, request_id: RequestId, message: Command) -> None:
        """See `Screen.sending`: it is shown at once, as not yet stored."""
        item = self._sent.item_of(request_id, message, self.places, self.now())
        self._paper.print(item, item.at)

    def settled(self, request: Command, answer: schema.Ack | schema.Error) -> None:
        """See `Screen.settled`."""
        self._sent.settled(request, answer, self.places, self.now())

    def divide(self, text: str) -> None:
        """Print a line between two things."""
        self._paper.print(divider(text))

    def meant_by(self, command: str) -> MessageItem | None:
        """The message of the current place that a command without a number is about."""
        here = self.places.current
        return self.choice.meant_by(command, here.key, self.places.me) if here is not None else None

    def is_sending(self) -> bool:
        """Whether a message of ours in the current place is not stored yet."""
        return self.places.current is not None and self._sent.is_sending(self.places.current.key)

    def knows(self, seq: int) -> bool:
        """Whether the message of the current place with this number was shown."""
        here = self.places.current
        return here is not None and self._messages.find(here.key, seq) is not None

    def number(self, *, on: bool) -> None:
        """Show the numbers of all messages, from the next drawing on."""
        self._messages.number(on=on)

    def oldest(self) -> int:
        """The seq of the oldest message of the current place that was shown; 0 if there is none."""
        return self._messages.oldest(self.places.current.key) if self.places.current is not None else 0

    # --- where the person is

    def stand(self, me: str, room: str | None) -> None:
        """See `Screen.stand`: what waits in the place is shown now."""
        current = self.places.current
        if current is not None and current is not self._shown:
            before, self._shown = self._shown, current
            is_first = before is None
            self.place_changed(before.key if before is not None else "", current.key)
            if not is_first:
                self._paper.print(divider(display.shown(current.label), "class:place"))
            self._paper.last = None
            self._paper.print_waiting(current.key)
            if self._conversation is not None:
                self._conversation.printed(current.key)
        self.status_changed()

    def is_read(self, place: str) -> bool:
        """See `Screen.is_read`: whoever types in a place sees what is said there."""
        current = self.places.current
        return current is not None and current.key == place

    def is_unread(self, place: str) -> bool:
        """See `Screen.is_unread`."""
        return bool(self._paper.waiting(place))

    def retrying(self, seconds: float) -> None:
        """See `Screen.retrying`: the status line says it."""
        self.waits(seconds)

    def connection_changed(self, is_connected: bool) -> None:
        """See `Screen.connection_changed`."""
        self.is_connected = is_connected
        if is_connected:
            self._divided.clear()
        self.status_changed()

    # --- messages

    def _show_message(self, push: schema.Message) -> None:
        place = self.places.place_of(push)
        if self._sent.is_shown(push, place.key if place is not None else ""):
            return
        item = self._messages.made_of(push, self.places, self.now())
        self._messages.reached(item)
        if place is None or place is self.places.current:
            self._paper.print(item, item.at)
        else:
            self._say_elsewhere(item, place, push)
        if not push.past and not item.is_mine:
            self._perhaps_ring(item, is_private=push.to is not None)
        self.status_changed()

    def _say_elsewhere(self, item: MessageItem, place: Place, push: schema.Message) -> None:
        # The server has counted what was missed in rooms, except for the lobby.
        is_room = not place.is_person and place is not self.places.lobby
        is_counted = push.past and self._has_account() and is_room
        if not (item.is_mine or is_counted):
            place.unread += 1
            place.mentions += item.is_mention
        if place.is_person:
            item.label = label_of(push, self.places)
            self._paper.print(item, item.at)
        else:
            self._paper.wait(item, place)
            if item.is_mention and not push.past:
                self.tell(f"{push.sender} names you in {place.label}")

    def _read_elsewhere(self, push: schema.WasRead) -> None:
        """The person has read it on another device: it is not new any more."""
        key = f"@{key_of(push.to)}" if push.to is not None else f"#{key_of(push.room or '')}"
        if (place := self.places.open.get(key)) is not None:
            place.unread = place.mentions = 0
            self.status_changed()

    def _perhaps_ring(self, item: MessageItem, *, is_private: bool) -> None:
        level = BELLS.index(self.bell)
        if level >= (1 if item.is_mention else 2 if is_private else 3):
            self._ring()

    def _has_account(self) -> bool:
        return self._conversation is not None and self._conversation.has_account

    # --- changes of messages

    def _show_change_of_message(self, push: Changed) -> None:
        place = self.places.place_of(push)
        item = self._messages.find(place.key, push.of) if place is not None else None
        if isinstance(push, schema.Reacted):
            line = f"{push.sender} {'takes back ' if push.undo else ''}{push.emoji} #{push.of}"
        else:
            line = line_of(event_of(push))
        otherwise = TextItem(f"{self._time(push)} * {display.shown(line)}")
        if item is None:
            self._put(otherwise, place)
            return
        apply(push, item, self.places.me)
        if place is not None and item in self._paper.waiting(place.key):
            item.changed()
        else:
            self._printing.change(item, otherwise if place is self.places.current else None)

    # --- people who come and go

    def _show_presence(self, push: schema.Joined | schema.Left | schema.Presence) -> None:
        place = self.places.place_of(push)
        if place is None or place is not self.places.current:
            return
        at = display.local_time(push, self.now())
        last = self._paper.last
        item = last if isinstance(last, PresenceItem) and last.is_followed_by(place.key, at) else None
        is_new = item is None
        item = item or PresenceItem(place.key, at)
        item.take(push)
        if is_new:
            self._paper.print(item, at)
        else:
            self._printing.change(item)

    def _put(self, item: Item, place: Place | None = None) -> None:
        self._paper.put(item, place, self.places.current)

    def _time(self, push: schema.AnyPush) -> str:
        return f"{display.local_time(push, self.now()):%H:%M}"
