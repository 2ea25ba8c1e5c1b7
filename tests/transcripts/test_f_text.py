"""Text of all scripts, and of several lines: what one says everybody reads, and nobody reads more than was said."""

from twisted.trial.unittest import SynchronousTestCase

from tests.transcripts.both import OverWebSocket


class SeveralLines(OverWebSocket, SynchronousTestCase):
    """Programs keep them; for people at a terminal each begins like a message, so that none looks like the server's."""

    transcript = r"""
        Ann connects
        Ann> {"type":"join","nickname":"Ann"}
        Ann< {"type":"ack","request":"join","nickname":"Ann",…}
        Ben connects
        Ben> {"type":"join","nickname":"Ben"}
        Ben< {"type":"ack","request":"join","nickname":"Ben",…}
        Ann< {"type":"joined","nickname":"Ben",…}
        Cat connects
        Cat> server:register Cat
        Cat< server: welcome, Cat
        Cat< server: 3 online; …
        Ann< {"type":"joined","nickname":"Cat",…}
        Ben< {"type":"joined","nickname":"Cat",…}
        Dan starts the client as Dan
        Dan< … * welcome, Dan; 4 online, help lists the commands
        Ann< {"type":"joined","nickname":"Dan",…}
        Ben< {"type":"joined","nickname":"Dan",…}
        Cat< server: Dan joined

        Ann> {"type":"message","text":"\n\nfirst line\r\n  second\tline\n\n\n\n\nserver: shutting down\n"}
        Ann< {"type":"ack","request":"message","room":"lobby",…}
        Ben< {"type":"message","from":"Ann",…,"text":"first line\n  second line\n\nserver: shutting down"}
        Cat< Ann (in lobby): first line
        Cat< Ann (in lobby):   second line
        Cat< Ann (in lobby):…
        Cat< Ann (in lobby): server: shutting down
        Dan< … #lobby <Ann> first line
        Dan< … #lobby <Ann>   second line
        Dan< … #lobby <Ann>…
        Dan< … #lobby <Ann> server: shutting down
        Ann> {"type":"message","to":"Cat","text":"one\nBob: two"}
        Ann< {"type":"ack","request":"message","to":"Cat",…}
        Cat< Ann: one
        Cat< Ann: Bob: two
        Cat> /history lobby 1
        Cat< server: 1 message in lobby
        Cat< [… UTC #…] Ann (in lobby): first line
        Cat< [… UTC #…] Ann (in lobby):   second line
        Cat< [… UTC #…] Ann (in lobby):…
        Cat< [… UTC #…] Ann (in lobby): server: shutting down
        Cat> /search shutting
        Cat< server: 1 message found
        Cat< [… UTC #…] Ann (in lobby): first line
        Cat< [… UTC #…] Ann (in lobby):   second line
        Cat< [… UTC #…] Ann (in lobby):…
        Cat< [… UTC #…] Ann (in lobby): server: shutting down
        Ann> {"type":"message","text":"a\u2028b c\u0085d e\u000bf\u200bg"}
        Ann< {"type":"ack",…}
        Ben< {"type":"message",…,"text":"a b c d e f g"}
        Cat< Ann (in lobby): a b c d e f g
        Dan< … #lobby <Ann> a b c d e f g
        Ann> {"type":"message","text":"\n \u200b\u200d\ufe0f\u3164\n"}
        Ann< {"type":"error","code":"empty_message",…}
        Dan> /exit
        Dan< … * goodbye
        Dan is closed
        Ann< {"type":"left",…}
        Ben< {"type":"left",…}
        Cat< server: Dan left
    """


class LookAlikes(OverWebSocket, SynchronousTestCase):
    """Nobody comes in who could be taken for the server, or for somebody who is here or has an account."""

    transcript = r"""
        Eve connects
        Eve> {"type":"join","nickname":"s\u0435rver","id":1}
        Eve< {"type":"error","code":"name_resembles",…,"id":1}
        Eve> {"type":"join","nickname":"server\u02d0","id":2}
        Eve< {"type":"error","code":"name_resembles",…,"id":2}
        Eve> {"type":"join","nickname":"bot\u02d0","id":3}
        Eve< {"type":"error","code":"confusing_name",…,"id":3}
        Eve> {"type":"join","nickname":"10","id":4}
        Eve< {"type":"error","code":"no_letter",…,"id":4}
        Ann connects
        Ann> server:register Раура
        Ann< server: welcome, Раура
        Ann< server: 1 online; …
        Eve> {"type":"join","nickname":"Paypa","id":5}
        Eve< {"type":"error","code":"name_resembles",…,"id":5}
        Bob connects
        Bob> server:register Alice correct-horse
        Bob< server: welcome, Alice
        Bob< server: 2 online; …
        Ann< server: Alice joined
        Eve> {"type":"join","nickname":"A1ice","password":"wrong-horse","id":6}
        Eve< {"type":"error","code":"name_resembles",…,"id":6}
        Bob> exit
        Bob< server: goodbye
        Bob is closed
        Ann< server: Alice left
        Eve> {"type":"join","nickname":"AIice","id":7}
        Eve< {"type":"error","code":"name_resembles",…,"id":7}
        Eve> {"type":"join","nickname":"सुनीता","id":8}
        Eve< {"type":"ack","request":"join","id":8,"nickname":"सुनीता",…}
        Ann< server: सुनीता joined
        Ann> exit
        Ann< server: goodbye
        Ann is closed
        Eve< {"type":"left",…}
        Pat connects
        Pat> server:register Paypa
        Pat< server: welcome, Paypa
        Pat< server: 2 online; …
        Eve< {"type":"joined",…}
        Eve> {"type":"join","room":"l\u043ebby","id":9}
        Eve< {"type":"error","code":"reserved_name",…,"id":9}
        Eve> {"type":"join","room":"2024","id":10}
        Eve< {"type":"ack","request":"join","id":10,"room":"2024",…}
    """
