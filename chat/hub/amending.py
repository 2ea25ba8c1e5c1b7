"""Changes messages that were said: edits, deletions, reactions and pins. Answers them, too."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from chat.changes import Change, Deleted, Edited, Pinned, Reacted, Unpinned
from chat.emoji import parse_emoji
from chat.errors import ChatError
from chat.events import Done, Listed, Message, RequestId
from chat.hub.books import Books
from chat.hub.changes import Changes
from chat.hub.ignoring import heard
from chat.hub.mentioning import Mentioning
from chat.hub.own import ids_of
from chat.hub.pages import shortened
from chat.hub.people import Asker, User, answered, user_of
from chat.hub.permissions import Action
from chat.hub.publisher import nonce_of
from chat.hub.talk import Extras
from chat.names import Name, fold, is_direct
from chat.numbers import number_in
from chat.store.interfaces import MessageStore, Span
from chat.times import shown_duration


class Ask(NamedTuple):
    """A request to change the message `seq`: where it was said, `to` whom in a conversation, and the request's id."""

    session: Asker
    command: str
    room: Name
    to: str | None
    seq: int
    request_id: RequestId
    nonce: str | None


class Amending:
    """Changes messages for sessions, as the gate and the rules about authors let them.

    Each method is a coroutine for `Session.run`, and answers the session. Its `asked` has the `seq` of a message and,
    unless it is in the room where the person types, the `room` or the person (`to`). All raise ChatError, such as
    `no_such_message`. A repeated request id is answered again, and changes nothing.
    """

    def __init__(self, books: Books, store: MessageStore, changes: Changes, mentioning: Mentioning) -> None:
        self._rooms, self._permissions = books.rooms, books.permissions
        self._naming, self._limits = books.naming, books.limits
        self._finder, self._paced, self._now = books.finder, books.paced, books.now
        self._store = store
        self._changes = changes
        self._mentioning = mentioning

    async def edit(self, session: Asker, asked: Mapping[str, object], text: str, request_id: RequestId) -> None:
        """Give a message of one's own another text, which is clean. Raises ChatError (`not_yours`, `too_late`)."""
        if (ask := self._ask(session, "edit", asked, text, request_id)) is None:
            return
        self._paced.take(session, "edits_a_minute")
        self._naming.check_words(text)
        found = await self._find(ask)
        await self._check_own(ask, found)
        self._check_speaker(ask)
        mentions = self._mentioning.of(ask.room.key, user_of(session).key, text)
        if found.text == text:
            self._unchanged(ask)
        else:
            self._publish(ask, Edited, text=text, mentions=mentions)

    async def delete(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Delete a message: one's own, or as a moderator that of somebody else. Raises ChatError as `edit` does."""
        if (ask := self._ask(session, "delete", asked, "", request_id)) is None:
            return
        self._paced.take(session, "edits_a_minute")
        found = await self._find(ask)
        try:
            await self._check_own(ask, found)
            self._check_speaker(ask)
        except ChatError:
            if not self._may_delete_others(ask):
                raise
        self._publish(ask, Deleted)

    async def react(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Answer a message with one emoji. Raises ChatError (`bad_emoji`, `reactions_full`)."""
        emoji = parse_emoji(str(asked["emoji"]))
        if (ask := self._ask(session, "react", asked, emoji, request_id)) is None:
            return
        self._paced.take(session, "reactions_a_minute")
        reactions = (await self._find(ask)).reactions or {}
        self._check_speaker(ask)
        if _has_reacted(user_of(session), emoji, reactions):
            self._unchanged(ask)
            return
        if sum(map(len, reactions.values())) >= self._limits.reactions_each:
            raise ChatError("reactions_full", limit=self._limits.reactions_each)
        self._publish(ask, Reacted, emoji=emoji)

    async def unreact(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Take a reaction back: the one with the `emoji` or, without it, one's last. Raises ChatError (`bad_emoji`)."""
        emoji = None if asked.get("emoji") is None else parse_emoji(str(asked["emoji"]))
        if (ask := self._ask(session, "unreact", asked, emoji or "", request_id)) is None:
            return
        self._paced.take(session, "reactions_a_minute")
        reactions = (await self._find(ask)).reactions or {}
        self._check_speaker(ask)
        user = user_of(session)
        own = [each for each in reactions if emoji in (None, each) and _has_reacted(user, each, reactions)]
        if own:
            self._publish(ask, Reacted, emoji=own[-1], is_undone=True)
        else:
            self._unchanged(ask)

    async def pin(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Pin a message of a room. Raises ChatError (`not_allowed`, `no_owner`)."""
        if (ask := self._ask(session, "pin", asked, "", request_id)) is None:
            return
        self._paced.take(session, "edits_a_minute")
        self._check_pins(ask)
        await self._find(ask)
        self._check_pins(ask)
        if ask.seq in self._permissions.state_of(ask.room.key).pins:
            self._unchanged(ask)
        else:
            self._publish(ask, Pinned)

    async def unpin(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Pin a message no more. Raises ChatError as `pin` does."""
        if (ask := self._ask(session, "unpin", asked, "", request_id)) is None:
            return
        self._paced.take(session, "edits_a_minute")
        self._check_pins(ask)
        if ask.seq in self._permissions.state_of(ask.room.key).pins:
            self._publish(ask, Unpinned)
        else:
            self._unchanged(ask)

    async def pins(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Answer with the pinned messages of a room, the oldest first."""
        room, _ = self._finder.place(session, asked)
        self._permissions.may(session, room, Action.SEE)
        found: Sequence[Message] = []
        reading = self._rooms.present.reading()
        for seq in sorted(self._permissions.state_of(room.key).pins):
            if seq > self._permissions.since(session, room.key):
                found = [*found, *await self._message(room.key, seq)]
        await answered(session)
        # While the store answered, the session may have been shut out.
        self._permissions.may(session, room, Action.SEE)
        found = heard(self._rooms.presented(reading.present(found)), session.ignored)
        messages = shortened(found, self._limits.page_bytes)
        more = len(messages) < len(found)
        session.answer(
            Listed(
                request="pins",
                title=self._rooms.shown(room).shown,
                messages=messages,
                more=more,
                ids=ids_of(user_of(session), messages),
                id=request_id,
            )
        )

    async def answered(self, session: Asker, asked: Mapping[str, object]) -> Extras:
        """The message that a reply answers. Raises ChatError (`no_such_message`)."""
        room, to = self._finder.place(session, asked)
        ask = Ask(session, "reply", room, to, number_in(asked, "seq"), None, None)
        self._permissions.may(session, room, Action.SAY)
        found = await self._find(ask)
        return Extras(found.seq, found.sender)

    # --- what is asked

    def _ask(
        self, session: Asker, command: str, asked: Mapping[str, object], what: str, request_id: RequestId
    ) -> Ask | None:
        """The request, if it is a new one and the gate lets the session; None if it was answered again."""
        room, to = self._finder.place(session, asked)
        user, seq = user_of(session), number_in(asked, "seq")
        asked_for = f"{command} {seq} {what}"
        nonce = None if request_id is None else nonce_of(request_id, user, room.key, asked_for)
        if (receipt := self._changes.receipt_of(user.key, nonce)) is not None:
            session.answer(receipt)
            return None
        ask = Ask(session, command, room, to, seq, request_id, nonce)
        if command not in ("pin", "unpin"):
            self._permissions.may_change(session, room, command)
        return ask

    # --- the message

    async def _find(self, ask: Ask) -> Message:
        user = user_of(ask.session)
        since = user.account.since if user.account is not None and is_direct(ask.room.key) else 0
        found = await self._message(ask.room.key, ask.seq, since)
        if (
            not found
            or ask.seq <= self._permissions.since(ask.session, ask.room.key)
            or not _may_know(ask.session, found[0])
        ):
            raise ChatError("no_such_message", seq=ask.seq)
        return found[0]

    async def _message(self, room: str, seq: int, since: int = 0) -> list[Message]:
        page = await self._store.history(room, Span(1, seq - 1, seq + 1, since=since)) if seq else None
        return [each for each in page.events if isinstance(each, Message)] if page is not None else []

    # --- the rules

    async def _check_own(self, ask: Ask, found: Message) -> None:
        """Raise ChatError (`not_yours`, `too_late`) where the session may not change the message as its author."""
        user = user_of(ask.session)
        if not (user.said is not None and (found.room, found.seq) in user.said):
            account = user.account
            if account is None or fold(found.sender) != account.key:
                raise ChatError("not_yours")
            # An earlier owner of the name may have said it.
            if account.since and not await self._message(found.room, found.seq, account.since):
                raise ChatError("not_yours")
        seconds = self._permissions.state_of(found.room).settings.edits
        if seconds is not None and self._now() - found.sent_at > seconds:
            raise ChatError("too_late", room=ask.room.shown, time=shown_duration(seconds))

    def _check_speaker(self, ask: Ask) -> None:
        """Raise ChatError where the session may not do this, or not speak there. The store took its time: ask again."""
        self._permissions.may_change(ask.session, ask.room, ask.command)
        self._permissions.may(ask.session, ask.room, Action.SAY)

    def _may_delete_others(self, ask: Ask) -> bool:
        if is_direct(ask.room.key):
            return False
        try:
            self._permissions.may_change(ask.session, ask.room, "delete others")
        except ChatError:
            return False
        return True

    def _check_pins(self, ask: Ask) -> None:
        if is_direct(ask.room.key):
            self._permissions.may(ask.session, ask.room, Action.SEE)
            raise ChatError("no_owner", room=ask.room.shown, way="")
        self._permissions.may_change(ask.session, ask.room, ask.command)

    # --- the answer

    def _unchanged(self, ask: Ask) -> None:
        ask.session.answer(
            Done(request=ask.command, message=f"nothing to do: #{ask.seq} is so already", id=ask.request_id)
        )

    def _publish(self, ask: Ask, kind: Callable[..., Change], **parts: object) -> None:
        user = user_of(ask.session)
        change = kind(
            room=ask.room.key,
            place=self._rooms.shown(ask.room).shown if ask.to is None else None,
            sender=user.name,
            client_id=user.client_id,
            of=ask.seq,
            to=ask.to,
            **parts,
        )
        self._changes.publish(ask.session, change, ask.command, ask.request_id, ask.nonce)


def _may_know(session: Asker, message: Message) -> bool:
    """Whether the session may know the message. A guest's conversation before this visit was somebody else's."""
    if message.to is None or user_of(session).account is not None:
        return True
    return message.sent_at >= session.backlog.came_at or session.backlog.has_told(message)


def _has_reacted(user: User, emoji: str, reactions: Mapping[str, object]) -> bool:
    names = reactions.get(emoji, ())
    return isinstance(names, list | tuple) and user.key in map(fold, names)
