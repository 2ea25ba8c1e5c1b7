"""A site that refuses everything, for one reason."""

from twisted.internet.interfaces import IReactorTime
from twisted.web.http import Request

from chat.errors import ChatError
from chat.limits import Limits
from chat.web.errors import refuse
from chat.web.place import Place
from chat.web.site import ChatSite


class Refusing(Place):
    """Whatever is asked, and wherever, this error is the answer."""

    isLeaf = True

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = code

    def render(self, request: Request) -> bytes | int:
        body = refuse(request, ChatError(self._code))
        return b"" if request.method == b"HEAD" else body


def make_refusing_site(limits: Limits, code: str, clock: IReactorTime | None = None) -> ChatSite:
    """A site where every request hears that error. Its clock is the reactor unless given."""
    return ChatSite(Refusing(code), limits, clock)
