"""Accounts, resuming, history and search as programs ask for them."""

from twisted.trial.unittest import SynchronousTestCase

from chat.limits import Limits
from tests.transcript import MemoryWire, replay
from tests.transcripts.both import OverWebSocket


class Tokens(SynchronousTestCase):
    """A token lets a program in again without the password. In memory: there it is known beforehand."""

    def test_tokens(self) -> None:
        """It is told once, is valid until it is revoked, and belongs to one name."""
        replay(
            """
            Al connects
            Al> {"type":"join","nickname":"Al","password":"correct-horse","remember":true,"id":1}
            Al< {"type":"ack","request":"join","id":1,…,"account":true,"token":"secret-1",…}
            Again connects
            Again> {"type":"join","nickname":"Al","token":"secret-1","id":1}
            Again< {"type":"ack","request":"join","id":1,"nickname":"Al",…,"lobby":"lobby","account":true,…}
            Other connects
            Other> {"type":"join","nickname":"Bob","token":"secret-1","id":1}
            Other< {"type":"error","code":"bad_token",…,"id":1}
            Al> {"type":"logout","id":2}
            Al< {"type":"ack","request":"logout","id":2}
            Al is closed
            Again< {"type":"error","code":"logged_out",…}
            Again is closed
            Other> {"type":"join","nickname":"Al","token":"secret-1","id":2}
            Other< {"type":"error","code":"bad_token",…,"id":2}
            """,
            MemoryWire(),
        )


class Requests(OverWebSocket, SynchronousTestCase):
    """To make, change and delete an account; what comes in one go with the login is done after it."""

    transcript = """
        Al connects
        Al> {"type":"join","nickname":"Al"}
        Al< {"type":"ack","request":"join","nickname":"Al",…,"lobby":"lobby",…}
        Al> {"type":"account.change","password":"correct-horse","old":"wrong-horse","id":0}
        Al< {"type":"error","code":"account_needed",…,"id":0}
        Al> {"type":"account.create","password":"correct-horse","id":1}
        Al< {"type":"ack","request":"account.create","id":1}
        Al> {"type":"account.change","password":"another-horse","old":"wrong-horse","id":2}
        Al< {"type":"error","code":"wrong_password",…,"id":2}
        Al> {"type":"account.change","password":"another-horse","old":"correct-horse","id":2}
        Al< {"type":"ack","request":"account.change","id":2}
        Al> {"type":"account.delete","password":"another-horse","id":3}
        Al< {"type":"ack","request":"account.delete","id":3}
        Al is closed
    """


