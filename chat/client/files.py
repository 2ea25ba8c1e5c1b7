"""`/send` and `/get`: files, from the typed line to the message, and from a message to the disk.

Whoever shows the client gives `Files` a place to say things, and calls `typed` with each line. The transfers themselves
are in `chat.client.file_transfers`.
"""

import re
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec
from twisted.internet.defer import CancelledError, Deferred
from twisted.python.failure import Failure

from chat.client.file_names import Link, parse_link, typed_path
from chat.client.file_transfers import TransferError, Transfers
from chat.client.http import Text, Web
from chat.client.interfaces import Answered
from chat.client.memory import Memory, Sending, SendingOver
from chat.events import Command
from chat.files import shown_size
from chat.names import PERSON_SIGNS, without_sign
from chat.wire import schema

_COMMAND: Final = re.compile(r"\s*[/／](send|get)(?:\s+(.*?))?\s*", re.IGNORECASE | re.DOTALL)
SEND_USAGE: Final = "usage: /send [name] <file>"
GET_USAGE: Final = "usage: /get <number or link> [folder]"
_NUMBER: Final = re.compile(r"#?([0-9]{1,15})", re.ASCII)


class Chat(Protocol):
    """What files need of the conversation."""

    @property
    def memory(self) -> Memory:
        """The memory of the person's name."""

    def ask(self, command: Command) -> Deferred[Answered]:
        """Send a request now. Fails with ConnectionError if there is no connection, or it is lost."""

    def say(self, message: Command) -> None:
        """Say a message, as if it had been typed: it arrives once, however often the connection is lost."""


class Desk(Protocol):
    """Where files are spoken of."""

    def tell(self, text: str) -> None:
        """Say something to the person."""

    def refuse(self, text: str) -> None:
        """Say why something cannot be done."""

    def progress(self, name: str, done: int, size: int) -> None:
        """A file is on its way; with `done` equal to `size` it is there."""


