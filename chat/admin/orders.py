"""The orders that an operator may give: the arguments of each, and its body.

A running server gets them through its control socket (`chat.admin.control`). If no server runs, the tool opens the
store itself (`chat.admin.sending`). Both pass a line to `carry_out`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from chat.accounts.claims import Claims
from chat.accounts.tokens import handle_of
from chat.admin import file_orders, moderation, people
from chat.admin.context import OrderContext, OrderError
from chat.errors import ChatError
from chat.events import AccessToken
from chat.limits import Limits
from chat.looks import Reserved, check_new
from chat.names import RESERVED, parse_known_name, parse_name
from chat.store.interfaces import Account, RetentionPolicy

Positive = Annotated[float, Meta(gt=0)]


# --- the orders


class Invite(Struct, forbid_unknown_fields=True):
    """Keep an invitation for `seconds`. `digest` is that of its secret, in hex digits."""

    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    seconds: Positive


class Passwd(Struct, forbid_unknown_fields=True):
    """Change the password of an account to one with this hash, forget its tokens, and end its sessions."""

    name: str
    password_hash: Annotated[str, Meta(pattern=r"^\$argon2id\$")]


class Retain(Struct, forbid_unknown_fields=True):
    """Set the policy of `room`, or of all rooms without one of their own (None): an age, or a number of messages.

    With neither, messages are kept for ever. `inherit`: the room loses its own policy.
    """

    room: str | None
    seconds: Positive | None = None
    messages: Annotated[int, Meta(ge=1, le=2**62)] | None = None
    inherit: bool = False


class MakeToken(Struct, forbid_unknown_fields=True):
    """Keep an access token with which a program speaks as `name` in `rooms`. `digest` is its secret's, in hex digits.

    If there is no such account, it is made, with the hash of a password that nobody knows.
    """

    name: str
    rooms: Annotated[list[str], Meta(min_length=1)]
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    password_hash: Annotated[str, Meta(pattern=r"^\$argon2id\$")]


class RevokeToken(Struct, forbid_unknown_fields=True):
    """End the access token with this handle."""

    handle: str


class DropMailbox(Struct, forbid_unknown_fields=True):
    """Delete the messages that wait for `name`, or only those from the name `sender`."""

    name: str
    sender: str | None = None


async def _invite(context: OrderContext, order: Invite) -> None:
    await context.accounts.add_invitation(bytes.fromhex(order.digest), context.now() + order.seconds)


async def _passwd(context: OrderContext, order: Passwd) -> None:
    key = parse_known_name(order.name, Limits().name_characters).key
    account = await context.accounts.find(key)
    if account is None or account.is_deleted:
        raise OrderError(f"there is no account {order.name}")
    await context.accounts.change_password(key, order.password_hash)


async def _make_token(context: OrderContext, order: MakeToken) -> None:
    accounts, limits = context.accounts, Limits()
    name = parse_known_name(order.name, limits.name_characters)
    if len(order.rooms) > limits.token_rooms:
        raise ChatError("bad_token_rooms", limit=limits.token_rooms)
    rooms = [parse_name(room, limits.room_characters, "bad_room").key for room in order.rooms]
    account = await accounts.find(name.key)
    if account is None:
        check_new(name, Reserved(RESERVED))
        # A guest who has the name keeps it.
        with (context.running.claims if context.running is not None else Claims()).of(name):
            await accounts.create(Account(name.key, name.shown, order.password_hash, context.now()), None)
    elif account.is_deleted:
        raise ChatError("name_held", name=name.shown)
    digest = bytes.fromhex(order.digest)
    token = AccessToken(handle_of(digest), name.key, list(dict.fromkeys(rooms)), context.now())
    if not await accounts.add_access_token(token, digest, limits.access_tokens, None):
        raise OrderError(f"there is no account {name.shown} any more")


async def _revoke_token(context: OrderContext, order: RevokeToken) -> None:
    if not await context.accounts.drop_access_token(order.handle, None):
        raise OrderError(f"there is no access token {order.handle}")


async def _drop_mailbox(context: OrderContext, order: DropMailbox) -> None:
    most = Limits().name_characters
    name = parse_name(order.name, most)
    sender = parse_name(order.sender, most).key if order.sender is not None else None
    if not await context.maintenance.drop_waiting(name.key, sender):
        raise OrderError(f"nothing waits for {name.shown}" + (f" from {order.sender}" if sender is not None else ""))


async def _retain(context: OrderContext, order: Retain) -> None:
    key = "" if order.room is None else parse_name(order.room, Limits().room_characters, "bad_room").key
    policy = None if order.inherit else RetentionPolicy(order.seconds, order.messages)
    await context.maintenance.set_policy(key, policy)
    context.wake()


class _Order(NamedTuple):
    arguments: type[Struct]
    do: Callable[[OrderContext, Any], Awaitable[Sequence[str] | None]]


ORDERS: Mapping[str, _Order] = {
    "invite": _Order(Invite, _invite),
    "passwd": _Order(Passwd, _passwd),
    "token.make": _Order(MakeToken, _make_token),
    "token.revoke": _Order(RevokeToken, _revoke_token),
    "mailboxes.drop": _Order(DropMailbox, _drop_mailbox),
    "retain": _Order(Retain, _retain),
    "sessions": _Order(people.ListSessions, people.list_sessions),
    "addresses": _Order(people.ListAddresses, people.list_addresses),
    "kick": _Order(people.Kick, people.kick),
    "ban": _Order(people.MakeBan, people.make_ban),
    "unban": _Order(people.EndBan, people.end_ban),
    "bans": _Order(people.ListBans, people.list_bans),
    "operator": _Order(moderation.SetOperator, moderation.set_operator),
    "operators": _Order(moderation.ListOperators, moderation.list_operators),
    "announce": _Order(moderation.Announce, moderation.announce),
    "lockdown": _Order(moderation.SetLockdown, moderation.set_lockdown),
    "audit": _Order(moderation.ListAudit, moderation.list_audit),
    "audit.keep": _Order(moderation.KeepAudit, moderation.keep_audit),
    "reports": _Order(moderation.ListReports, moderation.list_reports),
    "reports.close": _Order(moderation.CloseReport, moderation.close_report),
    "files.delete": _Order(file_orders.DeleteFiles, file_orders.delete_files),
    "files.sweep": _Order(file_orders.SweepFiles, file_orders.sweep_files),
    "words": _Order(moderation.SetWords, moderation.set_words),
}


# --- as lines


class Request(Struct, forbid_unknown_fields=True):
    """A line to the server."""

    order: str
    arguments: Raw


class Answer(Struct, forbid_unknown_fields=True):
    """The line that comes back: without an `error` it was done; `lines` are for the operator to read."""

    error: str | None = None
    lines: Sequence[str] | UnsetType = UNSET


def request_line(arguments: Struct) -> bytes:
    """The line, without its end, that orders this."""
    [name] = [name for name, order in ORDERS.items() if order.arguments is type(arguments)]
    return msgspec.json.encode(Request(name, Raw(msgspec.json.encode(arguments))))


async def carry_out(context: OrderContext, line: bytes) -> bytes:
    """Carry out the order in a line. Returns the line that answers it, also for a bad order."""
    try:
        request = msgspec.json.decode(line, type=Request)
        order = ORDERS.get(request.order)
        if order is None:
            raise OrderError(f"there is no order {request.order!r}")
        lines = await order.do(context, msgspec.json.decode(request.arguments, type=order.arguments))
    except (msgspec.MsgspecError, UnicodeError, ChatError, OrderError) as error:
        return msgspec.json.encode(Answer(str(error)))
    return msgspec.json.encode(Answer(lines=lines or UNSET))
