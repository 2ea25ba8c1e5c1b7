"""How far a room has reached somebody: noted now and then, and by what has left."""

from chat.limits import Limits
from tests.server.case import ServerCase, producer


class Arrivals(ServerCase):
    """Al has an account, and is in a room with Bob."""

    limits = Limits(sweep_seconds=2.0)

    def setUp(self) -> None:
        super().setUp()
        self.bob, _ = self.register("Bob")
        self.bob.dataReceived(b"join team\n")
        self.al, self.told = self.connect()
        self.al.dataReceived(
            b'{"type":"join","nickname":"Al","password":"correct-horse"}\n{"type":"join","room":"team"}\n'
        )
        self.told.clear()

    def come_back(self) -> list[str]:
        """What Al is told of the room when he comes again."""
        al, told = self.connect()
        al.dataReceived(b'{"type":"join","nickname":"Al","password":"correct-horse"}\n')
        return [line.partition('"text":"')[2].partition('"')[0] for line in self.said(told) if '"past"' in line]

    def test_noted(self) -> None:
        """What was there when it was noted does not come again; what came after that does."""
        self.bob.dataReceived(b"one\n")
        self.clock.advance(2)
        self.bob.dataReceived(b"two\n")
        self.lose(self.al)
        self.bob.dataReceived(b"three\n")
        self.assertEqual(self.come_back(), ["two", "three"])

    def test_left_in_order(self) -> None:
        """Who says goodbye has got everything."""
        self.bob.dataReceived(b"one\n")
        self.al.dataReceived(b'{"type":"disconnect"}\n')
        self.lose(self.al)
        self.bob.dataReceived(b"two\n")
        self.assertEqual(self.come_back(), ["two"])

    def test_not_read(self) -> None:
        """What is queued for somebody who does not read has not arrived, however often it is noted."""
        producer(self.told).pauseProducing()
        self.bob.dataReceived(b"one\n")
        self.clock.advance(2)
        self.clock.advance(2)
        self.lose(self.al)
        self.assertEqual(self.come_back(), ["one"])

    def test_pages(self) -> None:
        """Much that was missed comes page by page, as fast as it is read, and live messages meanwhile."""
        self.lose(self.al)
        for number in range(100):
            self.bob.dataReceived(f"number {number}\n".encode())
        al, told = self.connect()
        producer(told).pauseProducing()
        al.dataReceived(b'{"type":"join","nickname":"Al","password":"correct-horse"}\n')
        producer(told).resumeProducing()
        past = [line for line in self.said(told) if '"past":true' in line]
        self.assertEqual(len(past), 100)
        self.bob.dataReceived(b"live\n")
        self.assertIn('"text":"live"', self.said(told)[-1])
