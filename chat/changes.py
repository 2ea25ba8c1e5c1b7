"""Events that change a room, or a message that was said: the journal gives each a seq, as it does to messages.

`chat.room_state` says what each does to the state of a room. The stores carry out those that concern a message.
"""

from collections.abc import Mapping, Sequence

from chat.events import RoomEvent


class Change(RoomEvent, frozen=True, kw_only=True):
    """The state of a room, or of a message, is another one from this seq on. `sender` made the change."""


# --- the room


class TopicSet(Change, frozen=True, kw_only=True):
    """The room's topic is `text` now; it may be empty."""

    text: str


class SettingsChanged(Change, frozen=True, kw_only=True):
    """These `settings` have these values now, by the names of the fields of `chat.room_state.Settings`."""

    settings: Mapping[str, str | int | bool | None]


class Renamed(Change, frozen=True, kw_only=True):
    """The room is shown as `name` now. Its key stays what it was."""

    name: str


# --- the people of the room: `name` is shown, `target` is what the state keeps


class Invited(Change, frozen=True, kw_only=True):
    """`name` may enter the room. `is_guest`: for this visit only. `link`: they used the link with this digest."""

    name: str
    is_guest: bool = False
    link: str | None = None


class Uninvited(Change, frozen=True, kw_only=True):
    """The invitation of `name` ended or, with `link`, the link with this digest did."""

    name: str | None = None
    link: str | None = None


class LinkMade(Change, frozen=True, kw_only=True):
    """Whoever has the secret with the digest `link` may enter: `uses` people, `until` a time in seconds (None: any)."""

    link: str
    uses: int | None = None
    until: float | None = None


class RoleSet(Change, frozen=True, kw_only=True):
    """`name` has the `role` (`chat.room_state.Role`) now. Where that is the owner's, the owner before is moderator."""

    name: str
    role: str


class Kicked(Change, frozen=True, kw_only=True):
    """`name` was removed from the room, and is no member any more. They may have left it before."""

    name: str
    reason: str = ""


class Sanctioned(Change, frozen=True, kw_only=True):
    """What bans and mutes have in common. `target` is whom it holds for: see `chat.room_state.target_of`.

    `until` is in seconds since the epoch, None for ever; `seconds` is its length as it was asked for.
    """

    name: str
    target: str
    until: float | None = None
    seconds: float | None = None
    reason: str = ""


class Banned(Sanctioned, frozen=True, kw_only=True):
    """`name` was removed from the room, and may not enter it."""


class Muted(Sanctioned, frozen=True, kw_only=True):
    """`name` may not speak in the room."""


class Unbanned(Change, frozen=True, kw_only=True):
    """`name` may enter the room again."""

    name: str
    target: str


class Unmuted(Change, frozen=True, kw_only=True):
    """`name` may speak in the room again."""

    name: str
    target: str


# --- messages: `of` is the seq of the message in the same room


class OfMessage(Change, frozen=True, kw_only=True):
    """A change of the message with the seq `of`. In a conversation `to` is the other person's shown name."""

    of: int
    to: str | None = None


class Edited(OfMessage, frozen=True, kw_only=True):
    """The message has this `text` now; `mentions` as in `Message`."""

    text: str
    mentions: Sequence[str] = ()


class Deleted(OfMessage, frozen=True, kw_only=True):
    """The message is gone: nothing of its text is kept."""


class Reacted(OfMessage, frozen=True, kw_only=True):
    """`sender` answered the message with one `emoji`, or with `is_undone` took that back."""

    emoji: str
    is_undone: bool = False


class Pinned(OfMessage, frozen=True, kw_only=True):
    """The message is pinned."""


class Unpinned(OfMessage, frozen=True, kw_only=True):
    """The message is pinned no more."""


# All kinds of changes.
CHANGES: tuple[type[Change], ...] = (
    *(TopicSet, SettingsChanged, Renamed, Invited, Uninvited, LinkMade, RoleSet),
    *(Kicked, Banned, Unbanned, Muted, Unmuted),
    *(Edited, Deleted, Reacted, Pinned, Unpinned),
)