class Files:
    """The files of one conversation: see `Sharing`."""

    def __init__(self, chat: Chat, desk: Desk, web: Web, transfers: Transfers) -> None:
        self._chat = chat
        self._desk = desk
        self._web = web
        self._transfers = transfers
        self._running: set[Deferred[None]] = set()
        self._is_resumed = False
        # Called when the last one has ended.
        self.idle: Callable[[], None] = lambda: None

    @property
    def is_busy(self) -> bool:
        """Whether files are on their way."""
        return bool(self._running)

    def typed(self, line: str, here: Mapping[str, str]) -> bool:
        """Begin what a line asks for; returns whether it is `/send` or `/get`.

        `here` is the place where the person types: the `room`, the person (`to`), or nothing for the lobby.
        """
        match = _COMMAND.fullmatch(line)
        if match is None:
            return False
        words = match[2] or ""
        self._begin(self._send(words, here) if match[1].casefold() == "send" else self._get(words, here))
        return True

    def entered(self) -> None:
        """The person is in the chat. The first time, what the last run of the client has begun goes on."""
        if not self._is_resumed:
            self._is_resumed = True
            for sending in list(self._chat.memory.remembered.sending.values()):
                self._begin(self._go_on(sending))

    def stop(self) -> None:
        """The program ends. What is remembered goes on the next time."""
        for each in list(self._running):
            each.cancel()

    # --- sending

    async def _send(self, words: str, here: Mapping[str, str]) -> None:
        path, where = self._split(words, here)
        try:
            size = path.stat().st_size
            with path.open("rb"):
                pass
        except OSError as error:
            raise TransferError(f"cannot read {path}: {error.strerror}") from None
        if not path.is_file() or not size:
            raise TransferError(f"{path} is {'empty' if path.is_file() else 'no file'}")
        answered = await self._chat.ask(Command("upload", {"name": path.name, "size": size, **where}))
        ack = answered.ack
        if isinstance(ack, schema.Error):
            raise TransferError(ack.message)
        if ack.file is None or ack.upload is None:
            raise TransferError("this server takes no files")
        sending = Sending(ack.file, str(path.absolute()), ack.upload, size, dict(where))
        self._chat.memory.note(sending)
        await self._go_on(sending)

    def _split(self, words: str, here: Mapping[str, str]) -> tuple[Path, Mapping[str, str]]:
        """The file, and to whom. Raises TransferError."""
        if not words:
            raise TransferError(SEND_USAGE)
        whole = typed_path(words)
        first, *rest = words.split(None, 1)
        if whole.exists() or not rest:
            return whole, here
        return typed_path(rest[0]), {"to": without_sign(first, PERSON_SIGNS)}

    async def _go_on(self, sending: Sending) -> None:
        path = Path(sending.path)
        if not path.is_file() or path.stat().st_size != sending.size:
            self._chat.memory.note(SendingOver(sending.file))
            raise TransferError(f"{path} is not sent: it has changed, or is gone")
        self._desk.tell(f"sending {path.name} ({shown_size(sending.size)})")
        try:
            await self._transfers.send(path, sending.upload, sending.size, self._desk.progress)
        except (TransferError, OSError):
            self._chat.memory.note(SendingOver(sending.file))
            raise
        # From now on the message is remembered, in the place of the file.
        self._chat.say(Command("message", {"text": "", "file": sending.file, "file_name": path.name, **sending.where}))
        whom = sending.where.get("to") or sending.where.get("room")
        self._desk.tell(f"{path.name} is sent{f' to {whom}' if whom else ''}")

    # --- fetching

    async def _get(self, words: str, here: Mapping[str, str]) -> None:
        if not words:
            raise TransferError(GET_USAGE)
        first, *rest = words.split(None, 1)
        folder = typed_path(rest[0]) if rest else Path()
        if not folder.is_dir():
            raise TransferError(f"there is no folder {folder}")
        number = _NUMBER.fullmatch(first)
        link = await self._linked(int(number[1]), here) if number is not None else parse_link(first)
        if link is None:
            raise TransferError(f"{first} is no link to a file" if number is None else f"message {first} has no file")
        path = await self._transfers.fetch(link, folder, self._reader, self._desk.progress)
        self._desk.tell(f"saved {path} ({shown_size(path.stat().st_size)})")

    async def _linked(self, seq: int, here: Mapping[str, str]) -> Link | None:
        """The file of a message here."""
        answered = await self._chat.ask(Command("history", {"around": seq, "limit": 1, **here}))
        if isinstance(answered.ack, schema.Error):
            raise TransferError(answered.ack.message)
        found = next((each.file for each in answered.messages if each.seq == seq), None)
        return parse_link(found.url) if found is not None else None

    async def _reader(self) -> Mapping[str, str]:
        """What lets us read files: a cookie, as browsers have it. Raises ConnectionError."""
        answered = await self._chat.ask(Command("ticket"))
        if not isinstance(answered.ack, schema.Ack) or answered.ack.ticket is None:
            return {}
        ticket = msgspec.json.encode({"ticket": answered.ack.ticket})
        answer = await self._web.ask("POST", "/session", {"Content-Type": "application/json"}, Text(ticket))
        await answer.text()
        return {"Cookie": answer.cookie} if answer.cookie else {}

    # --- parts

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        done = Deferred.fromCoroutine(work)
        self._running.add(done)
        done.addErrback(self._failed).addBoth(lambda _: self._over(done))

    def _failed(self, failure: Failure) -> None:
        if failure.check(CancelledError):
            return
        error = failure.value
        if isinstance(error, OSError) and not isinstance(error, ConnectionError):
            self._desk.refuse(f"{error.filename or 'the disk'}: {error.strerror}")
        else:
            self._desk.refuse(str(error) or type(error).__name__)

    def _over(self, done: Deferred[None]) -> None:
        self._running.discard(done)
        if not self._running:
            self.idle()
