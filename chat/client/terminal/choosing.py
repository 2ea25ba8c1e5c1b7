"""The message that a command is about where no number is typed: a chosen one, or the latest that fits."""

from collections.abc import Callable, Mapping
from typing import Final

from chat.client.display import shown
from chat.client.inbox import key_of
from chat.client.terminal.items import MessageItem
from chat.client.terminal.messages import Messages
from chat.client.terminal.printing import Printing

_MOST_SHOWN: Final = 60


def _is_of_others(item: MessageItem, me: str) -> bool:
    return not item.is_mine


def _is_mine(item: MessageItem, me: str) -> bool:
    return item.is_mine


def _has_my_emoji(item: MessageItem, me: str) -> bool:
    return any(key_of(name) == key_of(me) for names in item.reactions.values() for name in names)


def _has_file(item: MessageItem, me: str) -> bool:
    return bool(item.file)


# Which messages each command can be about; the latest of them is meant.
_FITTING: Final[Mapping[str, Callable[[MessageItem, str], bool]]] = {
    "reply": _is_of_others,
    "react": _is_of_others,
    "unreact": _has_my_emoji,
    "edit": _is_mine,
    "delete": _is_mine,
    "pin": _is_of_others,
    "get": _has_file,
}


def _beginning(item: MessageItem) -> str:
    text = shown((item.text or item.file).split("\n", 1)[0][:_MOST_SHOWN])
    return f"{shown(item.sender)}: {text}"


class Choice:
    """Chooses among the `messages` that were shown. The chosen one has its number, as long as it is on the screen."""

    def __init__(self, messages: Messages, printing: Printing) -> None:
        self._messages = messages
        self._printing = printing
        self._item: MessageItem | None = None

    @property
    def item(self) -> MessageItem | None:
        """The chosen message."""
        if self._item is not None and self._item.is_deleted:
            self.drop()
        return self._item

    @property
    def hint(self) -> str:
        """What the status line says of it; "" if there is none."""
        item = self.item
        if item is None:
            return ""
        return f"#{item.seq} is chosen: commands without a number are about it; Esc: none. {_beginning(item)}"

    @property
    def deletion(self) -> str:
        """The question whether the chosen message shall be deleted; "" if there is none."""
        item = self.item
        return f"delete #{item.seq}? y deletes it, n keeps it. {_beginning(item)}" if item is not None else ""

    def step(self, place: str, by: int) -> None:
        """Choose the message `by` places further down; the first time the last one, and behind that one none."""
        items = self._messages.at(place)
        number = items.index(self._item) if self._item in items else len(items)
        number = max(0, number + by)
        self._choose(items[number] if number < len(items) else None)

    def choose(self, item: MessageItem) -> None:
        """Choose this one."""
        self._choose(item)

    def drop(self) -> None:
        """Choose none."""
        self._choose(None)

    def meant_by(self, command: str, place: str, me: str) -> MessageItem | None:
        """The message that `command` is about in the place with this key, for a person called `me`."""
        if self.item is not None:
            return self._item
        fits = _FITTING[command]
        return next((item for item in reversed(self._messages.at(place)) if fits(item, me)), None)

    def _choose(self, item: MessageItem | None) -> None:
        before, self._item = self._item, item
        for each in (before, item):
            if each is not None:
                each.is_chosen = each is item
                self._printing.change(each)
