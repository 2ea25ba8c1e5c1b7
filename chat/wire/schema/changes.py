"""The objects that tell of changes of rooms and of messages: typed structs, one for each `type`."""

from typing import Annotated

from msgspec import Meta, field

from chat.wire.schema.pushes import Push
from chat.wire.schema.requests import Seq

Seconds = Annotated[float, Meta(ge=0)]


class RoomChange(Push, frozen=True, kw_only=True, omit_defaults=True):
    """What all changes say: where, `from` whom and when, and the seq that the change has itself.

    `past`: it was made before; you missed it, or asked for it.
    """

    room: str | None = None
    seq: Seq
    sender: str = field(name="from")
    timestamp: str
    past: bool = False


class Topic(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """The `room` has another topic, `text`; an empty one if it was taken away."""

    text: str


class Settings(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """These `settings` of the `room` have these values now."""

    settings: dict[str, str | int | bool | None]


class Renamed(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """The `room` is called `name` from now on; its old name leads there for a month."""

    name: str


class Invited(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """`name` may enter the `room`."""

    name: str


class Uninvited(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """The invitation of `name` was taken back; without a name, a link was."""

    name: str | None = None


class LinkMade(RoomChange, frozen=True, kw_only=True, omit_defaults=True, tag="link"):
    """Somebody made a link with which others may enter the `room`: `uses` times, if it says so."""

    uses: Seq | None = None


class RoleSet(RoomChange, frozen=True, kw_only=True, omit_defaults=True, tag="role"):
    """`name` has this `role` in the `room` now: `owner`, `moderator` or `member`."""

    name: str
    role: str


class Kicked(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """`name` was removed from the `room`."""

    name: str
    reason: str | None = None


class Banned(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """`name` was removed from the `room` and may not enter it, for `seconds`, or for good."""

    name: str
    seconds: Seconds | None = None
    until: str | None = None
    reason: str | None = None


class Unbanned(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """`name` may enter the `room` again."""

    name: str


class Muted(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """`name` may not speak in the `room`, for `seconds`, or for good."""

    name: str
    seconds: Seconds | None = None
    until: str | None = None
    reason: str | None = None


class Unmuted(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """`name` may speak in the `room` again."""

    name: str


class Edited(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """The message with the seq `of`, in the `room` or the conversation with `to`, has another `text` now."""

    of: Seq
    to: str | None = None
    text: str
    mentions: list[str] | None = None


class Deleted(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """The message with the seq `of` is gone."""

    of: Seq
    to: str | None = None


class Reacted(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody answered the message with the seq `of` with one `emoji`; with `undo` they took that back."""

    of: Seq
    to: str | None = None
    emoji: str
    undo: bool = False


class Pinned(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """The message with the seq `of` is pinned."""

    of: Seq
    to: str | None = None


class Unpinned(RoomChange, frozen=True, kw_only=True, omit_defaults=True):
    """The message with the seq `of` is pinned no more."""

    of: Seq
    to: str | None = None


AnyChange = (
    Topic
    | Settings
    | Renamed
    | Invited
    | Uninvited
    | LinkMade
    | RoleSet
    | Kicked
    | Banned
    | Unbanned
    | Muted
    | Unmuted
    | Edited
    | Deleted
    | Reacted
    | Pinned
    | Unpinned
)
