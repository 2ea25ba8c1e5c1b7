"""The client's terminal: what is typed on its way to the conversation, and what the conversation shows."""

import os
import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, cast

from prompt_toolkit.application import Application
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IConsumer, IHalfCloseableProtocol, IPushProducer, IReactorTime
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure
from zope.interface import implementer

from chat.client import display
from chat.client.conversation import Conversation
from chat.client.flush import Flush
from chat.client.places import Places
from chat.client.terminal.completing import LineCompleter
from chat.client.terminal.controls import Controls
from chat.client.terminal.editing import Editor
from chat.client.terminal.editor_program import EditorProgram
from chat.client.terminal.items import TextItem
from chat.client.terminal.keys import Keys
from chat.client.terminal.messages import Messages
from chat.client.terminal.output import FrameOutput, Frames
from chat.client.terminal.printing import Printer
from chat.client.terminal.screen import TerminalScreen
from chat.client.terminal.status import Countdown, Status
from chat.client.terminal.stdio_input import StdioInput
from chat.client.terminal.tty_state import TtyState
from chat.commands.passphrases import may_hold_secret

# The exit status of what was interrupted, as a shell gives it.
_INTERRUPTED: Final = 130
# So many seconds the last output may take, before the program ends all the same.
_PATIENCE: Final = 0.5


