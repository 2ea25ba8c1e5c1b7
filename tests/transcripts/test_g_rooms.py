"""Rooms, people and messages one can live with: the lines that people read, and the objects that programs read."""

from twisted.trial.unittest import SynchronousTestCase

from tests.transcripts.both import OverBoth, OverWebSocket

# Alice makes a room, and Bob and Carol are in it; all have accounts.
THREE = """
        Alice connects
        Alice> server:register Alice correct-horse
        Alice< server: welcome, Alice
        Alice< server: 1 online; …
        Bob connects
        Bob> server:register Bob correct-horse
        Bob< server: welcome, Bob
        Bob< server: 2 online; …
        Alice< server: Bob joined
        Carol connects
        Carol> server:register Carol correct-horse
        Carol< server: welcome, Carol
        Carol< server: 3 online; …
        Alice< server: Carol joined
        Bob< server: Carol joined
        Alice> server:join teamchat
        Alice< server: you are in teamchat (1): Alice
        Bob> server:join teamchat
        Bob< server: you are in teamchat (2): Alice, Bob
        Alice< server: Bob joined teamchat
        Carol> server:join teamchat
        Carol< server: you are in teamchat (3): Alice, Bob, Carol
        Alice< server: Carol joined teamchat
        Bob< server: Carol joined teamchat
"""
DAVE = """
        Dave connects
        Dave> server:register Dave
        Dave< server: welcome, Dave
        Dave< server: 4 online; …
        Alice< server: Dave joined
        Bob< server: Dave joined
        Carol< server: Dave joined
"""


class TheRoom(OverBoth, SynchronousTestCase):
    """Its topic, its roles, and what the lists show of it."""

    transcript = f"""{THREE}
        Alice> server:topic Tea at four
        Alice< server: Alice set the topic of teamchat: Tea at four
        Bob< server: Alice set the topic of teamchat: Tea at four
        Carol< server: Alice set the topic of teamchat: Tea at four
        Bob> server:topic Coffee
        Bob< server: error: that is for a moderator of teamchat
        Alice> server:role Bob moderator
        Alice< server: Alice made Bob a moderator of teamchat
        Bob< server: Alice made Bob a moderator of teamchat
        Carol< server: Alice made Bob a moderator of teamchat
        Carol> server:members
        Carol< server: in teamchat (3): Alice (owner), Bob (moderator), Carol
        Carol> server:members TeamChat
        Carol< server: in teamchat (3): Alice (owner), Bob (moderator), Carol
        Carol> server:rooms
        Carol< server: 1 room
        Carol< server: teamchat (3): Tea at four
        Bob> server:topic Coffee
        Alice< server: Bob set the topic of teamchat: Coffee
        Bob< server: Bob set the topic of teamchat: Coffee
        Carol< server: Bob set the topic of teamchat: Coffee
        Alice> server:role Bob member
        Alice< server: Alice made Bob a member of teamchat
        Bob< server: Alice made Bob a member of teamchat
        Carol< server: Alice made Bob a member of teamchat
        Alice> server:owner Carol
        Alice< server: Alice made Carol the owner of teamchat
        Bob< server: Alice made Carol the owner of teamchat
        Carol< server: Alice made Carol the owner of teamchat
        Carol> server:members
        Carol< server: in teamchat (3): Alice (moderator), Bob, Carol (owner)
    """


