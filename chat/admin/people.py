"""The orders about people: list them, end their connections, ban them."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from chat.accounts.bans import Ban, parse_target
from chat.admin.context import OrderContext, OrderError
from chat.errors import ChatError
from chat.limits import Limits
from chat.sanitize import clean_line
from chat.times import minute_of, shown_duration

_LONGEST_REASON = 200


class ListSessions(Struct, forbid_unknown_fields=True):
    """List the connections."""

    most: Annotated[int, Meta(ge=1)]


class ListAddresses(Struct, forbid_unknown_fields=True):
    """List the addresses of the connections."""

    most: Annotated[int, Meta(ge=1)]


class Kick(Struct, forbid_unknown_fields=True):
    """End the connections of a name or of an address."""

    whom: str
    reason: str = ""


class MakeBan(Struct, forbid_unknown_fields=True):
    """Ban a name, an address or a network, for `seconds` or for ever."""

    whom: str
    seconds: Annotated[float, Meta(gt=0)] | None = None
    reason: str = ""


class EndBan(Struct, forbid_unknown_fields=True):
    """End a ban."""

    whom: str


class ListBans(Struct, forbid_unknown_fields=True):
    """List the bans."""


async def list_sessions(context: OrderContext, order: ListSessions) -> Sequence[str]:
    """See `ListSessions`."""
    return context.server().sessions(order.most)


async def list_addresses(context: OrderContext, order: ListAddresses) -> Sequence[str]:
    """See `ListAddresses`."""
    return await context.server().addresses(order.most)


async def kick(context: OrderContext, order: Kick) -> Sequence[str]:
    """See `Kick`."""
    target, is_name = parse_target(order.whom, Limits())
    reason = _reason(order.reason)
    error = ChatError("kicked", why=f": {reason}" if reason else "")
    count = context.server().end(target, error, is_name=is_name)
    if not count:
        raise OrderError(f"{order.whom} is not here")
    await context.note("server-kick", target, reason)
    return [f"ended {_counted(count)}"]


async def make_ban(context: OrderContext, order: MakeBan) -> Sequence[str]:
    """See `MakeBan`. It also ends the connections."""
    target, is_name = parse_target(order.whom, Limits())
    now = context.now()
    until = None if order.seconds is None else now + order.seconds
    ban = Ban(target, is_name, now, until, _reason(order.reason))
    await context.maintenance.add_ban(ban)
    how_long = f" for {shown_duration(order.seconds)}" if order.seconds is not None else ""
    await context.note(f"server-ban{how_long}", target, ban.reason)
    ended = 0
    if context.running is not None:
        context.running.bans.add(ban)
        ended = context.running.end(target, ban.error(), is_name=is_name)
    return [shown(ban), *([f"ended {_counted(ended)}"] if ended else [])]


async def end_ban(context: OrderContext, order: EndBan) -> None:
    """See `EndBan`."""
    target, _ = parse_target(order.whom, Limits())
    found = await context.maintenance.end_ban(target)
    if context.running is not None:
        context.running.bans.remove(target)
    if not found:
        raise OrderError(f"{order.whom} is not banned")
    await context.note("server-unban", target)


async def list_bans(context: OrderContext, order: ListBans) -> Sequence[str]:
    """See `ListBans`."""
    return [shown(ban) for ban in await context.maintenance.bans() if ban.until is None or ban.until > context.now()]


def shown(ban: Ban) -> str:
    """A ban as a line for the operator."""
    until = "for ever" if ban.until is None else f"until {minute_of(ban.until)}"
    return f"{ban.target}  banned {until}{f': {ban.reason}' if ban.reason else ''}"


def _reason(text: str) -> str:
    if len(text) > _LONGEST_REASON:
        raise OrderError(f"a reason has at most {_LONGEST_REASON} characters")
    return clean_line(" ".join(text.split()))


def _counted(count: int) -> str:
    return f"{count} connection{'s' if count != 1 else ''}"
