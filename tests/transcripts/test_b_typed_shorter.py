"""System B: the same, typed shorter, over `nc` and in the bundled client."""

from twisted.trial.unittest import SynchronousTestCase

from tests.transcripts.both import OverBoth


class TypedShorter(OverBoth, SynchronousTestCase):
    """Bare words are commands while you are in no room, unless they are the beginning of something to say."""

    transcript = """
        Alice connects
        Alice> register Alice
        Alice< server: welcome, Alice
        Alice< server: 1 online; …
        Bob connects
        Bob> /register Bob
        Bob< server: welcome, Bob
        Bob< server: 2 online; …
        Alice< server: Bob joined
        Alice> who
        Alice< server: online (2): Alice, Bob
        Alice> Who
        Alice< server: online (2): Alice, Bob
        Alice> message Bob hello there
        Bob< Alice: hello there
        Alice> /msg bob psst
        Bob< Alice: psst
        Alice> help leave
        Alice< server: leave - leave the room you are in
        Alice> message Bob
        Alice< server: error: type server:message <name> <text>
        Alice> join
        Alice< server: error: type server:join <room>
        Alice> who wants tea?
        Bob< Alice (in lobby): who wants tea?
        Alice> help me please
        Bob< Alice (in lobby): help me please
        Alice> exit now?
        Bob< Alice (in lobby): exit now?
        Alice> exit
        Alice< server: goodbye
        Alice is closed
        Bob< server: Alice left
        Bob> q!
        Bob< server: goodbye
        Bob is closed
    """


class InTheClient(OverBoth, SynchronousTestCase):
    """The client asks for a name, asks again when it is taken, and takes the same short commands."""

    transcript = """
        Alice connects
        Alice> register Alice
        Alice< server: welcome, Alice
        Alice< server: 1 online; …
        Bob starts the client
        Bob< your name:
        Bob> alice
        Bob< ! the name alice is taken, choose another
        Bob< your name:
        Bob> not a name
        Bob< ! a name is 1 to 32 letters, digits, - or _
        Bob< your name:
        Bob> Bob
        Bob< …:… * welcome, Bob; 2 online, help lists the commands
        Alice< server: Bob joined
        Bob> who
        Bob< …:… * online (2): Alice, Bob
        Bob> Alice:Hi Alice!
        Alice< Bob: Hi Alice!
        Alice> Bob:Hi Bob!
        Bob< …:… @Bob <Alice> Hi Bob!
        Bob> exit
        Bob< …:… * goodbye
        Bob is closed
        Alice< server: Bob left
    """
