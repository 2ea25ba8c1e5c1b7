"""System B: the same, typed shorter. `tests/client/` has the client's half: asking again for a name."""

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
