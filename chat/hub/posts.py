"""The messages of a batch of commits, gathered by room."""

from chat.hub.people import Asker
from chat.hub.room import Posted


class PostsByRoom:
    """The messages of a batch, by room.

    They are delivered room by room. Each session still gets its acknowledgements in the order of its messages.
    """

    def __init__(self) -> None:
        self.posts: dict[str, list[Posted]] = {}
        # The place of each room in their order, and that of the last one in which each session said something.
        self._places: dict[str, int] = {}
        self._latest: dict[Asker, int] = {}

    def takes(self, post: Posted) -> bool:
        """Add a message; False where it would be delivered before an earlier one of its session in another room."""
        room, session = post.event.room, post.session
        if (posts := self.posts.get(room)) is None:
            posts = self.posts[room] = []
            self._places[room] = len(self._places)
        if session is not None:
            place = self._places[room]
            if place < self._latest.get(session, 0):
                return False
            self._latest[session] = place
        posts.append(post)
        return True