@implementer(IHalfCloseableProtocol)
class Terminal(Protocol):
    """The terminal behind standard input and output: the conversation's `View`, and the protocol of `StandardIO`.

    It calls `done` once, with the exit status and a complaint or None. `tty` is the terminal's state. `history` keeps
    the typed lines.
    """

    def __init__(
        self,
        done: Callable[[int, str | None], None],
        tty: TtyState,
        history: History,
        clock: IReactorTime,
        now: Callable[[], datetime],
        *,
        bell: str = "mention",
        with_links: bool = False,
        site: str = "",
    ) -> None:
        self._done = done
        self._tty = tty
        self._clock = clock
        self._status = Status()
        self._input = StdioInput()
        self._frames = Frames(self._write)
        self._output = FrameOutput(self._frames, os.environ.get("TERM", ""))
        self._question = ""
        self._flush: Flush | None = None
        self._ending: tuple[int, str | None] | None = None
        self._output_is_lost = False
        self._was_drawn = False
        self._program = EditorProgram()
        self._has_suspended = False
        # Another program has the terminal.
        self._is_away = False
        self.conversation: Conversation | None = None
        self.editor = self._make_editor(history)
        self.app: Application[None] = self.editor.app
        self.printer = Printer(self.app, self._output, clock)
        self.app.after_render += self._drawn
        messages = Messages(with_links=with_links, site=site)
        self.screen = TerminalScreen(self, self.printer, now, self._ring, messages, bell=bell)
        self.screen.status_changed = self._status_changed
        self._countdown = Countdown(clock, self._status_changed)
        self.screen.waits = self._countdown.start
        self._size = self._output.get_size()
        self._controls: Controls | None = None

    def _make_editor(self, history: History) -> Editor:
        editor = Editor(
            self._input,
            self._output,
            history,
            LineCompleter(self._room_names, self._names),
            self._prompt,
            self._status_line,
            may_hold_secret,
        )
        editor.resized = self._resized
        return editor

    def follow(self, conversation: Conversation) -> None:
        """Everything that is typed goes to this conversation."""
        self.conversation = conversation
        self.screen.follow(conversation)
        self.editor.typed = self._typed
        self._controls = Controls(self.editor, self.screen, self.printer, conversation)
        keys = Keys(self.editor, self.screen, conversation, self._controls)
        keys.bind_terminal(self.printer, self._suspend, self._edit_text)

    # --- View

    def show(self, line: str) -> None:
        """See `View.show`."""
        self.printer.add(TextItem(line, ""))

    def when_shown(self, call: Callable[[], None]) -> None:
        """See `View.when_shown`. What comes meanwhile has to leave, too: `call` takes it for shown."""
        if self.printer.is_waiting:
            self.printer.when_printed(lambda: self.when_shown(call))
        elif self._frames.is_held:
            self._frames.when_released(lambda: self.when_shown(call))
        elif self._flush is not None:
            self._flush.calls.append(lambda: self.when_shown(call))
        elif not self._output_is_lost:
            call()

    def ask(self, question: str, *, is_secret: bool = False) -> None:
        """See `View.ask`. The question is the prompt until it is answered."""
        self._question = question
        self._status.connection = ""
        self.editor.is_secret = is_secret
        self.app.invalidate()

    def set_prompt(self, prompt: str) -> None:
        """See `View.set_prompt`. Here the prompt is made of the open places."""

    def set_reading(self, wanted: bool) -> None:
        """See `View.set_reading`. A person does not type too fast."""

    def finish(self, status: int, complaint: str | None) -> None:
        """See `View.finish`."""
        if self._ending is None:
            self._ending = (status, complaint)
            self._stop_drawing()
            if self._output_is_lost or self.transport is None:
                self._end()
            else:
                self.transport.loseConnection()

    def interrupted(self) -> Deferred[None]:
        """The program ends because of a signal: the prompt goes. The result comes when that has left, or soon."""
        gone: Deferred[None] = Deferred()
        if self._ending is not None:
            gone.callback(None)
            return gone
        self._ending = (_INTERRUPTED, None)
        self._program.end()
        self._stop_drawing()
        self._when_sent(lambda: gone.callback(None))
        return gone.addTimeout(_PATIENCE, self._clock, onTimeoutCancel=lambda result, seconds: None)

    def _stop_drawing(self) -> None:
        self._countdown.stop()
        self.printer.print_all()
        if self.app.is_running and not self.app.is_done:
            self.app.renderer.erase()
            self.app.exit()
        self._frames.release()
        # prompt_toolkit draws its last frame after this.
        self._frames.mute()

    # --- from standard input and output

    def connectionMade(self) -> None:
        """Start drawing."""
        import asyncio

        running = Deferred.fromFuture(asyncio.ensure_future(self.app.run_async(handle_sigint=False)))
        running.addErrback(self._failed)

    def dataReceived(self, data: bytes) -> None:
        self._input.feed(data)

    def readConnectionLost(self) -> None:
        """The terminal is gone."""
        self._input.end()
        if self._ending is None:
            self._output_is_lost = True
            self.finish(1, None)

    def writeConnectionLost(self) -> None:
        """The terminal is gone."""
        self._output_is_lost = True
        self._flush = None
        if self._ending is not None:
            self._end()
        else:
            self.finish(1, None)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self._end()

    def _typed(self, text: str) -> None:
        # An answer may bring the next question.
        self._question, self.editor.is_secret = "", False
        if self._controls is not None:
            self._controls.typed(text)

    def _failed(self, failure: Failure) -> None:
        if self._ending is None:
            self.finish(1, f"a fault of this client: {failure.getErrorMessage()}")

    def _end(self) -> None:
        ending = self._ending or (_INTERRUPTED, None)
        done, self._done = self._done, lambda status, complaint: None
        done(*ending)

    def _write(self, data: bytes) -> None:
        if self.transport is None or self._output_is_lost:
            return
        self.transport.write(data)
        if self._flush is None:
            self._flush = Flush(cast("IConsumer", self.transport), self._flushed)

    def _flushed(self) -> None:
        self._flush = None

    def _when_sent(self, call: Callable[[], None]) -> None:
        """Make `call` when what was drawn has left."""
        if self._flush is not None:
            self._flush.calls.append(call)
        elif not self._output_is_lost:
            call()

    # --- drawing

    def continued(self) -> None:
        """The process was stopped from outside, and goes on: the shell has had the terminal meanwhile."""
        if self._has_suspended:
            # That was Ctrl-Z, and `fg`: all is done already.
            self._has_suspended = False
            return
        if self._is_away or self._ending is not None:
            return
        self._tty.enter()
        self.printer.repaint()

    def _drawn(self, app: Application[None]) -> None:
        if not self._was_drawn:
            self._was_drawn = True
            self._tty.remember()
        self._frames.release()
        self.printer.prompt_drawn()

    def _resized(self) -> None:
        size = self._output.get_size()
        before, self._size = self._size, size
        if size.columns != before.columns:
            self.printer.repaint()
        else:
            self.app.renderer.erase(leave_alternate_screen=False)
            self.app.renderer.request_absolute_cursor_position()
            self.app.invalidate()

    def _prompt(self) -> StyleAndTextTuples:
        if self._question:
            return [("class:prompt", display.prompt(self._question))]
        places = self._places()
        if places is None or places.current is None:
            return [("class:prompt", "> ")]
        return [("class:prompt", display.prompt(f"{places.me} {places.current.label}") + "> ")]

    def _status_line(self) -> StyleAndTextTuples:
        places = self._places()
        if places is None or self._controls is None:
            return []
        self._status.hint = self._controls.hint
        return self._status.fragments(places.numbered(), places.current, self._output.get_size().columns)

    def _status_changed(self) -> None:
        if self.screen.is_connected:
            self._countdown.stop()
        self._status.connection = "" if self.screen.is_connected else self._countdown.text
        self.app.invalidate()

    def show_progress(self, text: str) -> None:
        """Show in the line of status how far a file has come; "" ends that."""
        self._status.progress = text.strip()
        self.app.invalidate()

    def _ring(self) -> None:
        self._output.bell()
        self._output.flush()

    def _places(self) -> Places | None:
        return self.conversation.places if self.conversation is not None else None

    def _room_names(self) -> Sequence[str]:
        places = self._places()
        return [place.name for place in places.numbered() if not place.is_person] if places is not None else []

    def _names(self) -> Sequence[str]:
        return self.conversation.names if self.conversation is not None else []

    # --- giving the terminal away

    def _suspend(self) -> None:
        """Ctrl-Z: everything drawn so far leaves, and then this process stops until `fg`."""
        self._leave()
        self._when_sent(self._stop)

    def _stop(self) -> None:
        self._tty.leave()
        self._has_suspended = True
        # Also the others of its job: it may stand in a pipeline of the shell.
        os.kill(0, signal.SIGTSTP)
        self._come_back()

    def _edit_text(self) -> None:
        self._leave()
        self._when_sent(self._run_editor)

    def _run_editor(self) -> None:
        self._tty.leave()
        cast("IPushProducer", self.transport).pauseProducing()
        editing = deferToThread(self._program.edited, self.editor.buffer.text)
        editing.addCallbacks(self.editor.set_text, lambda failure: self.screen.tell(failure.getErrorMessage()))
        editing.addBoth(lambda result: self._come_back())

    def _leave(self) -> None:
        self._is_away = True
        self.printer.pause()
        self.app.renderer.erase()
        self._frames.release()
        self._frames.mute()

    def _come_back(self) -> None:
        if self._ending is not None:
            return
        self._is_away = False
        self._frames.unmute()
        self._tty.enter()
        cast("IPushProducer", self.transport).resumeProducing()
        self.printer.resume()
