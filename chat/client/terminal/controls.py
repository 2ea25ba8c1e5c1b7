"""What the person does with lines and commands of this client; `chat.client.terminal.keys` has the keys."""

from collections.abc import Sequence

from chat.client import display
from chat.client.config import BELLS
from chat.client.conversation import Conversation
from chat.client.places import Places
from chat.client.terminal import local_commands
from chat.client.terminal.editing import Editor
from chat.client.terminal.items import MessageItem, TextItem
from chat.client.terminal.printing import Printer
from chat.client.terminal.screen import TerminalScreen
from chat.commands.composing import Composition
from chat.commands.references import has_number
from chat.errors import ChatError
from chat.events import Command
from chat.limits import Limits

_PAGE = 20
# These commands are about messages of the person.
_ABOUT_OWN = frozenset({"edit", "delete"})
# So many messages before and after a result of a search.
_AROUND = 4


class Controls:
    """Carries out what is typed in `editor`, in the `conversation` that `screen` shows. This is `Actions`.

    `changing` is the message of ours that the line changes, if it does.
    """

    def __init__(
        self,
        editor: Editor,
        screen: TerminalScreen,
        printer: Printer,
        conversation: Conversation,
    ) -> None:
        self._editor = editor
        self._screen = screen
        self._printer = printer
        self._conversation = conversation
        self.changing: MessageItem | None = None
        # The message of which the person is asked whether it shall be deleted.
        self._deleting: MessageItem | None = None
        self._result = -1
        self._drafts: dict[str, str] = {}
        screen.place_changed = self._place_changed
        editor.lines_typed = self.lines_typed

    @property
    def hint(self) -> str:
        """What the status line says while a key has another meaning; "" otherwise."""
        if self._editor.is_confirming:
            lines = self._editor.buffer.text.count("\n") + 1
            return f"{lines} lines: Enter sends one message, L one for each, Esc edits"
        if self.changing is not None:
            return f"changing #{self.changing.seq}: Enter changes it, Esc leaves it as it is"
        if self.is_deleting:
            return self._screen.choice.deletion
        return self._screen.choice.hint

    @property
    def is_deleting(self) -> bool:
        """Whether the person is asked if the chosen message shall be deleted."""
        return self._deleting is not None and self._deleting is self._screen.choice.item

    @property
    def places(self) -> Places:
        """The open places."""
        return self._screen.places

    # --- lines

    def typed(self, text: str) -> None:
        """A line, or a text of several, is finished."""
        changing, self.changing = self.changing, None
        self._screen.typed = text
        if self._conversation.is_asking or self.places.current is None:
            self._conversation.typed(text)
        elif changing is not None:
            self._change(changing, text)
        elif "\n" in text and not text.lstrip().startswith(("/", "／")):
            self._say(text)
        elif text.strip() and not local_commands.run(text, self):
            self._conversation.typed(text)

    def lines_typed(self, lines: Sequence[str]) -> None:
        """Several lines are finished, each by itself. They are said, whatever they begin with."""
        for line in lines:
            self._say(line)

    def _say(self, text: str) -> None:
        """Say it here, of however many lines, unless it holds what must not be said."""
        here = self.places
        where = {"to": here.person} if here.person is not None else {"room": here.room} if here.room is not None else {}
        composition = Composition(where)
        for line in text.split("\n"):
            composition.add(line.rstrip())
        command = composition.end()
        if (fault := command.arguments.get("fault")) is not None:
            limits = Limits()
            limit = limits.line_bytes if fault == "too_long" else limits.message_lines
            self._screen.complain(ChatError(str(fault), limit=limit))
        else:
            self._conversation.request(Command("message", command.arguments))

    def _change(self, item: MessageItem, text: str) -> None:
        if text.strip() and text != item.text and self.places.current is not None:
            here = self.places.current
            place = {"to": here.name} if here.is_person else {"room": here.name}
            self._conversation.request(Command("edit", {"seq": item.seq, "text": text, **place}))

    # --- commands

    def query(self, words: str) -> bool:
        """See `Actions`."""
        name, _, text = words.partition(" ")
        if not name:
            self._screen.complain(ChatError("usage", usage="/query <name> [text]"))
            return True
        self.places.query(name.removeprefix("@"))
        if text.strip():
            self._say(text.strip())
        return True

    def switch(self, words: str) -> bool:
        """See `Actions`. Alone it lists the places."""
        if not words:
            for number, place in enumerate(self.places.numbered(), 1):
                new = f", {place.unread} new" if place.unread else ""
                self._screen.tell(f"{number} {place.label}{new}")
        elif not self.places.switch_to(words):
            self._screen.tell(f"nothing called {words} is open")
        return True

    def leave(self, words: str) -> bool:
        """See `Actions`. A room is left by the server."""
        place = self.places.current
        if words.startswith("@"):
            place = self.places.place_named(words[1:], is_person=True)
        elif words:
            return False
        if place is None or not place.is_person:
            return False
        self.places.shut(place)
        return True

    def history(self, words: str) -> bool:
        """See `Actions`. With words, the server reads them."""
        if words:
            return False
        here, oldest = self.places.current, self._screen.oldest()
        if here is not None:
            place = {"to": here.name} if here.is_person else {"room": here.name}
            before = {"before": oldest} if oldest else {}
            self._conversation.request(Command("history", {**place, "limit": _PAGE, **before}))
        return True

    def edit(self, words: str) -> bool:
        """See `Actions`."""
        if words or self._is_too_early():
            return self.about("edit", words)
        if not self.begin_change():
            self._screen.tell("there is no message of yours here to change")
        return True

    def about(self, command: str, words: str) -> bool:
        """See `Actions`. With a number, the server reads it. Without one, a message is deleted only if it is chosen."""
        # An answer may begin with a number. A change may not: it would meet another message than was meant.
        if has_number(words, self._screen.knows) if command == "reply" else has_number(words):
            return False
        choice = self._screen.choice
        is_chosen = choice.item is not None
        if command in _ABOUT_OWN and self._is_too_early():
            self._screen.tell("your last message here is not stored yet; Alt-Up chooses an earlier one")
        elif (item := self._screen.meant_by(command)) is None:
            self._screen.tell(f"there is no message here that /{command} could be about")
        elif command == "delete" and not (words or is_chosen):
            choice.choose(item)
            self._deleting = item
        else:
            choice.drop()
            self._conversation.typed(f"/{command} {item.seq} {words}")
        return True

    def answer_deletion(self, *, wanted: bool) -> None:
        """The person says whether the message shall be deleted."""
        if wanted and self.is_deleting:
            self.about("delete", "")
        self._screen.choice.drop()
        self._deleting = None

    def get(self, words: str) -> bool:
        """See `Actions`. With words, the conversation reads them."""
        return not words and self.about("get", words)

    def me(self, words: str) -> bool:
        """See `Actions`: as a text that the page shows in italics."""
        if words:
            self._say(f"*{words}*")
        else:
            self._screen.complain(ChatError("usage", usage="/me <text>"))
        return True

    def numbers(self, words: str) -> bool:
        """See `Actions`."""
        if words in ("on", "off"):
            self._screen.number(on=words == "on")
            self._printer.repaint()
        else:
            self._screen.complain(ChatError("usage", usage="/numbers on|off"))
        return True

    def result(self, words: str) -> bool:
        """See `Actions`."""
        results = self._screen.results
        if words.isascii() and words.isdigit() and 0 < int(words[:9]) <= len(results):
            self._show_result(int(words) - 1)
        else:
            self._screen.tell(f"there are {len(results)} results; /search <words> finds others")
        return True

    def bell(self, words: str) -> bool:
        """See `Actions`."""
        if words in BELLS:
            self._screen.bell = words
            self._screen.tell(f"the bell rings for: {words}")
        else:
            self._screen.tell(f"the bell rings for: {self._screen.bell}; choose one of {', '.join(BELLS)}")
        return True

    def open(self, words: str) -> bool:
        """See `Actions`."""
        if self._conversation.opener is not None:
            self._conversation.opener.open()
        return True

    def clear(self, words: str) -> bool:
        """See `Actions`."""
        self._printer.clear()
        return True

    def help(self, words: str) -> bool:
        """See `Actions`."""
        lines = local_commands.help_lines(words)
        if lines is None:
            self._screen.typed = f"/{words.removeprefix('/')}"
            self._screen.complain(ChatError("unknown_command"))
        for line in lines or ():
            self._printer.add(TextItem(f"  {display.shown(line)}"))
        return True

    def _show_result(self, number: int) -> None:
        self._result = number
        item = self._screen.results[number]
        results = self._screen.results
        self._screen.divide(f"result {number + 1} of {len(results)}: {display.shown(item.label)} #{item.seq}")
        place = {"to": item.place[1:]} if item.place.startswith("@") else {"room": item.place[1:]}
        around = {"limit": 2 * _AROUND + 1, "around": item.seq}
        self._conversation.request(Command("history", {**place, **around}))

    def step_result(self, by: int) -> None:
        """Show the result of the search that is `by` places further down, round its ends."""
        if results := self._screen.results:
            self._show_result((self._result + by) % len(results) if self._result >= 0 or by > 0 else len(results) - 1)

    def _place_changed(self, before: str, now: str) -> None:
        """A line that was begun stays in its place."""
        if self._conversation.is_asking:
            return
        text = "" if self.changing is not None else self._editor.buffer.text
        self.changing = self._deleting = None
        self._screen.choice.drop()
        self._drafts[before] = text
        self._editor.set_text(self._drafts.pop(now, ""))

    def begin_change(self) -> bool:
        """Put the chosen message, or our last one here, into the line; returns whether there is one of ours."""
        item = self._screen.meant_by("edit")
        if item is None or not item.is_mine or self._is_too_early():
            return False
        self._screen.choice.drop()
        self.changing = item
        self._editor.set_text(item.text)
        return True

    def _is_too_early(self) -> bool:
        """Whether our last message here has no number yet, and the person has chosen no other."""
        return self._screen.choice.item is None and self._screen.is_sending()

    def stop_change(self) -> None:
        """Empty the line; no message is changed or deleted, and none is chosen."""
        self.changing = self._deleting = None
        self._screen.choice.drop()
        self._editor.buffer.reset()
