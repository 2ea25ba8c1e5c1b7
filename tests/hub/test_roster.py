"""People in alphabetical order, as a sorted dict would list them."""

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.events import Roll
from chat.hub.roster import Roster

KEYS = st.sampled_from(["al", "bob", "cy", "zoë", "éa"])
STEPS = st.lists(st.tuples(st.booleans(), KEYS), max_size=40)


class Rosters(SynchronousTestCase):
    """The names, in pages."""

    @given(STEPS, st.integers(1, 3), st.one_of(st.just(""), KEYS, st.just("b")))
    def test_model(self, steps: list[tuple[bool, str]], limit: int, after: str) -> None:
        """Whoever comes and goes, each name is listed once, in its place."""
        roster, model = Roster(), set[str]()
        for comes, key in steps:
            if comes:
                roster.add(key, key.title())
                model.add(key)
            else:
                roster.discard(key)
                model.discard(key)
            self.assertEqual(roster.page(limit).names, [each.title() for each in sorted(model)[:limit]])
        there = sorted(model)
        behind = [key for key in there if key > after]
        page = [key.title() for key in behind[:limit]]
        self.assertEqual(len(roster), len(there))
        self.assertEqual(roster.page(limit, after), Roll(page, len(there), len(behind) - len(page)))
