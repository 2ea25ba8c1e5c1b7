"""The orders about operators, and what they look at: the audit log, reports, the word list, a lockdown."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from chat.admin.context import OrderContext, OrderError
from chat.limits import Limits
from chat.names import parse_known_name, parse_name
from chat.sanitize import clean_line, in_one_line
from chat.store.interfaces import AuditEntry, OpenReport
from chat.times import minute_of, shown_duration
from chat.word_list import WordList, WordListError

Count = Annotated[int, Meta(ge=1, le=10_000)]
Number = Annotated[int, Meta(ge=1, le=2**53)]


class SetOperator(Struct, forbid_unknown_fields=True):
    """Make the account `name` an operator, or make it none."""

    name: str
    is_one: bool


class ListOperators(Struct, forbid_unknown_fields=True):
    """List the operators."""


class Announce(Struct, forbid_unknown_fields=True):
    """Tell everybody who is here a text."""

    text: str


class SetLockdown(Struct, forbid_unknown_fields=True):
    """Let nobody in without an account, or end that; None tells how it is."""

    on: bool | None = None


class ListAudit(Struct, forbid_unknown_fields=True):
    """List the audit log, of one room or all of it, the newest first."""

    most: Count
    room: str | None = None
    before: Number | None = None


class KeepAudit(Struct, forbid_unknown_fields=True):
    """Set for how many seconds the audit log is kept."""

    seconds: Annotated[float, Meta(gt=0)]


class ListReports(Struct, forbid_unknown_fields=True):
    """List the open reports, the oldest first."""

    most: Count


class CloseReport(Struct, forbid_unknown_fields=True):
    """Close the report with this number."""

    number: Number


class SetWords(Struct, forbid_unknown_fields=True):
    """Replace the word list by this text; None shows it, "" ends it."""

    text: str | None = None


async def set_operator(context: OrderContext, order: SetOperator) -> Sequence[str]:
    """See `SetOperator`."""
    name = parse_known_name(order.name, Limits().name_characters)
    account = await context.accounts.find(name.key)
    if account is None or account.is_deleted:
        raise OrderError(f"there is no account {name.shown}")
    if not await context.accounts.set_operator(name.key, is_one=order.is_one):
        raise OrderError(f"{account.name} is {'an operator already' if order.is_one else 'no operator'}")
    await context.note(f"operator {'add' if order.is_one else 'remove'}", account.name)
    return [f"{account.name} is {'an operator now' if order.is_one else 'no operator any more'}"]


async def list_operators(context: OrderContext, order: ListOperators) -> Sequence[str]:
    """See `ListOperators`."""
    accounts = await context.accounts.all()
    return [account.name for account in accounts if account.key in context.accounts.operators]


async def announce(context: OrderContext, order: Announce) -> None:
    """See `Announce`."""
    context.server().announce(order.text)
    await context.note("announce")


async def set_lockdown(context: OrderContext, order: SetLockdown) -> Sequence[str]:
    """See `SetLockdown`."""
    settings = context.moderation.settings
    if order.on is not None:
        await settings.change("lockdown", order.on)
        await context.note(f"lockdown {'on' if order.on else 'off'}")
    return [f"lockdown is {'on' if settings.current.lockdown else 'off'}"]


async def list_audit(context: OrderContext, order: ListAudit) -> Sequence[str]:
    """See `ListAudit`."""
    room = None
    if order.room is not None:
        room = parse_name(order.room, Limits().room_characters, "bad_room").key
    found = await context.moderation.audit.entries(room, order.before, order.most + 1)
    lines = [_audit_line(entry) for entry in found[: order.most]]
    if len(found) > order.most:
        lines.append(f"there is more: --before {found[order.most - 1].number}")
    return lines


async def keep_audit(context: OrderContext, order: KeepAudit) -> None:
    """See `KeepAudit`."""
    await context.moderation.settings.change("audit_seconds", order.seconds)
    await context.note(f"audit kept for {shown_duration(order.seconds)}")
    context.wake()


async def list_reports(context: OrderContext, order: ListReports) -> Sequence[str]:
    """See `ListReports`."""
    found = await context.moderation.reports.open(order.most + 1)
    lines = [_report_line(each) for each in found[: order.most]]
    return [*lines, "there are more: --limit"] if len(found) > order.most else lines


async def close_report(context: OrderContext, order: CloseReport) -> None:
    """See `CloseReport`."""
    if not await context.moderation.reports.close(order.number):
        raise OrderError(f"there is no open report {order.number}")
    await context.note(f"close report {order.number}")


async def set_words(context: OrderContext, order: SetWords) -> Sequence[str]:
    """See `SetWords`."""
    settings = context.moderation.settings
    if order.text is None:
        return settings.current.words.splitlines()
    try:
        WordList(order.text, Limits())
    except WordListError as error:
        raise OrderError(str(error)) from None
    await settings.change("words", order.text)
    await context.note("words" if order.text else "words cleared")
    return []


def _audit_line(entry: AuditEntry) -> str:
    room = f" in {entry.room}" if entry.room else ""
    whom, why = (f" {entry.whom}" if entry.whom else ""), (f": {entry.why}" if entry.why else "")
    return clean_line(f"{entry.number}  {minute_of(entry.at)}  {entry.by}: {entry.what}{whom}{room}{why}")


def _report_line(found: OpenReport) -> str:
    report = found.report
    where = report.place if report.place is not None else "a conversation"
    text = "the message is gone" if found.text is None else f"{found.sender}: {in_one_line(found.text)}"
    why = f": {report.why}" if report.why else ""
    return clean_line(
        f"{report.number}  {minute_of(report.at)}  {report.by} reports #{report.seq} in {where}{why} - {text}"
    )
