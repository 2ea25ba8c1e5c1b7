"""How far a place was heard: each thing is shown once, in the order of the place, however it comes."""

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.client.memory import Heard
from chat.client.places import Place, RoomPush
from chat.wire import schema


def said(seq: int, *, past: bool = False) -> schema.Message:
    return schema.Message(sender="Al", room="a", seq=seq, timestamp=f"{seq:04}", size=0, text=str(seq), past=past)


def seqs(pushes: "tuple[RoomPush, ...] | list[RoomPush]") -> list[int]:
    return [push.seq for push in pushes]


class OnePlace(SynchronousTestCase):
    """One case each."""

    def place(self, heard: int = 0) -> Place:
        return Place("#a", {"room": "a"}, Heard("#a", heard, f"{heard:04}") if heard else None)

    def test_live(self) -> None:
        """What comes is shown, whatever its seq: a server may have begun anew."""
        place = self.place(10)
        for seq in (11, 3):
            self.assertEqual(seqs([*place.take(said(seq))]), [seq])
            self.assertEqual(place.heard, Heard("#a", seq, "0011"))

    def test_past(self) -> None:
        """What was shown before is not shown again; but a message with an old seq and a new time is another one."""
        place = self.place(10)
        self.assertEqual(place.take(said(10, past=True)), ())
        self.assertEqual(len(place.take(said(11, past=True))), 1)
        anew = schema.Message(sender="Al", room="a", seq=2, timestamp="0012", size=0, text="", past=True)
        self.assertEqual(len(place.take(anew)), 1)

    def test_held(self) -> None:
        """While what was missed is coming, what is live waits; our own words are not told to us."""
        place = self.place(10)
        self.assertEqual(place.begin(), 10)
        place.said(12, "0012")
        for each in (said(15), said(11, past=True), said(12, past=True), said(13, past=True), said(11, past=True)):
            self.assertEqual(place.take(each), ())
        self.assertEqual(seqs([*place.brought(more=False)]), [11, 13, 15])
        self.assertEqual(seqs([*place.take(said(16))]), [16])

    def test_more(self) -> None:
        """What is complete is shown, and the rest asked for."""
        place = self.place(10)
        place.begin()
        for each in (said(11, past=True), said(12, past=True), said(20)):
            place.take(each)
        self.assertEqual(seqs([*place.brought(more=True)]), [11, 12])
        self.assertTrue(place.is_resuming)
        self.assertEqual(place.begin(), 12)
        place.take(said(13, past=True))
        self.assertEqual(seqs([*place.brought(more=False)]), [13, 20])

    def test_more_of_nothing(self) -> None:
        """A server that says so is not asked for ever."""
        place = self.place(10)
        place.begin()
        self.assertEqual(place.brought(more=True), [])
        self.assertFalse(place.is_resuming)

    def test_brought_by_itself(self) -> None:
        """What the server brings without being asked, from further on, does not hide what is missing before it."""
        place = self.place(10)
        place.elsewhere = 20
        place.begin()
        for seq in (21, 22, 11, 12):
            place.take(said(seq, past=True))
        self.assertEqual(seqs([*place.brought(more=True)]), [11, 12])
        self.assertEqual(place.begin(), 12)
        for seq in (13, 20, 21):
            place.take(said(seq, past=True))
        self.assertEqual(seqs([*place.brought(more=True)]), [13, 20])
        self.assertEqual(place.begin(), 20)
        place.take(said(21, past=True))
        self.assertEqual(seqs([*place.brought(more=True)]), [21, 22])

    def test_lost_connection(self) -> None:
        """What was held comes again, but for the news that we said something."""
        place = self.place(10)
        place.begin()
        place.said(11, "0011")
        place.take(said(12))
        place.disconnected()
        self.assertEqual(place.begin(), 10)
        for seq in (11, 12):
            place.take(said(seq, past=True))
        self.assertEqual(seqs([*place.brought(more=False)]), [12])

    def test_entering(self) -> None:
        """By hand, what was before is not missed. A place that has not come that far has begun anew."""
        place = self.place()
        place.enter(5, by_hand=True)
        self.assertEqual(place.position, 5)
        place.enter(7, by_hand=False)
        self.assertEqual(place.position, 5)
        place.enter(2, by_hand=True)
        self.assertEqual((place.position, place.heard), (2, None))


class AnyOrder(SynchronousTestCase):
    """However what was missed, what is live, and lost connections follow each other."""

    @given(st.data())
    def test_once_and_in_order(self, data: st.DataObject) -> None:
        """A room of numbered messages, a client that comes and goes and knows the first: it hears the others."""
        place = Place("#a", {"room": "a"}, Heard("#a", 1, "0001"))
        shown: list[int] = []
        last = 1
        for _ in range(data.draw(st.integers(1, 4), "connections")):
            last += data.draw(st.integers(0, 5), "said meanwhile")
            entered = last
            place.elsewhere = data.draw(st.integers(place.position, entered), "elsewhere")
            itself = [said(seq, past=True) for seq in range(place.elsewhere + 1, entered + 1)]
            after = place.begin()
            while place.is_resuming and data.draw(st.integers(0, 9), "goes on"):
                size = data.draw(st.integers(1, 3), "page")
                page = [said(seq, past=True) for seq in range(after + 1, min(after + size, entered) + 1)]
                live = data.draw(st.integers(0, 2), "live")
                for each in data.draw(st.permutations([*page, *itself])):
                    shown += seqs([*place.take(each)])
                for _ in range(live):
                    last += 1
                    shown += seqs([*place.take(said(last))])
                shown += seqs([*place.brought(more=after + size < entered)])
                if place.is_resuming:
                    after = place.begin()
            place.disconnected()
        place.elsewhere = last
        after = place.begin()
        for seq in range(after + 1, last + 1):
            shown += seqs([*place.take(said(seq, past=True))])
        shown += seqs([*place.brought(more=False)])
        self.assertEqual(shown, list(range(2, last + 1)))
