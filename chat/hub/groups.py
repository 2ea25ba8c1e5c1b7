"""Groups: private rooms for several people, with made-up names."""

import secrets
from collections.abc import Callable, Sequence

from chat.changes import Invited, SettingsChanged
from chat.errors import ChatError
from chat.events import RequestId
from chat.hub.books import Books
from chat.hub.changes import Changes, by
from chat.hub.founding import Founding
from chat.hub.group_names import group_names
from chat.hub.membership import Membership
from chat.hub.people import Asker, Origin, account_of, answered
from chat.hub.targets import Targets
from chat.names import Name, parse_name


class Groups:
    """Makes groups. `choose` picks one of several words."""

    def __init__(
        self,
        books: Books,
        targets: Targets,
        membership: Membership,
        changes: Changes,
        choose: Callable[[Sequence[str]], str] = secrets.choice,
    ) -> None:
        self._books = books
        self._targets = targets
        self._membership = membership
        self._changes = changes
        self._founding = Founding(books)
        self._choose = choose

    async def make(self, session: Asker, names: Sequence[str], request_id: RequestId) -> None:
        """Make a private room, put `session` into it, and invite the people with these `names`.

        A person who types leaves their room. Nobody is invited before the room is private. Raises ChatError
        (`account_needed`, `no_such_person`, `to_yourself`, `too_many_people`, `too_many_a_minute`, and those
        of entering a new room).
        """
        account, limit = account_of(session), self._books.limits.group_people
        if len(names) > limit:
            raise ChatError("too_many_people", limit=limit)
        called = [parse_name(raw, self._books.limits.name_characters) for raw in names]
        people = {person.key: person for person in [await self._targets.called(name) for name in called]}
        if account.key in people:
            raise ChatError("to_yourself")
        self._books.paced.take(session, "invitations_a_minute", len(people))
        name = self._free_name()
        before = list(session.rooms.values()) if session.client.is_alone else []
        self._membership.enter(session, name, Origin(session, request_id, request="group"), 0)
        for room in before:
            self._membership.leave(session, room, None)
        await answered(session)
        states, user = self._books.permissions.states, session.user
        if user is None or name.key not in states or name.key not in session.rooms:
            # It was refused, and the session knows why; or it is gone.
            return
        private = SettingsChanged(**by(session, name), settings={"private": True, "group": True})
        self._changes.publish(session, private, "settings", None)
        await answered(session)
        if session.user is user and self._books.permissions.is_private(name.key):
            for person in people.values():
                invited = Invited(**by(session, name), name=person.name, is_guest=person.is_guest)
                self._changes.publish(session, invited, "invite", None)
        elif session.user is user and name.key in session.rooms:
            # Nobody is to speak there as if it were private.
            self._membership.leave(session, name.shown, None)

    def _free_name(self) -> Name:
        for made in group_names(self._choose):
            name = self._books.rooms.parse(made)
            if self._founding.is_free(name.key) and name.key == made:
                return name
        raise AssertionError("there are names without end")
