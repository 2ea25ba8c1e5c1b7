"""Accounts, history and search as people type them: transcripts, over both wires' servers."""

from twisted.trial.unittest import SynchronousTestCase

from tests.transcripts.both import OverBoth


class Claim(OverBoth, SynchronousTestCase):
    """A guest makes the name theirs; nobody else has it from then on."""

    transcript = """
        Alice connects
        Alice> server:register Alice
        Alice< server: welcome, Alice
        Alice< server: 1 online; …
        Alice> server:password short
        Alice< server: error: a password has 8 to 1024 bytes
        Alice> server:password correct-horse
        Alice< server: the name Alice is yours; next time type server:login Alice <password>
        Alice> server:password another-horse
        Alice< server: error: type server:password <new password> / <old password>
        Alice> server:password another-horse wrong-horse
        Alice< server: error: that name and password do not match
        Alice> server:password another-horse correct-horse
        Alice< server: your password is changed; other devices have to log in again
        Alice closes

        Bob connects
        Bob> server:register ALICE
        Bob< server: error: the name ALICE belongs to somebody, type server:login ALICE <password>
        Bob> server:login Alice correct-horse
        Bob< server: error: that name and password do not match
        Bob> server:login Nobody correct-horse
        Bob< server: error: that name and password do not match
        Bob> server:register alice another-horse
        Bob< server: welcome, Alice
        Bob< server: 1 online; …
        Bob> server:login Alice another-horse
        Bob< server: error: you are already Alice
    """


class AtOnce(OverBoth, SynchronousTestCase):
    """`register` with a password makes an account; what is typed meanwhile waits for the answer."""

    transcript = """
        Alice connects
        Alice> server:register Alice correct-horse
        Alice< server: welcome, Alice
        Alice< server: 1 online; …
        Alice> server:unregister wrong-horse
        Alice< server: error: that name and password do not match
        Alice> server:unregister correct-horse
        Alice< server: goodbye
        Alice is closed
        Again connects
        Again> server:register Alice
        Again< server: error: the name Alice was deleted recently, nobody can take it or write to it yet
        Again> server:register Alice correct-horse
        Again< server: error: that name and password do not match
        Again> server:register Bob
        Again< server: welcome, Bob
        Again< server: 1 online; …
        Again> Alice:are you there?
        Again< server: error: the name Alice was deleted recently, nobody can take it or write to it yet
    """


class Devices(OverBoth, SynchronousTestCase):
    """One person on two devices: one name, everything on both."""

    transcript = """
        Phone connects
        Phone> register Al correct-horse
        Phone< server: welcome, Al
        Phone< server: 1 online; …
        Bob connects
        Bob> register Bob
        Bob< server: welcome, Bob
        Bob< server: 2 online; …
        Phone< server: Bob joined
        Laptop connects
        Laptop> login al correct-horse
        Laptop< server: welcome, Al
        Laptop< server: 2 online; …
        Bob> who
        Bob< server: online (2): Al, Bob
        Bob> Al:on which one?
        Phone< Bob: on which one?
        Laptop< Bob: on which one?
        Laptop> Bob:on both
        Bob< Al: on both
        Phone< Al (to Bob): on both
        Laptop> to everybody
        Bob< Al (in lobby): to everybody
        Phone< Al (in lobby): to everybody

        # rooms are entered by hand here, and told to the others once
        Bob> join team
        Bob< server: you are in team (1): Bob
        Phone> join team
        Phone< server: you are in team (2): Al, Bob
        Bob< server: Al joined team
        Laptop> join team
        Laptop< server: you are in team (2): Al, Bob
        Laptop> hi
        Bob< Al (in team): hi
        Phone< Al (in team): hi
        Phone> leave
        Phone< server: you left team
        Laptop> exit
        Bob< Al (in team): exit
        Laptop> leave
        Laptop< server: you left team
        Bob< server: Al left team
        Laptop> exit
        Laptop< server: goodbye
        Laptop is closed
    """


