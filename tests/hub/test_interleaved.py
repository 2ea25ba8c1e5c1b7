"""Several people with two devices each change one room at once, while the store commits at any time, and refuses."""

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.events import Listed, Message
from chat.room_state import Closed
from tests.hub.interleaved import COMMANDS, DEVICES, OTHERS, PEOPLE, STORE, Asked, World

_ASKED = st.builds(
    Asked,
    st.integers(0, DEVICES - 1),
    st.sampled_from(COMMANDS),
    st.integers(0, len(PEOPLE) - 1),
    st.integers(0, 9),
)
STEPS = st.lists(_ASKED | st.sampled_from((*STORE, *OTHERS)), max_size=50)


class Interleaved(SynchronousTestCase):
    """Whatever is asked, in whatever order it is committed."""

    @settings(deadline=None, max_examples=200)
    @given(STEPS, st.booleans())
    def test_all_agree(self, steps: list[str | Asked], is_private: bool) -> None:
        """Each request is answered once, all see one order, nobody hears what is not theirs; hub and store agree."""
        world = World(is_private=is_private)
        world.take(*steps)
        world.settle()
        self.assertEqual(world.faults(), [])
        self.assertEqual(self.flushLoggedErrors(), [])


class Known(SynchronousTestCase):
    """Moments that were once forgotten. Dee, a guest, is on device 6; 0 and 1 are Ann's, 2 and 3 Bob's."""

    def check(self, *steps: str | Asked, is_private: bool = False) -> World:
        """These happen, one after another, and then everything settles; nothing is wrong."""
        world = World(is_private=is_private)
        world.take(*steps, "settle")
        self.assertEqual(world.faults(), [])
        self.assertEqual(self.flushLoggedErrors(), [])
        return world

    def test_old_texts(self) -> None:
        """What was read before a message was changed, and is shown after the change, has it as it is now."""
        said = (Asked(6, "message"), "flush")
        for change in ("edit", "delete"):
            for question in ("history", "resume"):
                # The change waits for the store, which answers the question before.
                asked = (Asked(6, change), "recall", Asked(2, question), "find")
                self.check(*said, *asked, "flush", "recall")
                self.check(*said, "slow", *asked, "recall", "flush")
                # An older edit, too.
                self.check(*said, Asked(6, "edit"), "recall", "flush", "slow", *asked, "recall", "flush")

    def test_reactions(self) -> None:
        """A reaction that was taken back is not shown by what was read before."""
        world = World(is_private=False)
        world.take(Asked(6, "message"), "flush", Asked(2, "react"), "recall", "flush")
        world.take(Asked(2, "unreact"), "recall", Asked(4, "history"), "find", "flush", "settle")
        found = [each for each in world.devices[4].events if isinstance(each, Listed)][-1]
        self.assertEqual([each.reactions for each in found.messages if isinstance(each, Message)], [None])

    def test_follower(self) -> None:
        """A change that comes while a follower is catching up is told."""
        said = (Asked(6, "message"), "flush")
        for change in ("edit", "delete"):
            self.check(*said, Asked(6, change), "recall", "follow", "find", "flush", "recall")

    def test_follower_of_a_deleted_room(self) -> None:
        """A follower who is still catching up when the room is deleted, or becomes private, follows no more."""
        for step in ("close", "private"):
            world = self.check("follow", Asked(0, step))
            self.assertEqual((world.hub.visitors.followers.count, world.follower.is_open), (0, False))

    def test_refused(self) -> None:
        """Where the store refuses it, nobody is put out, and nobody is banned."""
        for command in ("kick", "ban"):
            world = self.check(Asked(0, command, PEOPLE.index("Bob")), "fail")
            self.assertEqual([list(session.rooms) for session in world.sessions], [["den"]] * DEVICES)

    def test_new_owner(self) -> None:
        """Whoever owns the room by then is not put out, nor loses the role, by what was asked before."""
        cy = PEOPLE.index("Cy")
        for late in (Asked(2, "kick", cy), Asked(2, "ban", cy), Asked(1, "member", cy)):
            world = self.check(Asked(0, "owner", cy), late)
            self.assertEqual(world.store.states["den"].owner, "cy")

    def test_deleted_for_good(self) -> None:
        """Nothing that was asked at the same time opens a deleted room again."""
        world = self.check(Asked(0, "close"), Asked(1, "archive"), Asked(2, "mute", 3))
        closed = {state.settings.closed for state in world.store.states.values()}
        self.assertEqual((closed, dict(world.hub.rooms)), ({Closed.DELETED}, {}))
