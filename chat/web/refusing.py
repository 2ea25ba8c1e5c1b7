"""A site that refuses everything, for one reason."""

from twisted.internet.interfaces import IReactorTime

from chat.admission import Admission
from chat.errors import ChatError
from chat.limits import Limits
from chat.web.place import Refusing
from chat.web.site import ChatSite


def make_refusing_site(
    limits: Limits, code: str, clock: IReactorTime | None = None, admission: Admission | None = None
) -> ChatSite:
    """A site where every request hears that error. Its clock is the reactor unless given."""
    return ChatSite(Refusing(ChatError(code)), limits, clock, admission=admission)
