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

    def takes(self, post: Posted) -> bool:
        """Add a message; False where it would be delivered before an earlier one of its session in another room."""
        room, session = post.event.room, post.session
        if (posts := self.posts.get(room)) is None:
            posts = self.posts[room] = []
            self._numbers[room] = len(self._numbers)
        number = self._numbers[room]
        if session is not None:
            if number < self._latest.get(session, 0):
                return False
            self._latest[session] = number
        posts.append(post)
        return True