class Belonging(OverWebSocket, SynchronousTestCase):
    """Whoever has an account is in their rooms again when they come back, and has missed nothing."""

    transcript = """
        Bob connects
        Bob> {"type":"join","nickname":"Bob"}
        Bob< {"type":"ack",…}
        Bob> {"type":"join","room":"team"}
        Bob< {"type":"ack",…}
        Al connects
        Al> {"type":"join","nickname":"Al","password":"correct-horse"}
        Al< {"type":"ack","request":"join","nickname":"Al",…,"account":true,…}
        Bob< {"type":"joined","nickname":"Al",…}
        Al> {"type":"join","room":"team","id":1}
        Al< {"type":"ack","request":"join","id":1,"room":"team","seq":2,"members":["Al","Bob"]}
        Bob< {"type":"joined","nickname":"Al","room":"team",…}
        Al> {"type":"disconnect"}
        Al< {"type":"ack","request":"disconnect"}
        Al is closed
        Bob< {"type":"left","nickname":"Al","room":"team",…}
        Bob< {"type":"left","nickname":"Al",…}
        Bob> {"type":"message","room":"team","text":"one"}
        Bob< {"type":"ack",…}
        Bob> {"type":"message","to":"Al","text":"two"}
        Bob< {"type":"ack",…,"queued":true}

        Phone connects
        Phone> {"type":"join","nickname":"Al","password":"correct-horse"}
        Phone< {"type":"ack",…"rooms":[{"room":"team","seq":4,"delivered":2,"read":0,"unread":1,…},{"to":"Bob",…}],…}
        Phone< {"type":"notice","code":"missed",…,"count":1}
        Phone< {"type":"message","from":"Bob","to":"Al","seq":1,…,"text":"two","past":true}
        Phone< {"type":"message","from":"Bob","room":"team","seq":4,…,"text":"one","past":true}
        Bob< {"type":"joined","nickname":"Al","seq":…}
        Bob< {"type":"joined","nickname":"Al","room":"team","seq":5,…}

        # who asks for something more has got what came before
        Phone> {"type":"who"}
        Phone< {"type":"who","names":["Al","Bob"]}
        Phone< {"type":"ack","request":"who"}

        # a second device is in the room too, and what one does the other sees
        Laptop connects
        Laptop> {"type":"join","nickname":"Al","password":"correct-horse"}
        Laptop< {"type":"ack","request":"join",…}
        Laptop> {"type":"message","room":"team","text":"three"}
        Laptop< {"type":"ack",…,"seq":6,…}
        Bob< {"type":"message","from":"Al","room":"team","seq":6,…,"text":"three"}
        Phone< {"type":"message","from":"Al","room":"team","seq":6,…,"text":"three"}
        Phone> {"type":"join","room":"attic"}
        Phone< {"type":"ack","request":"join","room":"attic","seq":1,"members":["Al"]}
        Laptop< {"type":"joined","nickname":"Al","room":"attic","seq":1,…}
        Laptop> {"type":"read","room":"team","seq":6}
        Laptop< {"type":"ack","request":"read"}
        Phone< {"type":"read","seq":6,"room":"team"}
        Laptop> {"type":"read","to":"Bob","seq":1}
        Laptop< {"type":"ack","request":"read"}
        Phone< {"type":"read","seq":1,"to":"Bob"}
        Bob< {"type":"seen","from":"Al","to":"Bob","seq":1}
        Laptop> {"type":"read","room":"cellar","seq":1,"id":5}
        Laptop< {"type":"error","code":"not_in_room",…,"id":5}
        Laptop> {"type":"leave","room":"team"}
        Laptop< {"type":"ack","request":"leave","room":"team"}
        Phone< {"type":"left","nickname":"Al","room":"team","seq":7,…}
        Bob< {"type":"left","nickname":"Al","room":"team","seq":7,…}
    """


class Resuming(OverWebSocket, SynchronousTestCase):
    """A program that was away says what it has, and gets the rest, up to where it came in."""

    transcript = """
        Bob connects
        Bob> {"type":"join","nickname":"Bob"}
        Bob< {"type":"ack",…}
        Bob> {"type":"join","room":"team"}
        Bob< {"type":"ack",…,"seq":1,…}
        Bob> {"type":"message","room":"team","text":"one"}
        Bob< {"type":"ack",…,"seq":2,…}
        Bob> {"type":"message","room":"team","text":"two"}
        Bob< {"type":"ack",…,"seq":3,…}
        Bob> {"type":"message","text":"to all"}
        Bob< {"type":"ack",…,"seq":2,…}
        Al connects
        Al> {"type":"join","nickname":"Al"}
        Al< {"type":"ack","request":"join","nickname":"Al","seq":3,…}
        Bob< {"type":"joined",…}
        Al> {"type":"resume","rooms":{"team":0},"id":1}
        Al< {"type":"error","code":"not_in_room",…,"id":1}
        Al> {"type":"join","room":"team","replay":1}
        Al< {"type":"ack",…,"seq":4,…}
        Al< {"type":"message",…,"seq":3,…,"text":"two","past":true}
        Bob< {"type":"joined",…}
        Bob> {"type":"message","room":"team","text":"live"}
        Bob< {"type":"ack",…,"seq":5,…}
        Al< {"type":"message","from":"Bob","room":"team","seq":5,…,"text":"live"}
        Al> {"type":"resume","rooms":{"Team":1,"lobby":1},"id":2}
        Al< {"type":"message","from":"Bob","room":"team","seq":2,…,"text":"one","past":true}
        Al< {"type":"message","from":"Bob","room":"team","seq":3,…,"text":"two","past":true}
        Al< {"type":"message","from":"Bob","room":"lobby","seq":2,…,"text":"to all","past":true}
        Al< {"type":"ack","request":"resume","id":2}
        Al> {"type":"resume","direct":{"Bob":0},"id":3}
        Al< {"type":"error","code":"account_needed",…,"id":3}
        Al> {"type":"history","room":"team","limit":1,"id":4}
        Al< {"type":"message",…,"seq":5,…,"past":true}
        Al< {"type":"ack","request":"history","id":4,"count":1,"more":true}
        Al> {"type":"history","room":"team","since":2,"limit":1,"id":5}
        Al< {"type":"message",…,"seq":3,…,"past":true}
        Al< {"type":"ack","request":"history","id":5,"count":1,"more":true}
        Al> {"type":"search","query":"two from:bob","id":6}
        Al< {"type":"message",…,"text":"two","past":true}
        Al< {"type":"ack","request":"search","id":6,"count":1}
        Al> {"type":"search","query":"o","limit":1,"id":7}
        Al< {"type":"ack","request":"search","id":7,"count":0}
    """


