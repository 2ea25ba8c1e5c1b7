"""Delivers what is said and changed in conversations: to all devices of their two people."""

from collections.abc import Sequence

from chat.counters import Tally
from chat.events import Event, Message
from chat.hub.directory import Directory
from chat.hub.ignoring import said_by
from chat.hub.own import copied
from chat.hub.people import Asker
from chat.hub.replay import Replay
from chat.hub.room import Posted
from chat.names import fold, other_of, people_of


class DirectDelivery:
    """Hands out the commits of conversations. It counts deliveries in `tally`; `Delivery` counts the messages."""

    def __init__(self, directory: Directory, replay: Replay, tally: Tally) -> None:
        self._directory = directory
        self._replay = replay
        self._tally = tally

    def deliver(self, posts: Sequence[Posted]) -> None:
        """Messages in one conversation go out together to each session of the two people."""
        views: dict[Asker, list[Event]] = {}
        last: dict[Asker, Message] = {}
        name = ""
        hearing: Sequence[Asker] = ()
        saying: Sequence[Asker] = ()
        for post in posts:
            message, sender = post.event, post.session
            assert isinstance(message, Message) and message.to is not None
            if message.to != name:
                # These sessions stay the same until all of `posts` is delivered.
                name = message.to
                hearing, saying = self._sessions_of(name), self._sessions_of(message.sender)
                if hearing and hearing[0].ignored and self._is_unheard(hearing[0], posts):
                    hearing = ()
            self._tally.deliveries += len(hearing)
            for session in hearing:
                if session.backlog.takes(message):
                    views.setdefault(session, []).append(message)
                    last[session] = message
            for session in saying:
                if session is not sender:
                    views.setdefault(session, []).append(copied(message))
            if sender is not None and post.receipt is not None:
                views.setdefault(sender, []).append(post.receipt)
        for session, events in views.items():
            self._replay.push(session, events, last.get(session))

    def _is_unheard(self, session: Asker, posts: Sequence[Posted]) -> bool:
        """Whether the user of `session` ignores the other one. Then what was said counts as read."""
        last, user = posts[-1].event, session.user
        if user is None or other_of(last.room, user.key) not in user.ignored:
            return False
        self._replay.passes_over(user.key, last.room, last.seq)
        return True

    def _sessions_of(self, name: str) -> Sequence[Asker]:
        """The sessions that hear direct messages to and from `name`."""
        user = self._directory.users.get(fold(name))
        if user is None or not user.programs:
            return tuple(user.sessions) if user else ()
        return [session for session in user.sessions if session.scope is None]

    def tell_both(self, post: Posted) -> None:
        """Tell the two people of a conversation of a change."""
        for key in people_of(post.event.room):
            for session in self._sessions_of(key):
                if session is not post.session and said_by(post.event) not in session.ignored:
                    session.tell(post.event)
        if post.session is not None and post.receipt is not None:
            post.session.tell(post.receipt)
