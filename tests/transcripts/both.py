"""Runs a transcript twice: over `StringTransport`, and over real sockets to a real `twistd`."""

from chat.limits import Limits
from tests.running import RunningServer
from tests.transcript import MemoryWire, SocketWire, replay


class OverBoth:
    """Mixed into a `SynchronousTestCase` whose `transcript` it replays."""

    transcript: str
    options: tuple[str, ...] = ()
    limits: Limits | None = None

    def test_over_string_transport(self) -> None:
        """Every push is there as soon as `dataReceived` returns."""
        replay(self.transcript, MemoryWire(self.limits))

    def test_over_sockets(self) -> None:
        """The same over TCP, to the program that people start."""
        with RunningServer(*self.options) as server:
            wire = SocketWire(server)
            try:
                replay(self.transcript, wire)
            finally:
                wire.close()
