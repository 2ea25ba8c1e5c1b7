"""What is at which address of the site."""

from twisted.internet.interfaces import IReactorTime

from chat.server import ChatFactory
from chat.web.origins import Origins
from chat.web.page import Page
from chat.web.site import ChatSite
from chat.web.upgrade import Upgrading


def make_site(chat: ChatFactory, origins: Origins, clock: IReactorTime | None = None) -> ChatSite:
    """The site of `chat`'s server, with WebSockets for pages of `origins`. Its clock is the reactor unless given."""
    root = Page()
    root.putChild(b"ws", Upgrading(chat, origins))
    return ChatSite(root, chat.limits, clock)
