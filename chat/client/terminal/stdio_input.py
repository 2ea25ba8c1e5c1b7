"""What is typed, from Twisted's standard input to prompt_toolkit."""

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from prompt_toolkit.input import Input
from prompt_toolkit.input.vt100 import raw_mode
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyPress


class StdioInput(Input):
    """Keys out of the bytes that `feed` gets. It never reads a descriptor: `StandardIO` does."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")("replace")
        # The parser keeps this list's `append`, so it must stay the same list.
        self._keys: list[KeyPress] = []
        self._parser = Vt100Parser(self._keys.append)
        self._callbacks: list[Callable[[], None]] = []
        self._closed = False

    def feed(self, data: bytes) -> None:
        """Take bytes that were typed; a character, or the sequence of a key, may be split between two calls."""
        self._parser.feed(self._decoder.decode(data))
        self._notify()

    def end(self) -> None:
        """Nothing more will be typed."""
        self._closed = True
        self._notify()

    def fileno(self) -> int:
        return 0

    def typeahead_hash(self) -> str:
        return "stdio"

    def read_keys(self) -> list[KeyPress]:
        keys = list(self._keys)
        self._keys.clear()
        return keys

    def flush_keys(self) -> list[KeyPress]:
        self._parser.flush()
        return self.read_keys()

    @property
    def closed(self) -> bool:
        return self._closed

    def raw_mode(self) -> AbstractContextManager[None]:
        return raw_mode(0)

    def cooked_mode(self) -> AbstractContextManager[None]:
        # Otherwise the terminal would echo what is typed while something is printed.
        return nullcontext()

    @contextmanager
    def attach(self, input_ready_callback: Callable[[], None]) -> Iterator[None]:
        self._callbacks.append(input_ready_callback)
        try:
            yield
        finally:
            self._callbacks.remove(input_ready_callback)

    @contextmanager
    def detach(self) -> Iterator[None]:
        before, self._callbacks = self._callbacks, []
        try:
            yield
        finally:
            self._callbacks = before

    def _notify(self) -> None:
        if self._callbacks:
            self._callbacks[-1]()