class Private(OverBoth, SynchronousTestCase):
    """Whoever is not invited gets one and the same answer, and finds nothing."""

    transcript = f"""{THREE}{DAVE}
        Alice> server:private
        Alice< server: Alice made teamchat private
        Bob< server: Alice made teamchat private
        Carol< server: Alice made teamchat private
        Alice> the safe is behind the picture
        Bob< Alice (in teamchat): the safe is behind the picture
        Carol< Alice (in teamchat): the safe is behind the picture
        Dave> server:join teamchat
        Dave< server: error: teamchat is private
        Dave> server:join TeamChat
        Dave< server: error: TeamChat is private
        Dave> server:history teamchat
        Dave< server: error: teamchat is private
        Dave> server:since 1 teamchat
        Dave< server: error: teamchat is private
        Dave> server:members teamchat
        Dave< server: error: teamchat is private
        Dave> server:search safe in:teamchat
        Dave< server: error: teamchat is private
        Dave> server:search safe
        Dave< server: nothing found
        Dave> server:rooms
        Dave< server: 0 rooms
        Bob> server:invite Dave
        Bob< server: error: that is for a moderator of teamchat
        Alice> server:invite Dave
        Alice< server: Alice invited Dave to teamchat
        Bob< server: Alice invited Dave to teamchat
        Carol< server: Alice invited Dave to teamchat
        Dave< server: Alice invites you to teamchat, type server:join teamchat
        Dave> server:join teamchat
        Dave< server: you are in teamchat (4): Alice, Bob, Carol, Dave
        Dave< […] Alice (in teamchat): the safe is behind the picture
        Alice< server: Dave joined teamchat
        Bob< server: Dave joined teamchat
        Carol< server: Dave joined teamchat

        # leaving is not giving up membership
        Carol> leave
        Carol< server: you left teamchat
        Alice< server: Carol left teamchat
        Bob< server: Carol left teamchat
        Dave< server: Carol left teamchat
        Carol> server:join teamchat
        Carol< server: you are in teamchat (4): Alice, Bob, Carol, Dave
        Carol< […] Alice (in teamchat): the safe is behind the picture
        Alice< server: Carol joined teamchat
        Bob< server: Carol joined teamchat
        Dave< server: Carol joined teamchat
        Alice> server:public
        Alice< server: Alice made teamchat public
        Bob< server: Alice made teamchat public
        Carol< server: Alice made teamchat public
        Dave< server: Alice made teamchat public
    """


class Pests(OverBoth, SynchronousTestCase):
    """Whoever disturbs is removed, banned or muted, for a time or for good, and everybody reads it."""

    transcript = f"""{THREE}
        Alice> server:private
        Alice< server: Alice made teamchat private
        Bob< server: Alice made teamchat private
        Carol< server: Alice made teamchat private
        Bob> server:kick Carol
        Bob< server: error: that is for a moderator of teamchat
        Alice> server:role Bob moderator
        Alice< server: Alice made Bob a moderator of teamchat
        Bob< server: Alice made Bob a moderator of teamchat
        Carol< server: Alice made Bob a moderator of teamchat
        Bob> server:kick Alice
        Bob< server: error: that person is the owner of teamchat
        Bob> server:mute Carol 10m
        Alice< server: Bob muted Carol in teamchat for 10m
        Bob< server: Bob muted Carol in teamchat for 10m
        Carol< server: Bob muted Carol in teamchat for 10m
        Carol> but why
        Carol< server: error: you are muted in teamchat
        Bob> server:unmute Carol
        Alice< server: Bob unmuted Carol in teamchat
        Bob< server: Bob unmuted Carol in teamchat
        Carol< server: Bob unmuted Carol in teamchat
        Carol> thank you
        Alice< Carol (in teamchat): thank you
        Bob< Carol (in teamchat): thank you
        Bob> server:kick Carol too loud
        Alice< server: Bob removed Carol from teamchat: too loud
        Bob< server: Bob removed Carol from teamchat: too loud
        Carol< server: Bob removed Carol from teamchat: too loud
        Alice> is she gone?
        Bob< Alice (in teamchat): is she gone?
        Carol> server:join teamchat
        Carol< server: error: teamchat is private
        Carol> server:history teamchat
        Carol< server: error: teamchat is private
        Alice> server:public
        Alice< server: Alice made teamchat public
        Bob< server: Alice made teamchat public
        Bob> server:ban Carol 10m she knows
        Alice< server: Bob banned Carol from teamchat for 10m: she knows
        Bob< server: Bob banned Carol from teamchat for 10m: she knows
        Carol> server:join teamchat
        Carol< server: error: you are banned from teamchat until …: she knows
        Bob> server:unban Carol
        Alice< server: Bob unbanned Carol from teamchat
        Bob< server: Bob unbanned Carol from teamchat
        Carol> server:join teamchat
        Carol< server: you are in teamchat (3): Alice, Bob, Carol
        Carol< […] Carol (in teamchat): thank you
        Carol< […] Alice (in teamchat): is she gone?
        Alice< server: Carol joined teamchat
        Bob< server: Carol joined teamchat
    """


