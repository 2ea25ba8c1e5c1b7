"""The shares that waiting messages take: of their sender, of their mailbox, of the whole server."""

from collections.abc import Sequence

from msgspec import Struct

from chat.errors import ChatError
from chat.limits import Limits
from chat.shares import Share, Shares

# Messages of guests from before a restart count for this holder: addresses are not stored.
NOBODY = "at an address of before"
# One guest may have one part in this many of the share of all guests of their address.
_GUEST_PART = 4


class Held(Struct, frozen=True, gc=False):
    """The space that one message takes: `size` bytes, of the shares of `holder`, in the mailbox of `user`.

    `waits`: its recipient was not here; only then the rest is known. `sender` is the key of its sender's name, and
    `number` that of a guest's session. `is_stranger`: its recipient has no account. `text_bytes` of the size are its
    text's.
    """

    user: str
    size: int
    holder: str
    waits: bool = False
    sender: str = ""
    number: int = 0
    is_stranger: bool = False
    text_bytes: int = 0


# An amount that one holder takes of one kind of share: the counter, the holder's name there, the amount.
_Claim = tuple[Shares, str, int]


class MailboxShares:
    """Counts waiting messages by holder. `unread` counts those to people who are here, until they have read them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        total, each = limits.waiting_bytes, limits.sender_waiting_bytes
        self._senders = Shares(Share(total, each))
        self.unread = Shares(Share(total, limits.unread_bytes))
        self._guests = Shares(Share(total, each // _GUEST_PART))
        self._pairs = Shares(Share(total, limits.pair_waiting_messages))
        self._stranger_pairs = Shares(Share(total, limits.stranger_messages // 2))
        self._boxes = Shares(Share(total, limits.mailbox_bytes))
        self._stranger_boxes = Shares(Share(total, limits.stranger_messages))
        total, each = limits.stranger_bytes, limits.stranger_sender_bytes
        self._strangers = Shares(Share(total, each))
        self._stranger_guests = Shares(Share(total, each // _GUEST_PART))

    def sizes(self) -> tuple[int, int]:
        """The bytes that wait for accounts and for people who are here, and those that wait for strangers."""
        return self._senders.total + self.unread.total - self._strangers.total, self._strangers.total

    def check(self, held: Held, name: str, count: int) -> None:
        """Raise ChatError if a message may not wait: first because of its sender's shares, then of its mailbox.

        `name` is the recipient's name; `count` messages wait for them already.
        """
        limits = self._limits
        # Nobody ("") has no share.
        for shares, holder, amount in self._claims(held) if held.holder else ():
            if shares not in (self._boxes, self._stranger_boxes) and shares.held(holder) + amount > shares.each:
                raise ChatError("share_full")
        is_full = count >= limits.waiting_messages or not self._boxes.has_room(held.user, held.size)
        if held.is_stranger:
            is_full = is_full or not self._stranger_boxes.has_room(held.user)
        if is_full or self._senders.total + held.size > limits.waiting_bytes:
            raise ChatError("mailbox_full", name=name)
        if held.is_stranger and self._strangers.total + held.size > limits.stranger_bytes:
            raise ChatError("strangers_full")

    def _claims(self, held: Held) -> Sequence[_Claim]:
        """All amounts that one message to somebody who is away takes."""
        holder, size = held.holder, held.size
        guest, pair = f"{held.sender} {holder}", f"{holder} to {held.user}"
        claims: list[_Claim] = [(self._senders, holder, size), (self._boxes, held.user, size), (self._pairs, pair, 1)]
        is_guest = holder.startswith("at ") and holder != NOBODY
        if is_guest:
            claims.append((self._guests, guest, size))
        if held.is_stranger:
            claims += [(self._strangers, holder, size), (self._stranger_pairs, pair, 1)]
            claims.append((self._stranger_boxes, held.user, 1))
        if held.is_stranger and is_guest:
            claims.append((self._stranger_guests, guest, size))
        return claims

    def take(self, held: Held) -> None:
        """A message to somebody who is away takes its shares."""
        for shares, holder, amount in self._claims(held):
            shares.take(holder, amount)

    def give_back(self, held: Held) -> None:
        """A message to somebody who is away gives its shares back."""
        for shares, holder, amount in self._claims(held):
            shares.give_back(holder, amount)
