"""Runs a transcript twice: over `StringTransport`, and over real sockets to a real `twistd`."""

from chat.limits import Limits
from tests.client_framing import Lines, Messages
from tests.running import RunningServer
from tests.transcript import MemoryWire, SocketWire, replay


class OverBoth:
    """Mixed into a `SynchronousTestCase` whose `transcript` it replays."""

    transcript: str
    options: tuple[str, ...] = ()
    limits: Limits | None = None

    def test_over_string_transport(self) -> None:
        """Every push is there as soon as `dataReceived` returns."""
        self.replay_in_memory(Lines)

    def test_over_sockets(self) -> None:
        """The same over TCP, to the program that people start."""
        self.replay_over_sockets(Lines)

    def replay_in_memory(self, framing: type[Lines]) -> None:
        """Replay it where clients speak like that."""
        replay(self.transcript, MemoryWire(self.limits, framing=framing))

    def replay_over_sockets(self, framing: type[Lines]) -> None:
        """The same with a server of its own."""
        with RunningServer(*self.options) as server:
            wire = SocketWire(server, framing)
            try:
                replay(self.transcript, wire)
            finally:
                wire.close()


class OverWebSocket(OverBoth):
    """The same where programs come by WebSocket: four times in all."""

    def test_over_frames(self) -> None:
        """What is said in frames is what is said in lines."""
        self.replay_in_memory(Messages)

    def test_over_frames_and_sockets(self) -> None:
        """The same over TCP, to the program that people start."""
        self.replay_over_sockets(Messages)
