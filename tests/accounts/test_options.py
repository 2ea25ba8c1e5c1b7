"""`--accounts`, `--registration` and `--replay`, on a real server."""

from twisted.trial.unittest import SynchronousTestCase

from tests.running import RunningServer
from tests.transcript import SocketWire, replay


class Modes(SynchronousTestCase):
    """What the operator allows."""

    def replay(self, transcript: str, *options: str) -> None:
        with RunningServer(*options, "--data", ":memory:") as server:
            wire = SocketWire(server)
            try:
                replay(transcript, wire)
            finally:
                wire.close()
        self.assertNotIn("horse", server.log)

    def test_accounts_required(self) -> None:
        """No guests: a name alone is not enough. And what is typed is not in the log."""
        self.replay(
            """
            Al connects
            Al> register Al
            Al< server: error: this server wants an account, type server:register <name> <password>
            Al> register Al correct-horse
            Al< server: welcome, Al
            Al< server: 1 online; …
            """,
            "--accounts",
            "required",
        )

    def test_registration_closed(self) -> None:
        """Guests only, but for those who have an account already."""
        self.replay(
            """
            Al connects
            Al> register Al correct-horse
            Al< server: error: nobody can make an account here
            Al> register Al
            Al< server: welcome, Al
            Al< server: 1 online; …
            Al> password correct-horse
            Al< server: error: nobody can make an account here
            """,
            "--registration",
            "closed",
        )

    def test_replay(self) -> None:
        """None, where nobody wants it."""
        self.replay(
            """
            Al connects
            Al> register Al
            Al< server: welcome, Al
            Al< server: 1 online; …
            Al> join team
            Al< server: you are in team (1): Al
            Al> hello
            Al> leave
            Al< server: you left team
            Al> join team
            Al< server: you are in team (1): Al
            """,
            "--replay",
            "0",
        )