class Mending(OverBoth, SynchronousTestCase):
    """Messages are changed, deleted and answered by their numbers."""

    transcript = f"""{THREE}
        Alice> tea at fife
        Bob< Alice (in teamchat): tea at fife
        Carol< Alice (in teamchat): tea at fife
        Alice> server:edit 4 tea at five
        Alice< server: Alice changed #4 in teamchat: tea at five
        Bob< server: Alice changed #4 in teamchat: tea at five
        Carol< server: Alice changed #4 in teamchat: tea at five
        Bob> server:edit 4 coffee
        Bob< server: error: you did not say that, or not on this visit
        Bob> server:reply 4 not for me
        Alice< Bob (in teamchat, to Alice #4): not for me
        Carol< Bob (in teamchat, to Alice #4): not for me
        Bob> server:delete 4
        Bob< server: error: …
        Bob> server:delete 6
        Alice< server: Bob deleted #6 in teamchat
        Bob< server: Bob deleted #6 in teamchat
        Carol< server: Bob deleted #6 in teamchat
        Carol> server:react 4 👍
        Carol> server:say server:who is no command here
        Alice< Carol (in teamchat): server:who is no command here
        Bob< Carol (in teamchat): server:who is no command here
        Alice> server:delete 9
        Alice< server: Alice deleted #9 in teamchat
        Bob< server: Alice deleted #9 in teamchat
        Carol< server: Alice deleted #9 in teamchat
        Carol> server:search tea
        Carol< server: 1 message found
        Carol< […#4] Alice (in teamchat): tea at five (edited)
        Carol> server:search fife
        Carol< server: nothing found
        Carol> password: correct-horse
        Carol< server: not said, it may hold a password; server:say … says it
    """


