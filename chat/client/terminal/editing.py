"""The line that is being typed: its window, its history, and its keys."""

from collections.abc import Callable, Sequence
from pathlib import Path

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import Completer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, has_completions, has_focus, is_searching
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import (
    BufferControl,
    CompletionsMenu,
    ConditionalContainer,
    Dimension,
    Float,
    FloatContainer,
    FormattedTextControl,
    HSplit,
    Layout,
    SearchBufferControl,
    Window,
)
from prompt_toolkit.layout.processors import (
    BeforeInput,
    ConditionalProcessor,
    HighlightIncrementalSearchProcessor,
    PasswordProcessor,
)
from prompt_toolkit.output import Output
from prompt_toolkit.search import SearchDirection, start_search, stop_search

from chat.client.terminal.colours import STYLE
from chat.client.terminal.graphemes import GraphemeProcessor
from chat.client.terminal.widths import next_end, previous_start

_MENU_ROWS = 8
# After this many seconds a lone Esc is no beginning of a sequence, and after these no Alt with the next key.
_SEQUENCE, _ALT = 0.1, 0.3
# So many lines of history are read at the start.
_MOST_HISTORY = 5000


class Editor:
    """The line that is being typed. `typed` is called with each that is finished.

    `prompt` and `status` are what stands before it and below it. A line with a `question` is an answer; a secret one is
    not shown, and is in no history. `is_private` says of other lines whether they hold a password.
    """

    def __init__(
        self,
        input: Input,
        output: Output,
        history: History,
        completer: Completer,
        prompt: Callable[[], StyleAndTextTuples],
        status: Callable[[], StyleAndTextTuples],
        is_private: Callable[[str], bool],
    ) -> None:
        self.typed: Callable[[str], None] = lambda text: None
        self.lines_typed: Callable[[Sequence[str]], None] = lambda lines: None
        self.resized: Callable[[], None] = lambda: None
        self.is_secret = False
        self.is_pasted = False
        self.is_confirming = False
        self._before_search = (0, 0)
        self._is_private = is_private
        self._prompt = prompt
        self.keys = KeyBindings()
        self.buffer = Buffer(
            completer=completer,
            history=history,
            multiline=True,
            accept_handler=self._accepted,
            enable_history_search=False,
            on_text_changed=self._text_changed,
        )
        self._bind_enter()
        self._bind_moves()
        self._bind_completion()
        self._bind_search()
        self.app: Application[None] = _ResizingApplication(
            lambda: self.resized(), layout=self._layout(status), key_bindings=self.keys, input=input, output=output
        )

    def set_text(self, text: str) -> None:
        """Replace the line."""
        self.buffer.set_document(Document(text, len(text)), bypass_readonly=True)

    def finish(self) -> None:
        """The line is finished, as by Enter."""
        self.is_pasted = self.is_confirming = False
        self.buffer.validate_and_handle()

    def abandon_search(self) -> None:
        """End a search, if there is one: the line is as it was before."""
        if is_searching():
            stop_search()
            self.buffer.working_index, self.buffer.cursor_position = self._before_search

    # --- its window

    def _layout(self, status: Callable[[], StyleAndTextTuples]) -> Layout:
        is_secret = Condition(lambda: self.is_secret)
        search = Buffer()
        control = BufferControl(
            self.buffer,
            input_processors=[
                HighlightIncrementalSearchProcessor(),
                ConditionalProcessor(PasswordProcessor(), is_secret),
                GraphemeProcessor(),
                BeforeInput(self._prompt),
            ],
            search_buffer_control=(search_control := SearchBufferControl(search, input_processors=[_search_prompt()])),
            preview_search=True,
        )
        line = Window(
            control, wrap_lines=True, dont_extend_height=True, height=lambda: Dimension(min=self._least_rows())
        )
        menu = ConditionalContainer(CompletionsMenu(max_height=_MENU_ROWS), has_focus(self.buffer))
        searching = ConditionalContainer(Window(search_control, height=1), is_searching)
        below = Window(FormattedTextControl(status), height=1, style="class:status")
        floating = FloatContainer(line, [Float(menu, xcursor=True, ycursor=True)])
        return Layout(HSplit([floating, searching, below]), focused_element=line)

    def _least_rows(self) -> int:
        """One row; more while a menu needs them, as far as the window has them above the line of status."""
        state = self.buffer.complete_state
        wanted = 1 if state is None else min(_MENU_ROWS, len(state.completions)) + 1
        return max(1, min(wanted, self.app.output.get_size().rows - 1))

    # --- its text

    def _accepted(self, buffer: Buffer) -> bool:
        text = buffer.text
        if self.is_secret or self._is_private(text):
            # An empty line is kept in no history.
            buffer.reset()
        # It goes on the history before it takes effect: that may ask a question.
        buffer.append_to_history()
        buffer.reset()
        self.typed(text)
        return True

    def _text_changed(self, buffer: Buffer) -> None:
        self.is_confirming = False
        if "\n" not in buffer.text:
            self.is_pasted = False

    # --- its keys

    def _bind_enter(self) -> None:
        """Keys that finish a line, or a text of several."""
        confirming = Condition(lambda: self.is_confirming)
        at_line = has_focus(self.buffer)

        @self.keys.add("enter", filter=at_line & ~confirming)
        def _(event: KeyPressEvent) -> None:
            state = self.buffer.complete_state
            if state is not None and state.current_completion is not None:
                self.buffer.complete_state = None
            elif self.is_pasted:
                self.is_confirming = True
            else:
                self.finish()

        @self.keys.add("enter", filter=at_line & confirming, eager=True)
        def _(event: KeyPressEvent) -> None:
            self.finish()

        @self.keys.add("l", filter=at_line & confirming, eager=True)
        @self.keys.add("L", filter=at_line & confirming, eager=True)
        def _(event: KeyPressEvent) -> None:
            lines = self.buffer.text.split("\n")
            self.buffer.reset()
            self.is_pasted = self.is_confirming = False
            self.lines_typed([line for line in lines if line.strip()])

        @self.keys.add("escape", filter=at_line & confirming, eager=True)
        def _(event: KeyPressEvent) -> None:
            self.is_confirming = False

        @self.keys.add("escape", "enter", filter=at_line)
        def _(event: KeyPressEvent) -> None:
            if not self.is_secret:
                self.buffer.newline(copy_margin=False)

    def _bind_moves(self) -> None:
        """Keys that move, delete and paste."""
        at_line = has_focus(self.buffer)

        @self.keys.add(Keys.BracketedPaste, filter=at_line)
        def _(event: KeyPressEvent) -> None:
            text = event.data.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
            if self.is_secret:
                text = text.split("\n", 1)[0]
            self.buffer.insert_text(text.replace("\t", "    "))
            self.is_pasted = "\n" in self.buffer.text

        @self.keys.add("left", filter=at_line)
        @self.keys.add("c-b", filter=at_line)
        def _(event: KeyPressEvent) -> None:
            self.buffer.cursor_position = previous_start(self.buffer.text, self.buffer.cursor_position)

        @self.keys.add("right", filter=at_line)
        @self.keys.add("c-f", filter=at_line)
        def _(event: KeyPressEvent) -> None:
            self.buffer.cursor_position = next_end(self.buffer.text, self.buffer.cursor_position)

        @self.keys.add("backspace", filter=at_line)
        def _(event: KeyPressEvent) -> None:
            at = self.buffer.cursor_position
            self.buffer.delete_before_cursor(at - previous_start(self.buffer.text, at))

        @self.keys.add("delete", filter=at_line)
        def _(event: KeyPressEvent) -> None:
            at = self.buffer.cursor_position
            self.buffer.delete(next_end(self.buffer.text, at) - at)

    def _bind_completion(self) -> None:
        """Tab, and what goes through the menu."""
        at_line = has_focus(self.buffer)

        @self.keys.add("tab", filter=at_line & ~has_completions)
        def _(event: KeyPressEvent) -> None:
            if not self.is_secret:
                self.buffer.start_completion(insert_common_part=True)

        @self.keys.add("tab", filter=at_line & has_completions)
        def _(event: KeyPressEvent) -> None:
            self.buffer.complete_next()

        @self.keys.add("s-tab", filter=at_line & has_completions)
        def _(event: KeyPressEvent) -> None:
            self.buffer.complete_previous()

    def _bind_search(self) -> None:
        """Keys that begin a search in what was typed, and the one that gives it up."""
        at_line = has_focus(self.buffer)

        for key, direction in (("c-r", SearchDirection.BACKWARD), ("c-s", SearchDirection.FORWARD)):

            @self.keys.add(key, filter=at_line)
            def _(event: KeyPressEvent, direction: SearchDirection = direction) -> None:
                self._before_search = (self.buffer.working_index, self.buffer.cursor_position)
                start_search(direction=direction)

        @self.keys.add("c-g", filter=is_searching)
        def _(event: KeyPressEvent) -> None:
            self.abandon_search()


