"""Lists rooms, and the people of a room."""

from collections.abc import Iterator, Mapping, Sequence

from twisted.internet.defer import Deferred

from chat.events import ListedMember, ListedRoom, MembersListed, Online, RequestId, Roll, RoomsListed
from chat.hub.books import Books
from chat.hub.people import Asker
from chat.hub.permissions import Action
from chat.interfaces import Later
from chat.names import Name, fold, is_direct, person_key
from chat.room_state import Closed, Role, RoomState
from chat.store.interfaces import MessageStore

# How many rooms are looked at in one turn: that takes some milliseconds.
_AT_ONCE = 1000
# A room by its key, behind what puts the rooms in order: the liveliest first.
_Found = tuple[int, float, str]


class Listings:
    """Answers which rooms there are, and who is in them, as far as the gate lets sessions see that.

    A room is listed while somebody is in it, and for ever if an account has made it. The lobby is not: everybody is
    there. `later` makes a call in the next turn of the reactor.
    """

    def __init__(self, books: Books, store: MessageStore, later: Later | None) -> None:
        self._directory, self._rooms = books.directory, books.rooms
        self._permissions, self._limits = books.permissions, books.limits
        self._finder, self._now = books.finder, books.now
        self._store = store
        self._later = later

    async def rooms(self, session: Asker, asked: Mapping[str, object], request_id: RequestId) -> None:
        """Answer with a page of the rooms that `session` may see, those with the most people first.

        They have all words of the `query` in their names or topics; with `after` the page begins behind that room.
        """
        query = str(asked.get("query") or "")
        found = sorted(await self._all(session, fold(query[: self._limits.room_characters * 4]).split()))
        begin = 0
        if asked.get("after"):
            after = self._rooms.key_of(str(asked["after"]))
            begin = next((at for at, (_, _, key) in enumerate(found, 1) if key == after), 0)
        page = [key for _, _, key in found[begin : begin + self._limits.listed_rooms]]
        listed = [await self._listed(session, key) for key in page]
        left = len(found) - begin - len(page)
        session.answer(RoomsListed(rooms=listed, count=len(found), left=left, query=query, id=request_id))

    async def members(self, session: Asker, raw: str | None, after: str, request_id: RequestId) -> None:
        """Answer with a page of the people of the room called `raw`, in alphabetical order. Raises ChatError.

        Those are the people who are in it; of a private room, all who belong to it.
        """
        place, people, count, left = self._people(session, raw, after)
        session.answer(MembersListed(place=place, people=people, count=count, left=left, id=request_id))

    async def who(self, session: Asker, raw: str, after: str, request_id: RequestId) -> None:
        """Answer with the names of the same people. Those who are not in the room now are away."""
        place, people, count, left = self._people(session, raw, after)
        names = Roll([each.name for each in people], count, left)
        away = [each.name for each in people if each.away]
        session.answer(Online(place=place, names=names, away=away, id=request_id))

    def _people(self, session: Asker, raw: str | None, after: str) -> tuple[str, Sequence[ListedMember], int, int]:
        """The shown name of a room, a page of its people, how many there are, and how many come after the page."""
        room = self._finder.room(session, raw)
        self._permissions.may(session, room, Action.SEE)
        key = person_key(after[: self._limits.name_characters + 1])
        state = self._permissions.state_of(room.key)
        there = self._rooms.find(room.key)
        names = {} if there is None else there.roster.names
        if state.settings.private:
            names = {**{each: member.name for each, member in state.members.items()}, **names}
        keys = sorted(each for each in names if each > key)
        page = keys[: self._limits.listed_names]
        people = [self._member(room.key, state, each, names[each]) for each in page]
        return self._rooms.shown(room).shown, people, len(names), len(keys) - len(page)

    async def _all(self, session: Asker, words: Sequence[str]) -> Sequence[_Found]:
        """All rooms that have these words. Of very many rooms some are looked at in each turn of the reactor."""
        keys = list({**dict.fromkeys(self._permissions.states), **self._rooms.entered})
        found: list[_Found] = []
        for begin in range(0, len(keys), _AT_ONCE):
            if begin and self._later is not None:
                await _turn(self._later)
            found += self._found(session, words, keys[begin : begin + _AT_ONCE])
        return found

    def _found(self, session: Asker, words: Sequence[str], keys: Sequence[str]) -> Iterator[_Found]:
        for key in keys:
            state, room = self._permissions.states.get(key), self._rooms.find(key)
            count = len(room.roster) if room is not None else 0
            if key == self._rooms.lobby.key or is_direct(key):
                continue
            if state is None and not count:
                # Somebody only follows it.
                continue
            if state is not None and state.settings.closed is Closed.DELETED:
                continue
            text = f"{fold(self._name(key))} {fold(state.topic) if state is not None else ''}" if words else ""
            if all(word in text for word in words) and self._permissions.sees(session, key):
                yield -count, -(room.last_at if room is not None else 0.0), key

    async def _listed(self, session: Asker, key: str) -> ListedRoom:
        room, state = self._rooms.find(key), self._permissions.state_of(key)
        return ListedRoom(
            name=self._name(key),
            topic=state.topic,
            count=len(room.roster) if room is not None else 0,
            seq=room.last_seq if room is not None and room.last_seq else await self._store.reached(key),
            joined=key in session.rooms,
            private=state.settings.private,
            archived=state.settings.closed is Closed.ARCHIVED,
        )

    def _name(self, key: str) -> str:
        return self._rooms.shown(Name(key, key)).shown

    def _member(self, room: str, state: RoomState, key: str, name: str) -> ListedMember:
        there, user = self._rooms.find(room), self._directory.users.get(key)
        is_here = there is not None and key in there.roster
        is_guest = user is not None and user.account is None and is_here
        mute = state.mutes.get(f"guest {key}" if is_guest else key)
        return ListedMember(
            name=name,
            role=Role.GUEST if is_guest else state.role_of(key),
            here=is_here,
            away=not is_here or (user is not None and user.settings.away is not None),
            muted=mute is not None and mute.holds(self._now()),
        )


def _turn(later: Later) -> Deferred[None]:
    """Fires in the next turn of the reactor."""
    deferred = Deferred[None]()
    later(lambda: deferred.callback(None))
    return deferred
