"""What can stand above the prompt: messages, news, and people who come and go. Each can be drawn again."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from prompt_toolkit.formatted_text import StyleAndTextTuples

from chat.client.display import shown
from chat.client.terminal.colours import style_of
from chat.client.terminal.widths import rows_of
from chat.client.terminal.wrapping import wrapped
from chat.events import RequestId
from chat.wire import schema

# No honest server sends more.
_MOST_LINES: Final = 1000
_MOST_NAMES: Final = 20
# People who come and go within this number of seconds stand in one line.
_FOLDED: Final = 600.0
# A line that goes on begins in a way in which no message does: nobody can forge the line of somebody else.
_GOES_ON: Final = "      │ "
_URL: Final = re.compile(r"https?://[!-~]+")
_BEHIND_URL: Final = ".,;:!?)'\""

SENDING, STORED, FAILED = "sending", "stored", "failed"


class Item:
    """Something that was, or will be, printed. Whoever changes it calls `changed`."""

    def __init__(self) -> None:
        self._drawn: tuple[int, StyleAndTextTuples, int] | None = None

    def fragments(self) -> StyleAndTextTuples:
        """Its styled text, without a newline at the end."""
        raise NotImplementedError

    def changed(self) -> None:
        """It looks different now."""
        self._drawn = None

    def drawn(self, columns: int) -> tuple[StyleAndTextTuples, int]:
        """Its text as it stands on a terminal with so many columns, and how many rows it takes."""
        if self._drawn is None or self._drawn[0] != columns:
            fragments = wrapped(self.fragments(), columns)
            text = "".join(each[1] for each in fragments if "[ZeroWidthEscape]" not in each[0])
            self._drawn = (columns, fragments, rows_of(text, columns))
        return self._drawn[1:]


class TextItem(Item):
    """One line of news, an error, or a divider, in one style."""

    def __init__(self, text: str, style: str = "class:news") -> None:
        super().__init__()
        self._text = text
        self._style = style

    def fragments(self) -> StyleAndTextTuples:
        return [(self._style, self._text)]


class MessageItem(Item):
    """A message. `place` is the key of its place; `label` is shown where that is not the current one.

    `seq` is None until the server has stored it; `state` matters for messages of our own. `reactions` has the names of
    those who answered, by emoji. `with_links`: the terminal knows links.
    """

    def __init__(
        self,
        place: str,
        sender: str,
        text: str,
        at: datetime,
        *,
        seq: int | None = None,
        label: str = "",
        is_mine: bool = False,
        with_links: bool = False,
    ) -> None:
        super().__init__()
        self.place = place
        self.sender = sender
        self.text = text
        self.at = at
        self.seq = seq
        self.label = label
        self.is_mine = is_mine
        self.state = STORED
        # That of our request, by which a message of ours is recognised.
        self.id: RequestId = None
        # What is shown of its file.
        self.file = ""
        self.is_mention = self.is_edited = self.is_deleted = self.is_numbered = self.is_chosen = False
        self.answers = ""
        self.reactions: dict[str, list[str]] = {}
        self._with_links = with_links

    def fragments(self) -> StyleAndTextTuples:
        number = f" #{self.seq}" if (self.is_numbered or self.is_chosen) and self.seq is not None else ""
        style = "class:chosen" if self.is_chosen else "class:time"
        found: StyleAndTextTuples = [(style, f"{self.at:%H:%M}{number}"), ("", " ")]
        if self.label:
            found.append(("class:place", f"{shown(self.label)} "))
        name = "class:me" if self.is_mine else f"{style_of(self.sender)}{' reverse' if self.is_mention else ''}"
        found += [(name, f"<{shown(self.sender)}>"), ("", " ")]
        if self.answers:
            found.append(("class:mark", f"{shown(self.answers)} "))
        found += self._body()
        if marks := self._marks():
            found.append(("class:failed" if self.state == FAILED else "class:mark", f" {marks}"))
        return found

    def _body(self) -> StyleAndTextTuples:
        if self.is_deleted:
            return [("class:mark", "(deleted)")]
        style = "class:mention" if self.is_mention else ""
        found: StyleAndTextTuples = []
        lines = self.text.split("\n")[:_MOST_LINES] if self.text or not self.file else []
        for number, line in enumerate([*lines, self.file] if self.file else lines):
            if number:
                found.append(("class:mark", f"\n{_GOES_ON}"))
            found += self._linked(shown(line), style)
        return found

    def _linked(self, line: str, style: str) -> StyleAndTextTuples:
        if not self._with_links or "://" not in line:
            return [(style, line)]
        found: StyleAndTextTuples = []
        end = 0
        for match in _URL.finditer(line):
            url = match[0].rstrip(_BEHIND_URL)
            found += [
                (style, line[end : match.start()]),
                ("[ZeroWidthEscape]", f"\x1b]8;;{url}\x1b\\"),
                (f"{style} underline", url),
                ("[ZeroWidthEscape]", "\x1b]8;;\x1b\\"),
            ]
            end = match.start() + len(url)
        return [*found, (style, line[end:])]

    def _marks(self) -> str:
        marks = [f"{shown(emoji)}{len(names) if len(names) > 1 else ''}" for emoji, names in self.reactions.items()]
        if self.is_edited and not self.is_deleted:
            marks.insert(0, "(edited)")
        if self.is_mine and self.state != STORED:
            marks.append("…" if self.state == SENDING else "✗ not sent")
        return " ".join(marks)


class PresenceItem(Item):
    """People who came and went, in one line. Somebody who came and went again stands there once."""

    def __init__(self, place: str, at: datetime) -> None:
        super().__init__()
        self.place = place
        self.at = at
        self._came: dict[str, None] = {}
        self._went: dict[str, None] = {}
        self._numbers = ""

    def is_followed_by(self, place: str, at: datetime) -> bool:
        """Whether those who come and go there, at that time, stand in this line, too."""
        return place == self.place and abs(at.timestamp() - self.at.timestamp()) <= _FOLDED

    def take(self, push: schema.Joined | schema.Left | schema.Presence) -> None:
        """Somebody came or went, or too many to name them."""
        match push:
            case schema.Joined():
                self._move(push.nickname, self._went, self._came)
            case schema.Left():
                self._move(push.nickname, self._came, self._went)
            case schema.Presence():
                self._numbers = f"{push.joined} came and {push.left} went, {push.count} are there"
                self.changed()

    def fragments(self) -> StyleAndTextTuples:
        parts = [f"{sign} {_listed(list(names))}" for sign, names in (("→", self._came), ("←", self._went)) if names]
        if self._numbers:
            parts.append(self._numbers)
        return [("class:time", f"{self.at:%H:%M} "), ("class:news", "  ".join(parts))]

    def _move(self, name: str, before: dict[str, None], after: dict[str, None]) -> None:
        before.pop(name, None)
        if len(after) < _MOST_LINES:
            after[name] = None
        self.changed()


def _listed(names: Sequence[str]) -> str:
    first = ", ".join(map(shown, names[:_MOST_NAMES]))
    return f"{first} and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else first
