"""A site that refuses everything, for one reason."""

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime

from chat.limits import Limits
from chat.server.admission import Admission
from chat.web.access import Access
from chat.web.routing import RefusingRoutes
from chat.web.site import ChatSite


def make_refusing_site(
    limits: Limits,
    code: str,
    seconds: Callable[[], float],
    admission: Admission,
    clock: IReactorTime | None = None,
) -> ChatSite:
    """A site where every request hears that error. `seconds` tells the time for its pace, `clock` makes its calls."""
    return ChatSite(RefusingRoutes(code), limits, Access(limits, seconds, admission), clock)
