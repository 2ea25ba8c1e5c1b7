"""System E: broadcast. Every line typed goes to all others at once."""

from twisted.trial.unittest import SynchronousTestCase

from chat.hub.hub import Lobby
from tests.transcript import MemoryWire, replay
from tests.transcripts.both import OverBoth

_THREE = """
        Ann connects
        Ann> register Ann
        Ann< server: welcome, Ann
        Ann< server: 1 online; …
        Ben connects
        Ben> register Ben
        Ben< server: welcome, Ben
        Ben< server: 2 online; …
        Ann< server: Ben joined
        Cat connects
        Cat> register Cat
        Cat< server: welcome, Cat
        Cat< server: 3 online; …
        Ann< server: Cat joined
        Ben< server: Cat joined
"""


class Broadcast(OverBoth, SynchronousTestCase):
    """To all others, never to the sender; and `quit` disturbs nobody."""

    transcript = (
        _THREE
        + """
        Ann> hello
        Ben< Ann (in lobby): hello
        Cat< Ann (in lobby): hello
        Ben> see https://example.org/a:b
        Ann< Ben (in lobby): see https://example.org/a:b
        Cat< Ben (in lobby): see https://example.org/a:b
        Ben> all: a line with a colon: like this
        Ann< Ben (in lobby): a line with a colon: like this
        Cat< Ben (in lobby): a line with a colon: like this
        Cat> Ann:only for you
        Ann< Cat: only for you
        Ben> quit
        Ben< server: goodbye
        Ben is closed
        Ann< server: Ben left
        Cat< server: Ben left
        Ann> still here
        Cat< Ann (in lobby): still here
    """
    )


class OtherLobbies(SynchronousTestCase):
    """The lobby may have another name, or be closed."""

    def test_named(self) -> None:
        """Its name is said, reserved, and means everybody."""
        transcript = (
            _THREE
            + """
            Ann> plaza: to all
            Ben< Ann (in plaza): to all
            Cat< Ann (in plaza): to all
            Ann> server:join plaza
            Ann< server: error: you are in plaza already
            Dan connects
            Dan> register Plaza
            Dan< server: error: the name Plaza is reserved, choose another
        """
        )
        replay(transcript, MemoryWire(lobby=Lobby("plaza")))

    def test_closed(self) -> None:
        """Without a lobby a line in no room is an error that says what to type."""
        transcript = """
            Ann connects
            Ann> register Ann
            Ann< server: welcome, Ann
            Ann< server: 1 online; type server:join <room>; server:help lists the commands
            Ben connects
            Ben> register Ben
            Ben< server: welcome, Ben
            Ben< server: 2 online; …
            Ann< server: Ben joined
            Ann> hello
            Ann< server: error: you are in no room, type server:join <room> or <name>:<text>
            Ann> Ben:hello
            Ben< Ann: hello
            Ann> join lobby
            Ann< server: error: the name lobby is reserved, choose another
        """
        replay(transcript, MemoryWire(lobby=Lobby(is_open=False)))

    def test_message_of_the_day(self) -> None:
        """It stands in the welcome, line by line."""
        transcript = """
            Ann connects
            Ann> register Ann
            Ann< server: welcome, Ann
            Ann< server: be kind
            Ann< server: and brief
            Ann< server: 1 online; …
        """
        replay(transcript, MemoryWire(motd=["be kind", "and brief"]))
