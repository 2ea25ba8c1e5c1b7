"""What is typed into the client: secrets, bare commands in rooms, names before a colon."""

from chat.client.conversation import Profile
from tests.client.case import PASSWORD, RememberingCase
from tests.client.harness import at, day, welcome

NOT_SAID = "! not said, it may hold a password; server:say … says it"
NO_LOGIN = f"{NOT_SAID}; you have a name already, to come in under another one type server:exit and connect again"


class Secrets(RememberingCase):
    """They go nowhere: not to others, not to the server as a message, not into the file of what is to be said."""

    def test_not_said(self) -> None:
        """In a room and outside, by a person and in a pipe."""
        for profile in (Profile("x"), Profile("y", is_person=True)):
            other = self.other(f"Alice{profile.name}")
            client = self.start(profile)
            client.printed()
            client.network.sent.clear()
            lines = ("login Al hunter2222", "password is hunter2222", "Password: hunter2222", "register Anna Johansson")
            for line in lines:
                client.send(line)
            self.assertEqual(client.printed(), [NO_LOGIN, NOT_SAID, NOT_SAID, NO_LOGIN])
            client.send("/join den")
            other.send("join den")
            client.printed()
            for line in (*lines, "\\login Al hunter2222"):
                client.send(line)
            self.assertEqual(client.printed(), [NO_LOGIN, NOT_SAID, NOT_SAID, NO_LOGIN, NOT_SAID])
            self.assertNotIn("hunter2222", "".join(path.read_text() for path in self.folder.iterdir()))
            self.assertFalse([line for line in client.network.sent if b"hunter2222" in line or b"Johansson" in line])
            self.assertFalse([line for line in self.read(other) if "hunter" in line])
            client.send("/say password day is Monday")
            client.send("//who")
            self.assertEqual(
                self.read(other),
                [f"{profile.name} (in den): password day is Monday", f"{profile.name} (in den): /who"],
            )
            client.kill()

    def test_back_to_the_lobby(self) -> None:
        """Whoever enters the lobby from a room leaves the room."""
        client = self.start(Profile("x", is_person=True))
        other = self.other("Alice")
        client.send("/join den")
        client.send("/join #Lobby")
        client.printed()
        client.send("hello")
        self.assertEqual(self.read(other)[-1], "x (in lobby): hello")
        client.send("/join lobby")
        self.assertEqual(client.printed(), ["! you are in lobby already"])

    def test_pass_phrases(self) -> None:
        """A password with spaces is made, changed and used."""
        client = self.start(Profile())
        client.send("/register Bob password correct horse battery")
        done = "12:00 * the name Bob is yours; its password is what you typed after the name"
        self.assertEqual(client.printed(), ["your name:", welcome("Bob"), done])
        client.send("/password staple of nails / correct horse battery")
        changed = "12:00 * your password is changed; your other devices have to log in again"
        self.assertEqual(client.printed(), [changed])
        client.kill()
        client = self.start(Profile())
        client.send("/login Bob staple of nails")
        self.assertEqual(client.printed(), ["your name:", welcome("Bob")])

    def test_second_name(self) -> None:
        """`register Anna Johansson` makes no account, and is asked again."""
        client = self.start(Profile())
        client.send("register Anna Johansson")
        complaint = (
            "! type server:register <name>, or server:register <name> password <password> to make the name yours"
        )
        self.assertEqual(client.printed(), ["your name:", complaint, "your name:"])
        client.send("/register Anna correct-1 Johansson")
        complaint = "! type server:register <name> password <password>; nobody needs an invitation here"
        self.assertEqual(client.printed(), [complaint, "your name:"])
        client.send("Anna")
        self.assertEqual(client.printed(), [welcome("Anna")])


