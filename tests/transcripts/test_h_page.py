"""What the page needs of the server beyond what people type: on nc, in JSON, and by WebSocket."""

from twisted.trial.unittest import SynchronousTestCase

from tests.transcripts.both import OverBoth, OverWebSocket


class Around(OverBoth, SynchronousTestCase):
    """A person at `nc` looks at the messages around one, and at who is in another room."""

    transcript = """
        Ann connects
        Ann> server:register Ann
        Ann< server: welcome, Ann
        Ann< server: 1 online; …
        Ann> join den
        Ann< server: you are in den (1): Ann
        Ann> one
        Ann> two
        Ann> three
        Ann> four
        Ann> server:history 2 around 3
        Ann< server: 2 messages in den
        Ann< [… #2] Ann (in den): one
        Ann< [… #3] Ann (in den): two
        Ann< server: there is more: server:since 3 #den
        Ann> server:history 2 around 4
        Ann< server: 2 messages in den
        Ann< [… #3] Ann (in den): two
        Ann< [… #4] Ann (in den): three
        Ann< server: there is more: server:history #den 2 before 3
        Ann< server: there is more: server:since 4 #den
        Ann> server:history around 9
        Ann< server: error: the room's last number is 5: yours is after it, or from before a restore
        Ann> server:history around me
        Ann< server: error: a message's number is a whole number from 0 up
        Bob connects
        Bob> server:register Bob
        Bob< server: welcome, Bob
        Bob< server: 2 online; …
        Ann< server: Bob joined
        Bob> server:who den
        Bob< server: in den (1): Ann
        Bob> server:who attic
        Bob< server: nobody is in attic
        Bob> server:who
        Bob< server: online (2): Ann, Bob
    """