class ForPrograms(OverWebSocket, SynchronousTestCase):
    """The same requests and events by their names."""

    transcript = """
        Alice connects
        Alice> {"type":"join","nickname":"Alice","password":"correct-horse"}
        Alice< {"type":"ack","request":"join","nickname":"Alice",…}
        Bob connects
        Bob> {"type":"join","nickname":"Bob","password":"correct-horse"}
        Bob< {"type":"ack","request":"join","nickname":"Bob",…}
        Alice< {"type":"joined","nickname":"Bob",…}
        Alice> {"type":"join","room":"teamchat"}
        Alice< {"type":"ack","request":"join","room":"teamchat","seq":1,"members":["Alice"]…}
        Alice> {"type":"topic","room":"teamchat","text":"Tea","id":1}
        Alice< {"type":"ack","request":"topic","id":1,"room":"teamchat","seq":2,"timestamp":"…"}
        Alice> {"type":"settings","room":"teamchat","settings":{"private":true}}
        Alice< {"type":"ack","request":"settings","room":"teamchat","seq":3,"timestamp":"…"}
        Bob> {"type":"join","room":"teamchat","id":1}
        Bob< {"type":"error","code":"private","message":"teamchat is private","id":1}
        Bob> {"type":"history","room":"teamchat","id":2}
        Bob< {"type":"error","code":"private","message":"teamchat is private","id":2}
        Alice> {"type":"invite","room":"teamchat","name":"Bob"}
        Alice< {"type":"ack","request":"invite","room":"teamchat","seq":4,"timestamp":"…"}
        Bob< {"type":"invitation","room":"teamchat","from":"Alice"}
        Bob> {"type":"join","room":"teamchat"}
        Bob< {"type":"ack","request":"join","room":"teamchat","seq":5,"members":["Alice","Bob"]…}
        Alice< {"type":"joined","nickname":"Bob","room":"teamchat","seq":5,"timestamp":"…"}
        Alice> {"type":"role","room":"teamchat","name":"Bob","role":"moderator"}
        Alice< {"type":"ack","request":"role","room":"teamchat","seq":6,"timestamp":"…"}
        Bob< {"type":"role","room":"teamchat","seq":6,"from":"Alice","timestamp":"…","name":"Bob","role":"moderator"}
        Bob> {"type":"topic","room":"teamchat","text":"Coffee"}
        Bob< {"type":"ack","request":"topic","room":"teamchat","seq":7,"timestamp":"…"}
        Alice< {"type":"topic","room":"teamchat","seq":7,"from":"Bob","timestamp":"…","text":"Coffee"}
        Bob> {"type":"message","room":"teamchat","text":"hello"}
        Bob< {"type":"ack","request":"message","room":"teamchat","seq":8,"timestamp":"…"}
        Alice< {"type":"message","from":"Bob","room":"teamchat","seq":8,…,"text":"hello"}
        Bob> {"type":"edit","room":"teamchat","seq":8,"text":"hello all"}
        Bob< {"type":"ack","request":"edit","room":"teamchat","seq":9,"timestamp":"…"}
        Alice< {"type":"edited","room":"teamchat","seq":9,"from":"Bob","timestamp":"…","of":8,"text":"hello all"}
        Alice> {"type":"react","room":"teamchat","seq":8,"emoji":"👍"}
        Alice< {"type":"ack","request":"react","room":"teamchat","seq":10,"timestamp":"…"}
        Bob< {"type":"reacted","room":"teamchat","seq":10,"from":"Alice","timestamp":"…","of":8,"emoji":"👍"}
        Alice> {"type":"message","room":"teamchat","text":"hi","answers":8}
        Alice< {"type":"ack","request":"message","room":"teamchat","seq":11,"timestamp":"…"}
        Bob< {"type":"message","from":"Alice","room":"teamchat","seq":11,…,"text":"hi","answers":8,"answered":"Bob"}
        Alice> {"type":"history","room":"teamchat","limit":1,"before":9}
        Alice< {"type":"message","from":"Bob","room":"teamchat","seq":8,…,"edited":true,"reactions":{"👍":["Alice"]}}
        Alice< {"type":"ack","request":"history","count":0,"more":true}
        Bob> {"type":"delete","room":"teamchat","seq":8}
        Bob< {"type":"ack","request":"delete","room":"teamchat","seq":12,"timestamp":"…"}
        Alice< {"type":"deleted","room":"teamchat","seq":12,"from":"Bob","timestamp":"…","of":8}
        Alice> {"type":"mute","room":"teamchat","name":"Bob","seconds":600}
        Alice< {"type":"ack","request":"mute","room":"teamchat","seq":13,"timestamp":"…"}
        Bob< {"type":"muted","room":"teamchat","seq":13,"from":"Alice",…,"name":"Bob","seconds":600.0,"until":"…"}
        Bob> {"type":"message","room":"teamchat","text":"hm"}
        Bob< {"type":"error","code":"muted","message":"you are muted in teamchat"}
        Alice> {"type":"unmute","room":"teamchat","name":"Bob"}
        Alice< {"type":"ack","request":"unmute","room":"teamchat","seq":14,"timestamp":"…"}
        Bob< {"type":"unmuted","room":"teamchat","seq":14,"from":"Alice","timestamp":"…","name":"Bob"}
        Alice> {"type":"members","room":"teamchat"}
        Alice< {"type":"members","room":"teamchat","members":[{"name":"Alice","role":"owner",…}],"count":2}
        Alice< {"type":"ack","request":"members"}
        Alice> {"type":"rooms"}
        Alice< {"type":"rooms","rooms":[{"room":"teamchat","topic":"Coffee","count":2,…}],"count":1}
        Alice< {"type":"ack","request":"rooms"}
        Alice> {"type":"kick","room":"teamchat","name":"Bob","reason":"enough"}
        Alice< {"type":"ack","request":"kick","room":"teamchat","seq":15,"timestamp":"…"}
        Bob< {"type":"kicked","room":"teamchat","seq":15,"from":"Alice","timestamp":"…","name":"Bob","reason":"enough"}
        Bob> {"type":"message","room":"teamchat","text":"hm"}
        Bob< {"type":"error","code":"private","message":"teamchat is private"}
        Alice> {"type":"ban","room":"teamchat","name":"Bob"}
        Alice< {"type":"ack","request":"ban","room":"teamchat","seq":16,"timestamp":"…"}
        Alice> {"type":"unban","room":"teamchat","name":"Bob"}
        Alice< {"type":"ack","request":"unban","room":"teamchat","seq":17,"timestamp":"…"}
    """