class InRooms(RememberingCase):
    """A person may leave out the slash there; a script says what it is given."""

    RULE = (
        "12:00 * what you type goes to the room; commands begin with /, only those like who, history and"
        " leave need none; to say such a word: /say who"
    )

    def test_person(self) -> None:
        """The rule is told once; lines that are no commands are said."""
        other = self.other("Alice")
        client = self.start(Profile("x", is_person=True))
        client.send("join den")
        self.assertEqual(client.printed(), [welcome("x", 2), "12:00 * you are in den (1): x", self.RULE])
        other.send("join den")
        self.read(other)
        for line in (
            "who",
            "who wants tea?",
            "/say who",
            "history 1",
            "help who",
            "password",
            "",
            "history repeats itself",
        ):
            client.send(line)
        self.assertEqual(
            client.printed(),
            [
                f"{at()} * Alice joined den",
                "12:00 * online (2): Alice, x",
                f"[{day()} #4] #den <x> who",
                "12:00 * there is more: /history #den 1 before 4",
                "12:00 * who - list who is online",
                "new password:",
            ],
        )
        self.assertEqual(
            self.read(other),
            ["x (in den): who wants tea?", "x (in den): who", "x (in den): history repeats itself"],
        )
        client.send("join attic")
        self.assertEqual(client.printed(), ["12:00 * you are in attic (1): x", "12:00 * you left den"])
        client.send("leave")
        client.send("exit")
        self.assertEqual(client.printed(), ["12:00 * you left attic", "12:00 * goodbye"])

    def test_script(self) -> None:
        """In a pipe every line is said, but for `leave`, and nothing is told about it."""
        other = self.other("Alice")
        other.send("join den")
        client = self.start("x")
        for line in ("join den", "who", "exit", "history", "leave", "history nowhere"):
            client.send(line)
        self.assertEqual(
            self.read(other)[-4:], ["x (in den): who", "x (in den): exit", "x (in den): history", "server: x left den"]
        )
        self.assertEqual(
            client.printed()[1:],
            ["12:00 * you are in den (2): Alice, x", "12:00 * you left den", "12:00 * nothing found"],
        )

    def test_addressed(self) -> None:
        """Who names somebody who is here is told that all have read it, and how to write to them."""
        for name in ("Alice", "Carol"):
            self.other(name).send("join den")
        client = self.start("x")
        client.send("join den")
        client.printed()
        for line in ("Alice: hi", "@alice: hi", "Nobody: hi", "x: hi", "10:30 it is", "carol：hi"):
            client.send(line)
        self.assertEqual(
            client.printed(),
            [
                f"12:00 * that went to everybody in den; server:message {name} … writes to {name} alone"
                for name in ("Alice", "Carol")
            ],
        )

    def test_addressed_from_history(self) -> None:
        """Names in the room's last messages count, too: their owners may be away."""
        other = self.other("Dora")
        for line in ("join den", "back soon", "leave", "exit"):
            other.send(line)
        client = self.start("x")
        client.send("join den")
        client.printed()
        client.send("Dora: are you there?")
        self.assertEqual(
            client.printed(), ["12:00 * that went to everybody in den; server:message Dora … writes to Dora alone"]
        )


class Signs(RememberingCase):
    """`#room` and `@name`, and words without a sign."""

    def test_everywhere(self) -> None:
        """Each is understood, and what the client says to type is typed."""
        self.account("Bob")
        client = self.start(Profile("Bob", password=PASSWORD))
        client.send("/join #team")
        client.send("/msg @Ann one")
        client.send("/msg Ann two")
        client.send("/history Ann 1")
        self.assertEqual(
            client.printed()[1:],
            [
                "12:00 * you are in team (1): Bob",
                *(
                    f"{at()} * {told}"
                    for told in (
                        "Ann is offline, your message is queued",
                        "nobody called Ann has been here yet; whoever takes the name will get it,"
                        " /unsend takes it back",
                    )
                    * 2
                ),
                f"{day()} @Ann <Bob> two",
                "12:00 * there is more: /history @Ann 1 before 2",
            ],
        )
        client.send("/history @Ann 1 before 2")
        client.send("/since 1 Ann")
        self.assertEqual(client.printed(), [f"{day()} @Ann <Bob> one", f"{day()} @Ann <Bob> two"])
        client.send("/history #Ann")
        client.send("/history 10 lobby")
        self.assertEqual(
            client.printed(),
            ["12:00 * nothing found", "! type server:history [room or name] [n] [before or around seq]"],
        )
        client.send("/leave #team")
        client.send("@Bob: x")
        self.assertEqual(client.printed(), ["12:00 * you left team", "! that is your own name"])


class Talk(RememberingCase):
    """Outside of rooms, what cannot be a name is something to say."""

    def test_said(self) -> None:
        """To everybody."""
        other = self.other("Alice")
        client = self.start("x")
        lines = (":)", "Remember this: x", "10:30 is fine", "https://example.org")
        for line in lines:
            client.send(line)
        self.assertEqual(self.read(other)[1:], [f"x (in lobby): {line}" for line in lines])