class Confirming(OverWebSocket, SynchronousTestCase):
    """A program that says itself what has arrived gets it again until it does."""

    transcript = """
        Bob connects
        Bob> {"type":"join","nickname":"Bob"}
        Bob< {"type":"ack",…}
        Al connects
        Al> {"type":"join","nickname":"Al","confirms":true}
        Al< {"type":"ack",…}
        Bob< {"type":"joined",…}
        Bob> {"type":"message","to":"Al","text":"one"}
        Bob< {"type":"ack",…}
        Al< {"type":"message",…,"text":"one"}
        Bob> {"type":"message","to":"Al","text":"two"}
        Bob< {"type":"ack",…}
        Al< {"type":"message",…,"text":"two"}
        Al> {"type":"delivered","to":"Bob","seq":1}
        Al< {"type":"ack","request":"delivered"}
        Al> {"type":"disconnect"}
        Al< {"type":"ack",…}
        Al is closed
        Bob< {"type":"left",…}
        Again connects
        Again> {"type":"join","nickname":"Al"}
        Again< {"type":"ack",…}
        Again< {"type":"notice","code":"missed",…,"count":1}
        Again< {"type":"message",…,"text":"two","past":true}
        Bob< {"type":"joined",…}
    """


class More(SynchronousTestCase):
    """What is too much for one answer."""

    def test_more(self) -> None:
        """It is said that there is more, and asking again brings it."""
        replay(
            """
            Bob connects
            Bob> {"type":"join","nickname":"Bob"}
            Bob< {"type":"ack",…}
            Bob> {"type":"message","text":"one"}
            Bob< {"type":"ack",…}
            Bob> {"type":"message","text":"one two"}
            Bob< {"type":"ack",…}
            Bob> {"type":"message","text":"one two three"}
            Bob< {"type":"ack",…}
            Al connects
            Al> {"type":"join","nickname":"Al"}
            Al< {"type":"ack",…}
            Bob< {"type":"joined",…}
            Al> {"type":"resume","rooms":{"lobby":0}}
            Al< {"type":"message",…,"seq":2,…}
            Al< {"type":"message",…,"seq":3,…}
            Al< {"type":"ack","request":"resume","more":true}
            Al> {"type":"resume","rooms":{"lobby":3}}
            Al< {"type":"message",…,"seq":4,…}
            Al< {"type":"ack","request":"resume"}
            Al> {"type":"search","query":"one","limit":2}
            Al< {"type":"message",…,"seq":4,…}
            Al< {"type":"message",…,"seq":3,…}
            Al< {"type":"ack","request":"search","count":2,"more":true,"next":3}
            Al> {"type":"search","query":"one","limit":2,"next":3}
            Al< {"type":"message",…,"seq":2,…}
            Al< {"type":"ack","request":"search","count":1}
            """,
            MemoryWire(Limits(resumed_messages=2)),
        )
