"""System C: rooms, and messages to somebody who is away. `tests/client/` shows the client's prompt in a room."""

from twisted.trial.unittest import SynchronousTestCase

from tests.transcripts.both import OverBoth


class Rooms(OverBoth, SynchronousTestCase):
    """Entering and leaving is announced, and inside a room every line is chat."""

    transcript = """
        Alice connects
        Alice> server:register Alice
        Alice< server: welcome, Alice
        Alice< server: 1 online; …
        Bob connects
        Bob> server:register Bob
        Bob< server: welcome, Bob
        Bob< server: 2 online; …
        Alice< server: Bob joined

        # leaving where there is nothing to leave does no harm
        Alice> leave
        Alice< server: error: you are in no room
        Alice> server:join teamchat
        Alice< server: you are in teamchat (1): Alice
        Bob> join TeamChat
        Bob< server: you are in teamchat (2): Alice, Bob
        Alice< server: Bob joined teamchat
        Alice> Hello team!
        Bob< Alice (in teamchat): Hello team!
        Bob> exit
        Alice< Bob (in teamchat): exit
        Bob> who
        Alice< Bob (in teamchat): who
        Bob> Alice:this is no private message
        Alice< Bob (in teamchat): Alice:this is no private message
        Bob< server: that went to everybody in teamchat; server:message Alice … writes to Alice alone
        Bob> /who
        Bob< server: online (2): Alice, Bob
        Bob> server:message Alice but this is
        Alice< Bob: but this is
        Bob> server:join teamchat
        Bob< server: error: you are in teamchat already
        Bob> server:join not a room
        Bob< server: error: type server:join <room>
        Bob> server:join bad/room
        Bob< server: error: a room's name is 1 to 64 letters, digits, - or _

        # going to another room leaves the one before, and whoever is in none hears only the lobby
        Bob> /join kitchen
        Bob< server: you are in kitchen (1): Bob
        Bob< server: you left teamchat
        Alice< server: Bob left teamchat
        Alice> is anybody left?
        Bob> leave
        Bob< server: you left kitchen
        Bob> tea is ready
        Alice< Bob (in lobby): tea is ready

        # whoever goes while in a room leaves both
        Bob> join teamchat
        Bob< server: you are in teamchat (2): Alice, Bob
        Bob< […UTC #3] Alice (in teamchat): Hello team!
        Bob< […UTC #4] Bob (in teamchat): exit
        Bob< […UTC #5] Bob (in teamchat): who
        Bob< […UTC #6] Bob (in teamchat): Alice:this is no private message
        Bob< […UTC #8] Alice (in teamchat): is anybody left?
        Alice< server: Bob joined teamchat
        Bob> server:exit
        Bob< server: goodbye
        Bob is closed
        Alice< server: Bob left teamchat
        Alice< server: Bob left
    """


class Offline(OverBoth, SynchronousTestCase):
    """Messages to somebody who is away wait for them, in order, and come once."""

    transcript = """
        Alice connects
        Alice> server:register Alice
        Alice< server: welcome, Alice
        Alice< server: 1 online; …
        Alice> Bob:one
        Alice< server: Bob is offline, your message is queued
        Alice< server: nobody called Bob has been here yet; …
        Alice> bob:two
        Alice< server: bob is offline, your message is queued
        Alice< server: nobody called bob has been here yet; …
        Alice> server:message BOB three
        Alice< server: BOB is offline, your message is queued
        Alice< server: nobody called BOB has been here yet; …

        Bob connects
        Bob> server:register Bob
        Bob< server: welcome, Bob
        Bob< server: 2 online; …
        Bob< server: 3 messages while you were away
        Bob< […UTC #1] Alice: one
        Bob< […UTC #2] Alice: two
        Bob< […UTC #3] Alice: three
        Alice< server: Bob joined
        Alice> Bob:four
        Bob< Alice: four
        Bob> server:exit
        Bob< server: goodbye
        Bob is closed
        Alice< server: Bob left

        # once
        Again connects
        Again> server:register Bob
        Again< server: welcome, Bob
        Again< server: 2 online; …
        Alice< server: Bob joined
    """


class InTheClient(OverBoth, SynchronousTestCase):
    """The client asks for what `message` needs, and lets everything be said in a room, but `leave`."""

    transcript = """
        Alice connects
        Alice> register Alice
        Alice< server: welcome, Alice
        Alice< server: 1 online; …
        Bob starts the client as Bob
        Bob< …:… * welcome, Bob; 2 online, help lists the commands
        Alice< server: Bob joined
        Bob> message
        Bob< to whom:
        Bob> Alice
        Bob< text:
        Bob> how are you?
        Alice< Bob: how are you?
        Bob> message
        Bob< to whom:
        Bob> Carol
        Bob< text:
        Bob> for later
        Bob< …:… * Carol is offline, your message is queued
        Bob< …:… * nobody called Carol has been here yet; whoever takes the name will get it, /unsend takes it back
        Bob> leave
        Bob< ! you are in no room
        Bob> join teamchat
        Bob< …:… * you are in teamchat (1): Bob
        Alice> join teamchat
        Alice< server: you are in teamchat (2): Alice, Bob
        Bob< …:… * Alice joined teamchat
        Bob> exit
        Alice< Bob (in teamchat): exit
        Bob> message
        Alice< Bob (in teamchat): message
        Alice> hello
        Bob< …:… #teamchat <Alice> hello
        Bob> leave
        Bob< …:… * you left teamchat
        Alice< server: Bob left teamchat
        Bob> exit
        Bob< …:… * goodbye
        Bob is closed
        Alice< server: Bob left

        Carol starts the client as Carol
        Carol< …:… * welcome, Carol; 2 online, help lists the commands
        Carol< …:… * 1 message while you were away
        Carol< …:… @Carol <Bob> for later
        Alice< server: Carol joined
    """
