"""The person's own messages, from the moment when they are typed until the server has stored them."""

from datetime import datetime
from typing import Final

from chat.client import display
from chat.client.inbox import key_of
from chat.client.places import Places
from chat.client.terminal.items import FAILED, SENDING, STORED, MessageItem, TextItem
from chat.client.terminal.messages import Messages, react
from chat.client.terminal.printing import Printing
from chat.events import Command, RequestId
from chat.wire import schema

# What is shown of a file whose name is not known any more.
_A_FILE: Final = "a file"


class Sent:
    """Knows the messages that are not stored yet, and changes what `printing` has shown of them."""

    def __init__(self, messages: Messages, printing: Printing) -> None:
        self._messages = messages
        self._printing = printing
        self._sending: dict[RequestId, MessageItem] = {}

    def item_of(self, request_id: RequestId, message: Command, places: Places, now: datetime) -> MessageItem:
        """What is shown of a message that is not stored yet. A message to a person opens the conversation."""
        said, lobby = message.arguments, places.lobby.name if places.lobby is not None else ""
        if "to" in said:
            places.place_named(str(said["to"]), is_person=True)
        label = f"@{said['to']}" if "to" in said else f"#{said.get('room', lobby)}"
        item = self._messages.said(f"{label[0]}{key_of(label[1:])}", places.me, str(said.get("text", "")), now)
        item.state, item.id = SENDING, request_id
        is_here = places.current is not None and places.current.key == item.place
        item.label = "" if is_here else label
        if "file" in said:
            item.file = str(said.get("file_name", _A_FILE))
        if (answers := said.get("answers")) is not None:
            answered = self._messages.find(item.place, answers)
            item.answers = f"(to {answered.sender} #{answers})" if answered is not None else f"(to #{answers})"
        self._sending[request_id] = item
        return item

    def settled(self, request: Command, answer: schema.Ack | schema.Error, places: Places, now: datetime) -> None:
        """The server answered a request that was kept."""
        if request.name == "react" and isinstance(answer, schema.Ack):
            self._show_own_reaction(request, places, now)
        item = self._sending.pop(request.id, None)
        if item is None:
            return
        if isinstance(answer, schema.Ack):
            self._is_stored(item, answer.seq)
        else:
            item.state = FAILED
            self._printing.change(item)

    def is_sending(self, place: str) -> bool:
        """Whether a message in the place with this key is not stored yet."""
        return any(item.place == place for item in self._sending.values())

    def is_shown(self, push: schema.Message, place: str) -> bool:
        """Whether it is a message of ours that was shown when it was typed. It may come back before it is settled."""
        if push.id is None:
            return False
        if (item := self._sending.pop(push.id, None)) is not None:
            self._is_stored(item, push.seq)
            return True
        known = self._messages.find(place, push.seq)
        return known is not None and known.id == push.id

    def _is_stored(self, item: MessageItem, seq: int | None) -> None:
        item.state, item.seq = STORED, seq
        # For `/get`.
        item.is_numbered = item.is_numbered or bool(item.file)
        self._messages.know(item)
        self._messages.reached(item)
        self._printing.change(item)

    def _show_own_reaction(self, request: Command, places: Places, now: datetime) -> None:
        """Nobody else tells us of it. Without an emoji, all of ours are taken back."""
        said = request.arguments
        key = f"@{key_of(str(said['to']))}" if "to" in said else f"#{key_of(str(said.get('room')))}"
        is_undone, seq = bool(said.get("undo")), said.get("seq")
        item = self._messages.find(key, seq)
        emoji = [str(said["emoji"])] if "emoji" in said else list(item.reactions) if item is not None else []
        line = f"{places.me} {'takes back ' if is_undone else ''}{''.join(emoji) or 'all'} #{seq}"
        otherwise = TextItem(f"{now:%H:%M} * {display.shown(line)}")
        if item is None:
            self._printing.add(otherwise)
            return
        for each in emoji:
            react(item, each, places.me, undo=is_undone)
        self._printing.change(item, otherwise)
