"""The places on a server: which connections get one, and which give way when it is nearly full."""

from collections import Counter
from typing import Protocol

from chat.errors import ChatError
from chat.interfaces import Reason, State
from chat.limits import Limits
from chat.net.deadlines import Deadlines
from chat.server.admission import Admission
from chat.server.protocol import ChatProtocol


class Places(Protocol):
    """The server, as its places are given out: its connections, and those whose time to give a name runs."""

    limits: Limits
    admission: Admission
    connections: dict[ChatProtocol, None]
    registration: Deadlines[ChatProtocol]


def refusal_of(connection: ChatProtocol, factory: Places) -> ChatError | None:
    """The reason that there is no place for `connection`, which is among the factory's already; None if there is one.

    If there is none left, a connection without a name for `Limits.mute_seconds` gives way.
    """
    refusal = factory.admission.refusal(connection.address)
    if refusal is not None:
        made = refusal.code == "address_full" and _make_place(factory, connection.session.address)
        return None if made else refusal
    if len(factory.connections) <= factory.limits.max_clients or _make_place(factory, None):
        return None
    return ChatError("server_full", limit=factory.limits.max_clients)


def _make_place(factory: Places, source: str | None) -> bool:
    """End the oldest connection without a name: of `source` if given, else of the address with the most of them."""
    mute = [
        each
        for each in factory.registration.older_than(factory.limits.mute_seconds)
        if _is_mute(each) and source in (None, each.session.address)
    ]
    if not mute:
        return False
    [(most, _)] = Counter(each.session.address for each in mute).most_common(1)
    oldest = next(each for each in mute if each.session.address == most)
    oldest.session.refuse(ChatError("registration_timeout"))
    oldest.session.finish(Reason.GAVE_WAY)
    return True


def _is_mute(connection: ChatProtocol) -> bool:
    session = connection.session
    return session.state is State.NEW and not (session.is_held or session.is_leaving or connection.refusal)
