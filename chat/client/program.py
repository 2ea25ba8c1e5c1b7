"""Puts the client together: one conversation and its network, and one of two faces."""

import argparse
from collections.abc import Callable
from datetime import datetime
from functools import partial
from os import environ, isatty
from pathlib import Path
from typing import cast

from twisted.application.internet import backoffPolicy
from twisted.internet import reactor, stdio
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IReactorFromThreads, IStreamClientEndpoint

from chat.client.console import Console
from chat.client.conversation import Conversation, Profile
from chat.client.display import error
from chat.client.echo import Echo
from chat.client.file_desk import FileLines
from chat.client.file_transfers import Transfers
from chat.client.files import Desk, Files
from chat.client.http import ServerWeb
from chat.client.network import Connector
from chat.client.opening import PageOpener, browse
from chat.client.screen import Screen
from chat.client.state import open_memory
from chat.client.tls import ServerTls
from chat.client.trust import PinFile, Trust
from chat.interfaces import Later

# The exit status and the complaint, if there is one.
Ending = tuple[int, str | None]


class Program:
    """What both faces share. `folder` is that of the client's memory, None if there is none; `new_id` makes ids."""

    def __init__(
        self, options: argparse.Namespace, profile: Profile, folder: Path | None, new_id: Callable[[], str]
    ) -> None:
        self.options = options
        self.profile = profile
        self.folder = folder
        self._new_id = new_id
        self._address = f"{options.host}:{options.port}"
        self._connector: Connector | None = None
        self._ending: Ending | None = None

    def conversation(self, screen: Screen) -> Conversation:
        """The conversation that `screen` shows."""
        remember = partial(open_memory, self.folder, self._address.casefold()) if self.folder is not None else None
        return Conversation(screen, self.profile, self._new_id, remember)

    @property
    def site(self) -> str:
        """The server's address for browsers, as far as the options say it."""
        host = f"[{self.options.host}]" if ":" in self.options.host else self.options.host
        return f"http{'s' if self._has_tls else ''}://{host}:{self.options.port}"

    @property
    def shown_address(self) -> str:
        """The server's address for people."""
        return f"{self._address} ({self.options.unsaved})" if self.options.unsaved else self._address

    @property
    def _has_tls(self) -> bool:
        return bool(self.options.tls or self.options.ca)

    def connect(self, conversation: Conversation, desk: Desk, later: Later | None = None) -> None:
        """Connect it when the reactor runs. Raises OSError if the authorities of `--ca` cannot be read."""
        make_endpoint = partial(self._endpoint, desk.tell)
        endpoint = make_endpoint()
        web = ServerWeb(self.site, make_endpoint, reactor)
        conversation.files = Files(conversation, desk, web, Transfers(web, reactor))
        conversation.opener = PageOpener(conversation, desk, self.site, browse, at_once=self.options.open)
        backoff = backoffPolicy(initialDelay=0.5, maxDelay=30.0)
        self._connector = Connector(conversation, endpoint, self.shown_address, reactor, backoff, later)
        reactor.callWhenRunning(self._connector.connect)

    def _endpoint(self, tell: Callable[[str], None]) -> IStreamClientEndpoint:
        options = self.options
        endpoint: IStreamClientEndpoint = HostnameEndpoint(reactor, options.host, options.port)
        if not self._has_tls:
            return endpoint
        pins = PinFile(self.folder / "servers") if self.folder is not None and options.ca is None else None
        trust = Trust(self._address.casefold(), pins, tell)
        # Each connection has one of its own: it keeps what it knows of the certificate.
        return wrapClientTLS(ServerTls(options.host, options.ca, trust), endpoint)

    def done(self, status: int, complaint: str | None) -> None:
        """The face has ended."""
        self._ending = (status, complaint)
        if self._connector is not None:
            self._connector.stop()
        if reactor.running:
            reactor.stop()

    @property
    def ending(self) -> Ending:
        """How it ended. Without an ending it was interrupted (Ctrl-C): a shell's status for that is 130."""
        return self._ending or (130, None)


def run_plainly(program: Program) -> Ending:
    """Run the client on pipes, or with plain lines on a terminal. Raises OSError like `Program.connect`."""
    echo = Echo(0)
    console = Console(is_terminal=isatty(0) and isatty(1), done=program.done, echo=echo)
    screen = Screen(console, datetime.now, shows_numbers=program.profile.is_person, site=program.site)
    conversation = program.conversation(screen)
    console.listener = conversation
    desk = FileLines(screen.tell, lambda text: console.show(error(text)), console.set_status, reactor.seconds)
    program.connect(conversation, desk)
    reactor.callWhenRunning(stdio.StandardIO, console)
    try:
        reactor.run()
    finally:
        echo.restore()
        conversation.close()
    return program.ending


def run_interactively(program: Program) -> Ending:
    """Run the client on a terminal, which is the same afterwards, however it ends."""
    # Only a terminal needs prompt_toolkit, which takes a while to load.
    from chat.client.terminal.app import Terminal
    from chat.client.terminal.colours import knows_links
    from chat.client.terminal.editing import open_history
    from chat.client.terminal.signals import heed_signals
    from chat.client.terminal.tty_state import TtyState

    tty = TtyState()
    history = open_history(program.folder / "history" if program.folder is not None else None)
    terminal = Terminal(
        program.done,
        tty,
        history,
        reactor,
        datetime.now,
        bell=program.options.bell,
        with_links=knows_links(environ),
        site=program.site,
    )
    conversation = program.conversation(terminal.screen)
    terminal.follow(conversation)
    desk = FileLines(terminal.screen.tell, terminal.screen.refuse, terminal.show_progress, reactor.seconds)
    program.connect(conversation, desk, partial(reactor.callLater, 0))
    reactor.callWhenRunning(stdio.StandardIO, terminal)
    from_signals = cast("IReactorFromThreads", reactor)
    reactor.callWhenRunning(
        heed_signals,
        lambda: from_signals.callFromThread(reactor.stop),
        lambda: from_signals.callFromThread(terminal.continued),
    )
    reactor.addSystemEventTrigger("before", "shutdown", terminal.interrupted)
    reactor.addSystemEventTrigger("after", "shutdown", tty.restore)
    try:
        reactor.run()
    finally:
        tty.restore()
        conversation.close()
    return program.ending
