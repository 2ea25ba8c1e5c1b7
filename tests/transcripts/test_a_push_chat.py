"""System A: push chat with `server:` commands."""

from twisted.trial.unittest import SynchronousTestCase

from tests.transcript import MemoryWire, replay
from tests.transcripts.both import OverBoth


class PushChat(OverBoth, SynchronousTestCase):
    """Register, talk to one another, ask who is there, go."""

    transcript = """
        Alice connects
        Alice>
        Alice< server: what is your name? type server:register <name>
        Alice> hello?
        Alice< server: error: you have no name yet, type server:register <name>
        Alice> server:register Alice
        Alice< server: welcome, Alice
        Alice< server: 1 online; what you type goes to everybody in lobby; server:help lists the commands

        Bob connects
        Bob> server:register alice
        Bob< server: error: the name alice is taken, choose another
        Bob> server:register Bob
        Bob< server: welcome, Bob
        Bob< server: 2 online; what you type goes to everybody in lobby; server:help lists the commands
        Alice< server: Bob joined

        Alice> Bob:Hi Bob!
        Bob< Alice: Hi Bob!
        Bob> Alice: Hi yourself: how are you?
        Alice< Bob: Hi yourself: how are you?
        Bob> alice:upper or lower case is the same
        Alice< Bob: upper or lower case is the same

        Alice> server:who
        Alice< server: online (2): Alice, Bob
        Alice> server:help
        Alice< server: == everyday ==
        Alice< server: register <name> [password] [invitation] - take a name and enter; a password makes it yours
        Alice< server: login <name> <password> - enter the chat under a name that is yours
        Alice< server: who - list who is online
        Alice< server: message <name> <text> (also msg) - send a text to one person; <name>:<text> is the same
        Alice< server: join <room> - enter a room, or make it
        Alice< server: leave - leave the room you are in
        Alice< server: help [command or group] - list the commands, or those of a group, or explain one
        Alice< server: exit (also quit, q!) - leave the chat
        Alice< server: == messages ==
        Alice< server: say <text> - say a text, whatever it begins with; //… says /…
        Alice< server: begin [name] - begin a message of several lines, here or to somebody; server:end says it
        Alice< server: end - say the lines since server:begin
        Alice< server: reply <seq> <text> - answer a message
        Alice< server: edit <seq> <text> - change the text of a message of yours
        Alice< server: delete <seq> - delete a message of yours, or as a moderator that of somebody else
        Alice< server: react <seq> <emoji> - answer a message with one emoji
        Alice< server: unreact <seq> [emoji] - take back your reaction to a message
        Alice< server: reactions <on or off> - show reactions, or hide them
        Alice< server: unsend [name] - take back your last message to somebody who has not got it yet; with a name, …
        Alice< server: report <seq> [reason] - put a message before the operators of this server
        Alice< server: == history ==
        Alice< server: history [room or name] [n] [before or around seq] - show what was said, here or elsewhere
        Alice< server: since <seq> [room or name] - show what was said after that place
        Alice< server: search <words from:name in:room mentions:me before:date> - find what was said, the newest first
        Alice< server: pins [room] - show the pinned messages
        Alice< server: == people ==
        Alice< server: whois <name> - tell what is known of one person
        Alice< server: away [text] - be away: those who write to you are told
        Alice< server: back - be here again
        Alice< server: ignore <name> - hear nothing more of one person, who is not told
        Alice< server: unignore <name> - hear one person again
        Alice< server: ignored - list whom you ignore
        Alice< server: notify <all|mentions|none> [room] - what your clients tell you of, in a room or everywhere else
        Alice< server: profile <colour or line> [colour or text] - set the colour, or the line about you, that whois …
        Alice< server: seen <on|off> - say whether others are told what you have read
        Alice< server: == account ==
        Alice< server: password <new> [old] - make your name yours, or change its password
        Alice< server: token [make <room> …, or revoke <handle>] - list, make or revoke access tokens, with which …
        Alice< server: logout [all] - leave; with all, on every device
        Alice< server: unregister <password> - give your name up, for good
        Alice< server: == rooms ==
        Alice< server: rooms [words] - list the rooms that you may enter
        Alice< server: members [room] - list who is in a room, with their roles
        Alice< server: group <names> - make a private room for you and these people
        Alice< server: topic [text] - show the topic of the room, or set it; - takes it away
        Alice< server: settings [name value] - show the settings of the room, or change one
        Alice< server: private - let only invited people into the room
        Alice< server: public - let everybody into the room
        Alice< server: invite <name, or link [uses] [time]> - let somebody into your room; with link, whoever has …
        Alice< server: uninvite <name, code, or links> - end an invitation; with links, all links into the room
        Alice< server: speak <all, members or moderators> - say who may speak in the room
        Alice< server: slow <time or off> - make everybody wait between two messages in the room
        Alice< server: edits <time or off> - say how long people may change and delete what they said in the room
        Alice< server: retention <time or off> - say how long messages of the room are kept
        Alice< server: role <name> <member, moderator or owner> - say what somebody may do in your room
        Alice< server: owner <name> - give your room to somebody
        Alice< server: rename <new name> - give the room another name; the old one leads there for a month
        Alice< server: close [archive, open, or delete <room>] - close the room; alone it says how
        Alice< server: == moderation ==
        Alice< server: kick <name> [reason] - remove somebody from your room
        Alice< server: ban <name or address> [time] [reason] - remove somebody from your room, and keep them out
        Alice< server: unban <name or address> - end a ban
        Alice< server: bans - list who is banned from your room
        Alice< server: mute <name> [time] [reason] - let somebody say nothing in your room
        Alice< server: unmute <name> - end a mute
        Alice< server: pin <seq> - pin a message
        Alice< server: unpin <seq> - pin a message no more
        Alice< server: held [room] - list the messages that wait for a moderator
        Alice< server: release <n> - let a message that waits be said
        Alice< server: discard <n> - drop a message that waits
        Alice< server: audit [room] [before n] - list what moderators did in a room
        Alice< server: commands begin with server: or /, as in /who; while you are in no room these need neither: …
        Alice< server: a <seq> is the number of a message: server:history shows it, as in #12
        Alice< server: server:help <command> explains a command; server:help <group> lists a group: everyday, …
        Alice> server:help who
        Alice< server: who - list who is online
        Alice> server:dance
        Alice< server: error: there is no such command, type server:help for the list
        Alice> no name: at all
        Bob< Alice (in lobby): no name: at all
        Alice> Alice:hello me
        Alice< server: error: that is your own name
        Alice> server:register Alicia
        Alice< server: error: you are already Alice

        # the name is free after exit
        Alice> server:exit
        Alice< server: goodbye
        Alice is closed
        Bob< server: Alice left
        Carol connects
        Carol> server:register Alice
        Carol< server: welcome, Alice
        Carol< server: 2 online; …
        Bob< server: Alice joined

        # and after a cut connection
        Carol closes
        Bob< server: Alice left
        Dave connects
        Dave> server:register Alice
        Dave< server: welcome, Alice
        Dave< server: 2 online; …
        Bob< server: Alice joined
    """


class Prompt(SynchronousTestCase):
    """Somebody who says nothing hears nothing, and is asked for a name with their first line."""

    def test_first_line(self) -> None:
        """A blank one will do."""
        transcript = """
            Alice connects
            half a second passes
            Alice>
            Alice< server: what is your name? …
            Alice> hi
            Alice< server: error: you have no name yet, type server:register <name>
            Bob connects
            Bob> server:who
            Bob< server: error: you have no name yet, type server:register <name>
            half a second passes
        """
        replay(transcript, MemoryWire())
