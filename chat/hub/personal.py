"""What people set for themselves: whom they ignore, what they are told of, whether they are away, their profile."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from msgspec.structs import replace

from chat.accounts.rules import Accounts
from chat.errors import ChatError
from chat.events import Away, Done, Ignored, RequestId
from chat.hub.books import Books
from chat.hub.people import Asker, User, user_of
from chat.hub.permissions import Action
from chat.names import Name, parse_known_name
from chat.personal import Level, PersonalSettings, colour_of, with_ignored, with_level, without_ignored
from chat.store.interfaces import AccountChange

Change = Callable[[PersonalSettings], PersonalSettings]
# How many people who are away one person is remembered to have been told of.
_REMEMBERED = 200


class Personal:
    """Changes settings, and alone writes `User.settings` and `User.ignored`.

    Those of an account are what the store says (`account_changed`); a guest has them for the visit. `Session.run`
    runs the coroutines; they raise ChatError. `ignored` is called with the key of each account that ignores other
    people from now on, and with those.
    """

    def __init__(self, books: Books, accounts: Accounts, ignored: Callable[[str, Mapping[str, str]], object]) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._naming = books.permissions, books.naming
        self._limits = books.limits
        self._accounts = accounts
        self._ignored = ignored
        self._paced, self._now = books.paced, books.now

    # --- whom they do not want to hear

    async def ignore(self, session: Asker, raw: str, request_id: RequestId) -> None:
        """Keep from the user of `session` what the person called `raw` says. Guests are ignored for this visit."""
        user = user_of(session)
        name = parse_known_name(raw, self._limits.name_characters)
        if name.key == user.key:
            raise ChatError("to_yourself")
        there, limit = self._directory.users.get(name.key), self._limits.ignored_names
        account = await self._accounts.find(name)
        if account is not None and not account.is_deleted:
            name = Name(account.name, account.key)
            await self._change(session, lambda old: with_ignored(old, name.key, name.shown, limit))
        elif there is None:
            raise ChatError("no_such_person", name=name.shown)
        elif name.key not in user.ignored and len(user.ignored) >= limit:
            raise ChatError("too_many_ignored", limit=limit)
        else:
            user.ignored_guests = {**user.ignored_guests, name.key: there.name}
            self._apply(user, user.settings)
        shown = user.ignored.get(name.key, name.shown)
        self._done(session, "ignore", f"you do not hear {shown} any more, and they are not told", request_id)

    async def unignore(self, session: Asker, raw: str, request_id: RequestId) -> None:
        """Let the user of `session` hear that person again. Raises ChatError (`not_ignored`)."""
        user = user_of(session)
        name = parse_known_name(raw, self._limits.name_characters)
        if name.key not in user.ignored:
            raise ChatError("not_ignored", name=name.shown)
        shown = user.ignored[name.key]
        user.ignored_guests = {key: other for key, other in user.ignored_guests.items() if key != name.key}
        if name.key in user.settings.ignored:
            await self._change(session, lambda old: without_ignored(old, name.key))
        else:
            self._apply(user, user.settings)
        self._done(session, "unignore", f"you hear {shown} again", request_id)

    def list_ignored(self, session: Asker, request_id: RequestId) -> None:
        """Answer whom the user of `session` ignores."""
        ignored = user_of(session).ignored
        session.answer(Ignored(names=[ignored[key] for key in sorted(ignored)], id=request_id))

    # --- away

    async def go_away(self, session: Asker, text: str, request_id: RequestId) -> None:
        """The user of `session` is away, with a text that may be empty."""
        self._check_text(text, self._limits.away_characters)
        await self._change(session, lambda old: replace(old, away=text))
        self._done(session, "away", "you are away; server:back says that you are here again", request_id)

    async def come_back(self, session: Asker, request_id: RequestId) -> None:
        """The user of `session` is away no more."""
        await self._change(session, lambda old: replace(old, away=None))
        self._done(session, "back", "you are here again", request_id)

    def tell_away(self, session: Asker, to: User) -> None:
        """`session` has written to somebody: if they are away it is told, after its answer, once an hour."""
        text, writer, now = to.settings.away, user_of(session), self._now()
        if text is None:
            return
        told = writer.told_away or {}
        if now - told.get(to.key, -self._limits.away_seconds) < self._limits.away_seconds:
            return
        told.pop(to.key, None)
        if len(told) >= _REMEMBERED:
            del told[next(iter(told))]
        told[to.key] = now
        writer.told_away = told
        session.in_turn(partial(session.tell, Away(name=to.name, text=text)))

    # --- the rest

    async def notify(self, session: Asker, level: Level, room: str | None, request_id: RequestId) -> None:
        """Set what the user of `session` wants to be told of, in `room` or (None) in general."""
        key, where = None, "everywhere else"
        if room is not None:
            name = self._rooms.parse(room)
            self._permissions.may(session, name, Action.SEE)
            key, where = name.key, self._rooms.shown(name).shown
        limit = self._limits.notify_rooms
        await self._change(session, lambda old: with_level(old, key, level, limit))
        self._done(session, "notify", f"you are told of {_LEVELS[level]} in {where}", request_id)

    async def set_profile(self, session: Asker, colour: str | None, line: str | None, request_id: RequestId) -> None:
        """Set the colour, or the line, that `whois` shows; an empty one is taken away."""
        chosen = colour_of(colour) if colour else None
        self._check_text(line or "", self._limits.profile_characters)

        def change(old: PersonalSettings) -> PersonalSettings:
            return replace(
                old, colour=old.colour if colour is None else chosen, line=old.line if line is None else line
            )

        await self._change(session, change)
        self._done(session, "profile", "your profile is changed", request_id)

    async def tell_seen(self, session: Asker, *, is_on: bool, request_id: RequestId) -> None:
        """Set whether others are told how far the user of `session` has read."""
        await self._change(session, lambda old: replace(old, tells_seen=is_on))
        what = "others are told" if is_on else "nobody is told"
        self._done(session, "seen", f"{what} how far you have read", request_id)

    # --- settings

    def account_changed(self, change: AccountChange) -> None:
        """The store has other settings of an account: they hold on all of its devices."""
        if change.settings is None:
            return
        user = self._directory.users.get(change.key)
        if user is not None and user.account is not None:
            self._apply(user, change.settings)
        else:
            self._ignored(change.key, change.settings.ignored)

    async def _change(self, session: Asker, change: Change) -> None:
        user = user_of(session)
        self._paced.take(session, "changes_a_minute")
        if user.account is None:
            self._apply(user, change(user.settings))
        else:
            await self._accounts.change_settings(user.key, change)

    def _apply(self, user: User, settings: PersonalSettings) -> None:
        user.settings = settings
        user.ignored = {**settings.ignored, **user.ignored_guests}
        for session in user.sessions:
            self._rooms.ignore(session, user.ignored)
        if user.account is not None:
            self._ignored(user.key, user.ignored)

    def _check_text(self, text: str, limit: int) -> None:
        """Raise ChatError (`text_too_long`, `refused_words`) for a text that others are shown."""
        if len(text) > limit:
            raise ChatError("text_too_long", limit=limit)
        self._naming.check_words(text)

    def _done(self, session: Asker, request: str, message: str, request_id: RequestId) -> None:
        session.answer(Done(request=request, message=message, id=request_id))


_LEVELS: Final = {Level.ALL: "everything", Level.MENTIONS: "what mentions you", Level.NONE: "nothing"}