class _ResizingApplication(Application[None]):
    """An application that calls `resized` where prompt_toolkit would redraw the prompt alone.

    prompt_toolkit does not know that terminals wrap lines anew: it would leave parts of the old prompt behind.
    """

    def __init__(
        self, resized: Callable[[], None], *, layout: Layout, key_bindings: KeyBindings, input: Input, output: Output
    ) -> None:
        super().__init__(layout=layout, style=STYLE, key_bindings=key_bindings, input=input, output=output)
        self._resized = resized
        self.ttimeoutlen, self.timeoutlen = _SEQUENCE, _ALT

    def _on_resize(self) -> None:
        self._resized()


def open_history(path: Path | None) -> History:
    """The history of typed lines in the file `path`, which only its owner can read; None: for this run only."""
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        _shorten(path)
    except OSError:
        return InMemoryHistory()
    return _QuietHistory(path)


class _QuietHistory(FileHistory):
    """A history whose file may become unwritable: then lines are remembered for this run only."""

    def store_string(self, string: str) -> None:
        try:
            super().store_string(string)
        except OSError:
            return


def _shorten(path: Path) -> None:
    """Keep the last lines only."""
    lines = path.read_bytes().splitlines(keepends=True)
    if len(lines) > 4 * _MOST_HISTORY:
        path.write_bytes(b"".join(lines[-2 * _MOST_HISTORY :]))


def _search_prompt() -> BeforeInput:
    return BeforeInput("search: ", style="class:prompt")