class Page(OverWebSocket, SynchronousTestCase):
    """Two tabs of one account, and somebody else: pings, own ids, who is in a room, and the past around a place."""

    transcript = """
        Ann connects
        Ann> {"type":"ping","id":"p"}
        Ann< {"type":"ack","request":"ping","id":"p"}
        Ann> {"type":"ticket","id":"t"}
        Ann< {"type":"error","code":"not_registered",…,"id":"t"}
        Ann> {"type":"join","nickname":"Ann","password":"correct-horse"}
        Ann< {"type":"ack","request":"join","nickname":"Ann",…,"version":"…","limits":{"line_bytes":16384,…}}
        Tab connects
        Tab> {"type":"join","nickname":"Ann","password":"correct-horse"}
        Tab< {"type":"ack","request":"join","nickname":"Ann",…,"limits":{…}}
        Ben connects
        Ben> {"type":"join","nickname":"Ben"}
        Ben< {"type":"ack","request":"join","nickname":"Ben",…}
        Ann< {"type":"joined","nickname":"Ben",…}
        Tab< {"type":"joined","nickname":"Ben",…}
        Ann> {"type":"join","room":"den"}
        Ann< {"type":"ack","request":"join","room":"den","seq":1,"members":["Ann"]}
        Ben> {"type":"join","room":"den"}
        Ben< {"type":"ack","request":"join","room":"den","seq":2,"members":["Ann","Ben"]}
        Ann< {"type":"joined","nickname":"Ben","room":"den",…}
        Tab< {"type":"joined","nickname":"Ann","room":"den",…}
        Tab< {"type":"joined","nickname":"Ben","room":"den",…}

        # the other tab recognises what this one says, and nobody else is told its id
        Ann> {"type":"message","room":"den","text":"one","id":"a:1"}
        Ann< {"type":"ack","request":"message","id":"a:1","room":"den","seq":3,…}
        Tab< {"type":"message","from":"Ann","room":"den","seq":3,"timestamp":"…","size":3,"text":"one","id":"a:1"}
        Ben< {"type":"message","from":"Ann","room":"den","seq":3,"timestamp":"…","size":3,"text":"one"}
        Ann> {"type":"message","room":"den","text":"two","id":-7}
        Ann< {"type":"ack","request":"message","id":-7,"room":"den","seq":4,…}
        Tab< {"type":"message","from":"Ann","room":"den","seq":4,…,"text":"two","id":-7}
        Ben< {"type":"message","from":"Ann","room":"den","seq":4,"timestamp":"…","size":3,"text":"two"}
        Ben> {"type":"message","room":"den","text":"three","id":1}
        Ben< {"type":"ack","request":"message","id":1,"room":"den","seq":5,…}
        Ann< {"type":"message","from":"Ben","room":"den","seq":5,"timestamp":"…","size":5,"text":"three"}
        Tab< {"type":"message","from":"Ben","room":"den","seq":5,"timestamp":"…","size":5,"text":"three"}
        Ann> {"type":"message","to":"Ben","text":"psst","id":3}
        Ann< {"type":"ack","request":"message","id":3,"to":"Ben","seq":1,…}
        Tab< {"type":"message","from":"Ann","to":"Ben","seq":1,…,"text":"psst","id":3}
        Ben< {"type":"message","from":"Ann","to":"Ben","seq":1,"timestamp":"…","size":4,"text":"psst"}

        Tab> {"type":"history","room":"den","limit":2,"around":4,"id":8}
        Tab< {"type":"message","from":"Ann","room":"den","seq":3,…,"text":"one","past":true,"id":"a:1"}
        Tab< {"type":"message","from":"Ann","room":"den","seq":4,…,"text":"two","past":true,"id":-7}
        Tab< {"type":"ack","request":"history","id":8,"count":2,"newer":true}
        Ben> {"type":"history","room":"den","limit":2,"around":5}
        Ben< {"type":"message","from":"Ann","room":"den","seq":4,"timestamp":"…","size":3,"text":"two","past":true}
        Ben< {"type":"message","from":"Ben","room":"den","seq":5,…,"text":"three","past":true,"id":1}
        Ben< {"type":"ack","request":"history","count":2,"more":true}
        Ben> {"type":"history","room":"den","around":5,"before":3,"id":9}
        Ben< {"type":"error","code":"wrong_type","message":"the field around has a wrong type or value","id":9}
        Tab> {"type":"resume","rooms":{"den":0},"direct":{"Ben":0},"id":10}
        Tab< {"type":"message","from":"Ann","to":"Ben",…,"past":true,"id":3}
        Tab< {"type":"ack","request":"resume","id":10}
        Tab> {"type":"who","room":"Den","id":11}
        Tab< {"type":"who","room":"den","names":["Ann","Ben"],"id":11}
        Tab< {"type":"ack","request":"who","id":11,"room":"den"}
        Ben> {"type":"ticket","id":12}
        Ben< {"type":"ack","request":"ticket","id":12,"ticket":"…","seconds":60}
    """


class Devices(OverBoth, SynchronousTestCase):
    """A program and a person at `nc` of one account: which devices there are, and ending one."""

    transcript = """
        Ann connects
        Ann> {"type":"join","nickname":"Ann","password":"correct-horse","remember":true}
        Ann< {"type":"ack","request":"join","nickname":"Ann",…,"account":true,"token":"…",…}
        Nc connects
        Nc> server:register Ann correct-horse
        Nc< server: welcome, Ann
        Nc< server: 1 online; …
        Ann> {"type":"device.list","id":1}
        Ann< {"type":"devices","devices":[{…,"wire":"ndjson",…,"this":true,…},{…,"wire":"text",…}],"id":1}
        Ann< {"type":"ack","request":"device.list","id":1}
        Ann> {"type":"device.end","device":"nothing","id":2}
        Ann< {"type":"error","code":"no_such_device",…,"id":2}
        Nc> server:devices
        Nc< server: 2 devices
        Nc< server: … ndjson from 127.0.0.1, since … UTC
        Nc< server: … text from 127.0.0.1, since … UTC, this one
    """