class LogoutAll(OverBoth, SynchronousTestCase):
    """`logout all` ends every device's session."""

    transcript = """
        Phone connects
        Phone> register Al correct-horse
        Phone< server: welcome, Al
        Phone< server: 1 online; …
        Laptop connects
        Laptop> login Al correct-horse
        Laptop< server: welcome, Al
        Laptop< server: 1 online; …
        Laptop> logout all
        Laptop< server: goodbye
        Laptop is closed
        Phone< server: error: you were logged out, from another of your devices or by the operator
        Phone is closed
    """


class LookingBack(OverBoth, SynchronousTestCase):
    """History, and search, of what the asker may see."""

    transcript = """
        Al connects
        Al> register Al correct-horse
        Al< server: welcome, Al
        Al< server: 1 online; …
        Bob connects
        Bob> register Bob
        Bob< server: welcome, Bob
        Bob< server: 2 online; …
        Al< server: Bob joined
        Al> the red house
        Bob< Al (in lobby): the red house
        Al> Bob:the red key
        Bob< Al: the red key
        Al> join team
        Al< server: you are in team (1): Al
        Al> Red wine
        Al> blue sky
        Al> /history
        Al< server: 2 messages in team
        Al< [… UTC #2] Al (in team): Red wine
        Al< [… UTC #3] Al (in team): blue sky
        Al> /history 1
        Al< server: 1 message in team
        Al< [… UTC #3] Al (in team): blue sky
        Al< server: there is more: server:history #team 1 before 3
        Al> /history 0
        Al< server: 1 message in team
        Al< [… UTC #3] Al (in team): blue sky
        Al< server: there is more: server:history #team 1 before 3
        Al> server:history #team 1 before 3
        Al< server: 1 message in team
        Al< [… UTC #2] Al (in team): Red wine
        Al> /since 2
        Al< server: 1 message in team
        Al< [… UTC #3] Al (in team): blue sky
        Al> /history lobby
        Al< server: 1 message in lobby
        Al< [… UTC #3] Al (in lobby): the red house
        Al> /history Bob
        Al< server: 1 message in @Bob
        Al< [… UTC #1] Al (to Bob): the red key
        Al> /search RED
        Al< server: 3 messages found
        Al< [… UTC #2] Al (in team): Red wine
        Al< [… UTC #1] Al (to Bob): the red key
        Al< [… UTC #3] Al (in lobby): the red house
        Al> /search red in:team after:2020-01-01
        Al< server: 1 message found
        Al< [… UTC #2] Al (in team): Red wine
        Al> /search red before:2020-01-01
        Al< server: nothing found
        Al> /search red before:soon
        Al< server: error: a date is YYYY-MM-DD, or YYYY-MM-DDTHH:MM, in UTC
        Al> /search from:al
        Al< server: error: search for words, and any of from:<name> in:<room> mentions:me before:<date> after:<date>
        Al> /history team 3 before noon
        Al< server: error: a message's number is a whole number from 0 up

        # a guest sees what is public
        Bob> server:search red
        Bob< server: 2 messages found
        Bob< [… UTC #2] Al (in team): Red wine
        Bob< [… UTC #3] Al (in lobby): the red house
        Bob> server:history Al
        Bob< server: error: that needs an account, type server:password <new password> to make one
        Bob> server:history empty
        Bob< server: nothing in empty
    """


class Guessing(OverBoth, SynchronousTestCase):
    """Somebody who guesses passwords has to wait, on whichever connection."""

    transcript = """
        Al connects
        Al> register Al correct-horse
        Al< server: welcome, Al
        Al< server: 1 online; …
        Eve connects
        Eve> login Al wrong-horse-1
        Eve< server: error: that name and password do not match
        Eve> login Al wrong-horse-2
        Eve< server: error: that name and password do not match
        Eve> login Al wrong-horse-3
        Eve< server: error: that name and password do not match
        Eve closes
        Eva connects
        Eva> login Al wrong-horse-4
        Eva< server: error: that name and password do not match
        Eva> login Al wrong-horse-5
        Eva< server: error: that name and password do not match
        Eva> login Al wrong-horse-6
        Eva< server: error: too many wrong passwords, try again in 15 minutes
        Eva> register Eva
        Eva< server: welcome, Eva
        Eva< server: 2 online; …
        Al< server: Eva joined
    """
