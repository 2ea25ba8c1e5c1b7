"""Messages to somebody who never was here, and taking back what has not arrived."""

from twisted.trial.unittest import SynchronousTestCase

from tests.transcripts.both import OverBoth, OverWebSocket


class TakingBack(OverBoth, SynchronousTestCase):
    """Only what has not arrived, and only by who sent it."""

    transcript = """
        Ann connects
        Ann> server:register Ann
        Ann< server: welcome, Ann
        Ann< server: 1 online; …
        Ben connects
        Ben> server:register Ben
        Ben< server: welcome, Ben
        Ben< server: 2 online; …
        Ann< server: Ben joined
        Ann> server:unsend
        Ann< server: error: nothing of yours waits for anybody; what was delivered cannot be taken back
        Ann> note:buy milk
        Ann< server: note is offline, your message is queued
        Ann< server: nobody called note has been here yet; …
        Ben> server:unsend
        Ben< server: error: nothing of yours waits for anybody; what was delivered cannot be taken back
        Ben> server:unsend note
        Ben< server: error: nothing of yours waits for note; what was delivered cannot be taken back
        Ann> server:unsend
        Ann< server: taken back: 1 message to note

        # all that waits for one
        Ann> Cat:one
        Ann< server: Cat is offline, your message is queued
        Ann< server: nobody called Cat has been here yet; …
        Ann> Cat:two
        Ann< server: Cat is offline, your message is queued
        Ann< server: nobody called Cat has been here yet; …
        Ben> Cat:three
        Ben< server: Cat is offline, your message is queued
        Ben< server: nobody called Cat has been here yet; …
        Ann> unsend Cat
        Ann< server: taken back: 2 messages to Cat
        Cat connects
        Cat> server:register Cat
        Cat< server: welcome, Cat
        Cat< server: 3 online; …
        Ann< server: Cat joined
        Ben< server: Cat joined
        Cat< server: 1 message while you were away
        Cat< […UTC #1] Ben: three

        # what has arrived has arrived
        Ben> server:unsend Cat
        Ben< server: error: nothing of yours waits for Cat; what was delivered cannot be taken back
        Cat> server:exit
        Cat< server: goodbye
        Cat is closed
        Ann< server: Cat left
        Ben< server: Cat left

        # whoever has been here is known; who comes back under a name is somebody else
        Ann> Cat:four
        Ann< server: Cat is offline, your message is queued
        Ann> server:exit
        Ann< server: goodbye
        Ann is closed
        Ben< server: Ann left
        Zoe connects
        Zoe> server:register Ann
        Zoe< server: welcome, Ann
        Zoe< server: 2 online; …
        Ben< server: Ann joined
        Zoe> server:unsend Cat
        Zoe< server: error: nothing of yours waits for Cat; what was delivered cannot be taken back
    """


class TakingBackByPrograms(OverWebSocket, SynchronousTestCase):
    """The same in JSON; an account does it from any of its connections."""

    transcript = """
        Ann connects
        Ann> {"type":"join","nickname":"Ann","password":"correct horse","id":1}
        Ann< {"type":"ack","request":"join","id":1,"nickname":"Ann",…}
        Two connects
        Two> {"type":"join","nickname":"Ann","password":"correct horse","id":1}
        Two< {"type":"ack","request":"join","id":1,"nickname":"Ann",…}
        Ann> {"type":"message","to":"Dan","text":"oops","id":2}
        Two< {"type":"message","from":"Ann","to":"Dan","seq":1,"timestamp":"…Z","size":4,"text":"oops","id":2}
        Ann< {"type":"ack","request":"message","id":2,"to":"Dan","seq":1,"timestamp":"…Z","queued":true,"unknown":true}
        Two> {"type":"unsend","to":"dan","id":3}
        Two< {"type":"ack","request":"unsend","id":3,"to":"Dan","count":1}
        Two> {"type":"unsend","id":4}
        Two< {"type":"error","code":"nothing_waits","message":"nothing of yours waits for anybody; …","id":4}
        Two> {"type":"unsend","to":"no name","id":5}
        Two< {"type":"error","code":"bad_recipient",…,"id":5}
        Ann> {"type":"history","to":"Dan","id":6}
        Ann< {"type":"ack","request":"history","id":6,"count":0}
        Ann> {"type":"search","query":"oops","id":7}
        Ann< {"type":"ack","request":"search","id":7,"count":0}
        Dan connects
        Dan> {"type":"join","nickname":"Dan","id":1}
        Dan< {"type":"ack","request":"join","id":1,"nickname":"Dan",…}
        Ann< {"type":"joined","nickname":"Dan",…}
        Two< {"type":"joined","nickname":"Dan",…}
        Ann> {"type":"message","to":"Dan","text":"hello","id":8}
        Dan< {"type":"message","from":"Ann","to":"Dan","seq":2,"timestamp":"…Z","size":5,"text":"hello"}
        Two< {"type":"message","from":"Ann","to":"Dan","seq":2,…}
        Ann< {"type":"ack","request":"message","id":8,"to":"Dan","seq":2,"timestamp":"…Z"}
    """


class InTheClient(OverBoth, SynchronousTestCase):
    """The bundled client says it in its own way."""

    transcript = """
        Bob starts the client as Bob
        Bob< …:… * welcome, Bob; 1 online, help lists the commands
        Bob> note:buy milk
        Bob< …:… * note is offline, your message is queued
        Bob< …:… * nobody called note has been here yet; whoever takes the name will get it, /unsend takes it back
        Bob> /unsend
        Bob< …:… * taken back: 1 message to note
    """
