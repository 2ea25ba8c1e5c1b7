"""The messages that a screen knows: made of what the server sends, and changed when it says so."""

from datetime import datetime
from typing import Final

from chat.client import display
from chat.client.inbox import key_of
from chat.client.places import Places
from chat.client.terminal.items import MessageItem
from chat.wire import schema

# The client knows so many messages again, to change them.
_MOST_KNOWN: Final = 2000
_MOST_REACTIONS: Final = 50
Changed = schema.Edited | schema.Deleted | schema.Reacted


class Messages:
    """The last messages by place and seq. `with_links`: the terminal knows links. `site` is the server's address."""

    def __init__(self, *, with_links: bool = False, site: str = "") -> None:
        self._with_links = with_links
        self._site = site
        self.shows_numbers = False
        self._known: dict[tuple[str, int], MessageItem] = {}
        self._oldest: dict[str, int] = {}

    def made_of(self, push: schema.Message, places: Places, now: datetime) -> MessageItem:
        """What is shown of a message, which is known from now on."""
        place = places.place_of(push)
        item = MessageItem(
            place.key if place is not None else "",
            push.sender,
            push.text,
            display.local_time(push, now),
            seq=push.seq,
            is_mine=places.is_me(push.sender),
            with_links=self._with_links,
        )
        item.is_mention = key_of(places.me) in (push.mentions or ()) and not item.is_mine
        item.is_edited = push.edited
        item.reactions = dict(list((push.reactions or {}).items())[:_MOST_REACTIONS])
        item.id = push.id
        if push.file is not None:
            item.file = display.file_line(push.file, now, self._site)
        # For `/get`.
        item.is_numbered = self.shows_numbers or push.file is not None
        if push.answers is not None:
            item.answers = f"(to {push.answered} #{push.answers})"
        self.know(item)
        return item

    def said(self, place: str, me: str, text: str, at: datetime) -> MessageItem:
        """What is shown of a message of our own."""
        item = MessageItem(place, me, text, at, is_mine=True, with_links=self._with_links)
        item.is_numbered = self.shows_numbers
        return item

    def know(self, item: MessageItem) -> None:
        """Find this message by its seq from now on, if it has one."""
        if item.seq is None:
            return
        self._known.pop((item.place, item.seq), None)
        self._known[item.place, item.seq] = item
        if len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]

    def reached(self, item: MessageItem) -> None:
        """Everything said in its place from this message on was shown."""
        if item.seq is not None:
            self._oldest[item.place] = min(self._oldest.get(item.place, item.seq), item.seq)

    def find(self, place: str, seq: object) -> MessageItem | None:
        """The message, if it is known."""
        return self._known.get((place, seq)) if isinstance(seq, int) else None

    def at(self, place: str) -> list[MessageItem]:
        """The messages there that are known and not deleted, in their order."""
        return [item for (where, _), item in sorted(self._known.items()) if where == place and not item.is_deleted]

    def number(self, *, on: bool) -> None:
        """Show the numbers of all messages, or only of those where they are asked for."""
        self.shows_numbers = on
        for item in self._known.values():
            item.is_numbered = on or bool(item.file)
            item.changed()

    def forget(self, place: str | None) -> None:
        """The numbers of a place, or of all, begin anew: what is known of them means nothing any more."""
        self._known = {key: item for key, item in self._known.items() if place not in (None, key[0])}
        self._oldest = {key: seq for key, seq in self._oldest.items() if place not in (None, key)}

    def oldest(self, place: str) -> int:
        """The seq of the oldest message from which on everything there was shown; 0 if there is none."""
        return self._oldest.get(place, 0)


def label_of(push: schema.Message, places: Places) -> str:
    """Where a message was said, for those who look somewhere else."""
    if push.to is None:
        return f"#{push.room}" if push.room is not None else ""
    return f"@{push.sender if places.is_me(push.to) else push.to}"


def apply(push: Changed, item: MessageItem, me: str) -> None:
    """Change `item` as the server says, for a person called `me`."""
    match push:
        case schema.Edited():
            item.text, item.is_edited = push.text, True
            item.is_mention = key_of(me) in (push.mentions or ()) and not item.is_mine
        case schema.Deleted():
            item.is_deleted = True
            item.reactions.clear()
        case schema.Reacted():
            react(item, push.emoji, push.sender, undo=push.undo)


def react(item: MessageItem, emoji: str, by: str, *, undo: bool) -> None:
    """Somebody answered it with an emoji, or took that back."""
    names = [each for each in item.reactions.get(emoji, []) if key_of(each) != key_of(by)]
    if not undo and len(item.reactions) < _MOST_REACTIONS:
        names.append(by)
    if names:
        item.reactions[emoji] = names
    else:
        item.reactions.pop(emoji, None)
