"""`/open` and `--open`: the server's page in a browser, which comes in as the same person."""

import re
import webbrowser
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure

from chat.client.files import Chat, Desk
from chat.events import Command
from chat.wire import schema

# What a hostile server says is no address.
_SERVER: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,64}\](:[0-9]{1,5})?")
_TICKET: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")


class PageOpener:
    """Opens the page of the server at `site` with `browse`, which returns a Deferred: whether there is a browser.

    `at_once`: as soon as the person is in the chat, too.
    """

    def __init__(
        self, chat: Chat, desk: Desk, site: str, browse: Callable[[str], Deferred[bool]], *, at_once: bool = False
    ) -> None:
        self._chat = chat
        self._desk = desk
        self._site = site
        self._browse = browse
        self._is_due = at_once
        self._server: str | None = None

    def entered(self, server: str | None) -> None:
        """The person is in the chat; `server` is the server's name, if it has one."""
        self._server = server
        if self._is_due:
            self._is_due = False
            self.open()

    def open(self) -> None:
        """Open it. The person is told if that is not possible."""
        Deferred.fromCoroutine(self._open()).addErrback(self._failed)

    async def _open(self) -> None:
        ack = (await self._chat.ask(Command("ticket"))).ack
        if isinstance(ack, schema.Error):
            self._desk.refuse(ack.message)
            return
        if ack.ticket is None or _TICKET.fullmatch(ack.ticket) is None:
            self._desk.refuse("this server opens no pages")
            return
        address = f"{address_of(self._server, self._site)}#ticket={ack.ticket}"
        if await self._browse(address):
            self._desk.tell("the page is open in your browser")
        else:
            seconds = f"{ack.seconds:.0f} seconds" if ack.seconds else "a short time"
            self._desk.tell(f"there is no browser here; this address lets you in once, for {seconds}: {address}")

    def _failed(self, failure: Failure) -> None:
        self._desk.refuse(str(failure.value) or type(failure.value).__name__)


def address_of(server: str | None, site: str) -> str:
    """The address of the page. `server` is the server's name, `site` where we are connected to.

    The name does not say whether it takes TLS: at the port of `site` it is as there; anything else is a proxy with TLS.
    """
    if server is None or _SERVER.fullmatch(server) is None:
        return f"{site}/"
    here, there = urlsplit(site), urlsplit(f"//{server}")
    return f"{here.scheme if here.port == there.port else 'https'}://{server}/"


def browse(address: str) -> Deferred[bool]:
    """Open `address` in a browser of the desktop. The result is False without one."""
    return deferToThread(_browse, address)


def _browse(address: str) -> bool:
    try:
        browser = webbrowser.get()
        # Those that run in the terminal would take it from us.
        return type(browser) is not webbrowser.GenericBrowser and browser.open(address)
    except webbrowser.Error:
        return False
