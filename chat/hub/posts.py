"""The messages of a batch of commits, gathered by room."""

from chat.hub.people import Asker
from chat.hub.room import Posted


class PostsByRoom:
    """The messages of a batch, by room.

    They are delivered room by room. Each session still gets its acknowledgements in the order of its messages.
    """

    def __init__(self) -> None:
        self.posts: dict[str, list[Posted]] = {}
        self._numbers: dict[str, int] = {}
        self._latest: dict[Asker | None, int] = {}

    def has_place_for(self, session: Asker | None, room: str) -> bool:
        """Whether a message of `session` in `room` is delivered after its earlier messages in other rooms."""
        return self._numbers.get(room, len(self._numbers)) >= self._latest.get(session, 0)

    def add(self, room: str, post: Posted, session: Asker | None) -> None:
        """Somebody said something in `room`."""
        if (posts := self.posts.get(room)) is None:
            posts = self.posts[room] = []
            self._numbers[room] = len(self._numbers)
        posts.append(post)
        if session is not None:
            self._latest[session] = self._numbers[room]
