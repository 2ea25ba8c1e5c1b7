"""What is at which address of the site."""

from twisted.internet.interfaces import IReactorTime

from chat.server import ChatFactory
from chat.web.page import Page
from chat.web.site import ChatSite


def make_site(chat: ChatFactory, clock: IReactorTime | None = None) -> ChatSite:
    """The site of `chat`'s server. Its clock is the reactor, unless it is given another one."""
    root = Page()
    return ChatSite(root, chat.limits, clock)
