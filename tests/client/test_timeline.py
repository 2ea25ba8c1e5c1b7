"""A timeline shows each event once, in the order of its room, however it comes."""

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.client.memory import ReadPosition
from chat.client.timeline import RoomPush, Timeline
from chat.wire import schema


def said(seq: int, *, past: bool = False) -> schema.Message:
    return schema.Message(sender="Al", room="a", seq=seq, timestamp=f"{seq:04}", size=0, text=str(seq), past=past)


def seqs(pushes: "tuple[RoomPush, ...] | list[RoomPush]") -> list[int]:
    return [push.seq for push in pushes]


class OneTimeline(SynchronousTestCase):
    """One case each."""

    def timeline(self, heard: int = 0) -> Timeline:
        return Timeline("#a", {"room": "a"}, ReadPosition("#a", heard, f"{heard:04}") if heard else None)

    def test_live(self) -> None:
        """What comes is shown, whatever its seq: a server may have begun anew."""
        timeline = self.timeline(10)
        for seq in (11, 3):
            self.assertEqual(seqs([*timeline.take(said(seq))]), [seq])
            self.assertEqual(timeline.shown, ReadPosition("#a", seq, "0011"))

    def test_past(self) -> None:
        """What was shown before is not shown again; but a message with an old seq and a new time is another one."""
        timeline = self.timeline(10)
        self.assertEqual(timeline.take(said(10, past=True)), ())
        self.assertEqual(len(timeline.take(said(11, past=True))), 1)
        anew = schema.Message(sender="Al", room="a", seq=2, timestamp="0012", size=0, text="", past=True)
        self.assertEqual(len(timeline.take(anew)), 1)

    def test_held(self) -> None:
        """While what was missed is coming, what is live waits; our own words are not told to us."""
        timeline = self.timeline(10)
        self.assertEqual(timeline.begin(), 10)
        timeline.sent(12, "0012")
        for each in (said(15), said(11, past=True), said(12, past=True), said(13, past=True), said(11, past=True)):
            self.assertEqual(timeline.take(each), ())
        self.assertEqual(seqs([*timeline.brought(more=False)]), [11, 13, 15])
        self.assertEqual(seqs([*timeline.take(said(16))]), [16])

    def test_more(self) -> None:
        """What is complete is shown, and the rest asked for."""
        timeline = self.timeline(10)
        timeline.begin()
        for each in (said(11, past=True), said(12, past=True), said(20)):
            timeline.take(each)
        self.assertEqual(seqs([*timeline.brought(more=True)]), [11, 12])
        self.assertTrue(timeline.is_resuming)
        self.assertEqual(timeline.begin(), 12)
        timeline.take(said(13, past=True))
        self.assertEqual(seqs([*timeline.brought(more=False)]), [13, 20])

    def test_more_of_nothing(self) -> None:
        """A server that says so is not asked for ever."""
        timeline = self.timeline(10)
        timeline.begin()
        self.assertEqual(timeline.brought(more=True), [])
        self.assertFalse(timeline.is_resuming)

    def test_brought_by_itself(self) -> None:
        """What the server brings without being asked, from further on, does not hide what is missing before it."""
        timeline = self.timeline(10)
        timeline.elsewhere = 20
        timeline.begin()
        for seq in (21, 22, 11, 12):
            timeline.take(said(seq, past=True))
        self.assertEqual(seqs([*timeline.brought(more=True)]), [11, 12])
        self.assertEqual(timeline.begin(), 12)
        for seq in (13, 20, 21):
            timeline.take(said(seq, past=True))
        self.assertEqual(seqs([*timeline.brought(more=True)]), [13, 20])
        self.assertEqual(timeline.begin(), 20)
        timeline.take(said(21, past=True))
        self.assertEqual(seqs([*timeline.brought(more=True)]), [21, 22])

    def test_lost_connection(self) -> None:
        """What was held comes again, but for the news that we said something."""
        timeline = self.timeline(10)
        timeline.begin()
        timeline.sent(11, "0011")
        timeline.take(said(12))
        timeline.disconnected()
        self.assertEqual(timeline.begin(), 10)
        for seq in (11, 12):
            timeline.take(said(seq, past=True))
        self.assertEqual(seqs([*timeline.brought(more=False)]), [12])

    def test_entering(self) -> None:
        """By hand, what was before is not missed. A timeline that has not come that far has begun anew."""
        timeline = self.timeline()
        timeline.enter(5, by_hand=True)
        self.assertEqual(timeline.position, 5)
        timeline.enter(7, by_hand=False)
        self.assertEqual(timeline.position, 5)
        timeline.enter(2, by_hand=True)
        self.assertEqual((timeline.position, timeline.shown), (2, None))


class AnyOrder(SynchronousTestCase):
    """However what was missed, what is live, and lost connections follow each other."""

    @given(st.data())
    def test_once_and_in_order(self, data: st.DataObject) -> None:
        """A room of numbered messages, a client that comes and goes and knows the first: it hears the others."""
        timeline = Timeline("#a", {"room": "a"}, ReadPosition("#a", 1, "0001"))
        shown: list[int] = []
        last = 1
        for _ in range(data.draw(st.integers(1, 4), "connections")):
            last += data.draw(st.integers(0, 5), "said meanwhile")
            entered = last
            timeline.elsewhere = data.draw(st.integers(timeline.position, entered), "elsewhere")
            itself = [said(seq, past=True) for seq in range(timeline.elsewhere + 1, entered + 1)]
            after = timeline.begin()
            while timeline.is_resuming and data.draw(st.integers(0, 9), "goes on"):
                size = data.draw(st.integers(1, 3), "page")
                page = [said(seq, past=True) for seq in range(after + 1, min(after + size, entered) + 1)]
                live = data.draw(st.integers(0, 2), "live")
                for each in data.draw(st.permutations([*page, *itself])):
                    shown += seqs([*timeline.take(each)])
                for _ in range(live):
                    last += 1
                    shown += seqs([*timeline.take(said(last))])
                shown += seqs([*timeline.brought(more=after + size < entered)])
                if timeline.is_resuming:
                    after = timeline.begin()
            timeline.disconnected()
        timeline.elsewhere = last
        after = timeline.begin()
        for seq in range(after + 1, last + 1):
            shown += seqs([*timeline.take(said(seq, past=True))])
        shown += seqs([*timeline.brought(more=False)])
        self.assertEqual(shown, list(range(2, last + 1)))
