"""What keys do that are about more than the line that is typed; `chat.client.terminal.editing` has the others."""

from collections.abc import Callable

from prompt_toolkit.filters import Condition, has_completions, has_focus
from prompt_toolkit.key_binding import KeyPressEvent
from prompt_toolkit.keys import Keys as AnyKeys

from chat.client.conversation import Conversation
from chat.client.terminal.controls import Controls
from chat.client.terminal.editing import Editor
from chat.client.terminal.printing import Printer
from chat.client.terminal.screen import TerminalScreen


class Keys:
    """Binds the keys of `editor` to what `controls` do in the `conversation` that `screen` shows."""

    def __init__(self, editor: Editor, screen: TerminalScreen, conversation: Conversation, controls: Controls) -> None:
        self._editor = editor
        self._screen = screen
        self._conversation = conversation
        self._controls = controls
        self._at_line = has_focus(editor.buffer)
        self._is_in = Condition(lambda: not conversation.is_asking and controls.places.current is not None)
        # Where several take the same key, the last one that applies has it.
        self._bind_deletion()
        self._bind_changing()
        self._bind_choosing()
        self._bind_places()

    def bind_terminal(self, printer: Printer, suspend: Callable[[], None], edit_text: Callable[[], None]) -> None:
        """Keys about the terminal, and the end. `suspend` gives it to the shell, `edit_text` to the person's editor."""
        keys, buffer, at_line = self._editor.keys, self._editor.buffer, self._at_line

        @keys.add("c-c")
        def _(event: KeyPressEvent) -> None:
            self._editor.abandon_search()
            self._controls.stop_change()
            if self._conversation.is_asking and self._conversation.is_in_chat:
                # An empty answer gives up what the question is about.
                self._editor.typed("")

        @keys.add("c-d", filter=at_line & Condition(lambda: not buffer.text))
        def _(event: KeyPressEvent) -> None:
            self._conversation.quit()

        @keys.add("c-z")
        def _(event: KeyPressEvent) -> None:
            suspend()

        @keys.add("c-l")
        def _(event: KeyPressEvent) -> None:
            printer.repaint()

        @keys.add("c-x", "c-e", filter=at_line)
        def _(event: KeyPressEvent) -> None:
            if not self._editor.is_secret:
                edit_text()

    def _bind_changing(self) -> None:
        """Up, and what ends the change that it begins."""
        keys, buffer, controls, choice = self._editor.keys, self._editor.buffer, self._controls, self._screen.choice
        at_line, is_empty = self._at_line, Condition(lambda: not buffer.text)
        is_changing = Condition(lambda: controls.changing is not None)
        is_unchanged = Condition(lambda: controls.changing is not None and buffer.text == controls.changing.text)

        @keys.add("up", filter=at_line & is_empty & self._is_in & ~has_completions)
        def _(event: KeyPressEvent) -> None:
            if not controls.begin_change():
                buffer.history_backward()

        @keys.add("up", filter=at_line & is_unchanged & ~has_completions)
        def _(event: KeyPressEvent) -> None:
            # It was the history that was wanted. It stays loaded: `reset` would forget it until the next drawing.
            controls.changing = None
            self._editor.set_text("")
            buffer.history_backward()

        @keys.add("escape", filter=at_line & is_changing)
        def _(event: KeyPressEvent) -> None:
            controls.stop_change()

        @keys.add("escape", "/", filter=at_line)
        def _(event: KeyPressEvent) -> None:
            # Esc, and at once a command: without its slash it would be said.
            if controls.changing is not None:
                controls.stop_change()
            choice.drop()
            buffer.insert_text("/")

    def _bind_deletion(self) -> None:
        """The answers to the question before a deletion."""
        keys, buffer, controls = self._editor.keys, self._editor.buffer, self._controls
        is_deleting = self._at_line & Condition(lambda: controls.is_deleting)

        @keys.add("y", filter=is_deleting, eager=True)
        @keys.add("Y", filter=is_deleting, eager=True)
        def _(event: KeyPressEvent) -> None:
            controls.answer_deletion(wanted=True)

        @keys.add("n", filter=is_deleting, eager=True)
        @keys.add("N", filter=is_deleting, eager=True)
        @keys.add("enter", filter=is_deleting, eager=True)
        @keys.add("escape", filter=is_deleting)
        def _(event: KeyPressEvent) -> None:
            controls.answer_deletion(wanted=False)

        @keys.add(AnyKeys.Any, filter=is_deleting)
        def _(event: KeyPressEvent) -> None:
            controls.answer_deletion(wanted=False)
            buffer.insert_text(event.data)

    def _bind_choosing(self) -> None:
        """The choice of a message."""
        keys, controls, choice = self._editor.keys, self._controls, self._screen.choice
        is_choosing = Condition(lambda: choice.item is not None)

        @keys.add("escape", filter=self._at_line & is_choosing)
        def _(event: KeyPressEvent) -> None:
            choice.drop()

        for sequence, by in (("up", -1), ("down", 1)):

            @keys.add("escape", sequence, filter=self._is_in)
            def _(event: KeyPressEvent, step: int = by) -> None:
                if (here := controls.places.current) is not None:
                    choice.step(here.key, step)

    def _bind_places(self) -> None:
        """Where to look: other places, older messages, and results of a search."""
        keys, controls, is_in = self._editor.keys, self._controls, self._is_in

        @keys.add("pageup", filter=is_in)
        def _(event: KeyPressEvent) -> None:
            controls.history("")

        for number in range(1, 10):

            @keys.add("escape", str(number), filter=is_in)
            def _(event: KeyPressEvent, word: str = str(number)) -> None:
                controls.places.switch_to(word)

        for sequence, by in (("left", -1), ("right", 1)):

            @keys.add("escape", sequence, filter=is_in)
            def _(event: KeyPressEvent, step: int = by) -> None:
                controls.places.step(step)

        for letter, by in (("n", 1), ("p", -1)):

            @keys.add("escape", letter, filter=is_in)
            def _(event: KeyPressEvent, step: int = by) -> None:
                controls.step_result(step)
