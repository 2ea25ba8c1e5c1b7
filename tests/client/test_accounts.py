"""The client and names that belong to somebody: passwords and tokens."""

from chat.accounts.rules import Policy
from chat.client.conversation import Profile
from tests.client.case import PASSWORD, RememberingCase
from tests.client.harness import Client, welcome

NO_GUESTS = (
    "this server lets nobody in without an account: start with --login, and choose a password"
    " to make an account of your name"
)


class Asking(RememberingCase):
    """A command that needs a password asks for it where it was typed alone."""

    def test_password(self) -> None:
        """A guest is asked for a new one, twice; who has an account also for the old one."""
        client = self.start("Bob")
        client.printed()
        for line in ("password", PASSWORD, PASSWORD, "/password", PASSWORD, "battery-staple", "battery-staple"):
            client.send(line)
        self.assertEqual(
            client.printed(),
            [
                "new password:",
                "once more:",
                "12:00 * the name is yours now, and needs your password from now on",
                "old password:",
                "new password:",
                "once more:",
                "12:00 * your password is changed; your other devices have to log in again",
            ],
        )
        client.kill()
        again = self.start(Profile("Bob", asks_password=True))
        again.send("battery-staple")
        self.assertEqual(again.printed(), ["password:", welcome("Bob")])

    def test_taken_back(self) -> None:
        """An empty answer, or two that differ, change nothing."""
        client = self.start("Bob")
        client.printed()
        for line in ("password", "", "password", PASSWORD, "other-horse", "unregister", "", "who"):
            client.send(line)
        answers = [line for line in client.printed() if not line.endswith(":")]
        self.assertEqual(answers, ["12:00 * the two new passwords differ", "12:00 * online (1): Bob"])

    def test_unregister(self) -> None:
        """The name is given up, with the password that was asked for."""
        self.account("Bob")
        client = self.start(Profile("Bob", password=PASSWORD))
        client.send("/unregister")
        client.send(PASSWORD)
        self.assertEqual(client.printed()[-2:], ["password:", "12:00 * your account is deleted; goodbye"])
        refused = self.start(Profile("Bob", may_ask=False))
        self.assertTrue(refused.is_closed())
        self.assertRegex(str(refused.ending), r"\(1, 'the name Bob was deleted recently")

    def test_in_a_room(self) -> None:
        """There the bare word is no command, in a pipe, but not said either."""
        client = self.start("Bob")
        client.send("join den")
        client.printed()
        for line in ("password", "/password", ""):
            client.send(line)
        self.assertEqual(
            client.printed(), ["! not said, it may hold a password; server:say … says it", "new password:"]
        )


class LoggingIn(RememberingCase):
    """How one comes in."""

    def setUp(self) -> None:
        super().setUp()
        self.account("Bob")

    def test_login_option(self) -> None:
        """`--login` asks first; the token that comes of it lets us in the next time, also after a lost connection."""
        client = self.start(Profile("Bob", asks_password=True))
        client.send(PASSWORD)
        self.assertEqual(client.printed(), ["password:", welcome("Bob")])
        client.network.cut()
        self.wire.clock.advance(2)
        self.assertEqual(client.printed()[1:], ["12:00 * connected again"])
        client.kill()
        self.assertEqual(self.start("Bob").printed(), [welcome("Bob")])
        self.assertNotIn(PASSWORD, self.written())
        self.assertIn("secret-1", self.written())

    def test_claimed_name(self) -> None:
        """A name that turns out to be somebody's is asked a password for; in a pipe that is the next line."""
        client = self.start("Bob")
        client.feed(f"{PASSWORD}\nhello\n".encode())
        self.assertEqual(
            client.printed(),
            [
                "12:00 * the name Bob belongs to somebody; if that is you, type the password",
                "password:",
                welcome("Bob"),
            ],
        )

    def test_another_name_instead(self) -> None:
        """Nothing for a password: then we are not who we said."""
        client = self.start(Profile("Bob", is_person=True))
        client.send("")
        client.send("Bobby")
        self.assertEqual(client.printed()[1:], ["password:", "your name:", welcome("Bobby")])

    def test_wrong_password_in_a_pipe(self) -> None:
        """One line, status 1."""
        client = self.start(Profile("Bob", may_ask=False, asks_password=True))
        client.feed(b"wrong-horse\nhello\n")
        self.assertTrue(client.is_closed())
        self.assertEqual(client.ending, (1, "that name and password do not match"))

    def test_no_password_in_a_pipe(self) -> None:
        """The input has ended: the same."""
        client = self.start(Profile("Bob", may_ask=False, asks_password=True))
        client.end_input()
        self.assertEqual(client.ending, (1, "no password was given"))

    def test_wrong_password_on_a_terminal(self) -> None:
        """A person may try three times."""
        client = self.start(Profile("Bob", asks_password=True, is_person=True))
        for _ in range(2):
            client.send("wrong-horse")
            self.assertEqual(client.printed()[-2:], ["! that name and password do not match", "password:"])
        client.send("wrong-horse")
        self.assertTrue(client.is_closed())
        self.assertEqual(client.ending, (1, "that name and password do not match"))

    def test_password_file(self) -> None:
        """It is used without a question, and again where the token is not valid any more."""
        profile = Profile("Bob", may_ask=False, password=PASSWORD)
        client = self.start(profile)
        self.assertEqual(client.printed(), [welcome("Bob")])
        client.kill()
        self.begin_server_anew()
        self.account("Bob")
        self.assertEqual(self.start(profile).printed(), [welcome("Bob")])

    def test_bad_token(self) -> None:
        """A token that is not valid any more is forgotten, and the password asked for."""
        self.start(Profile("Bob", password=PASSWORD)).kill()
        self.begin_server_anew()
        self.account("Bob")
        client = self.start(Profile("Bob", is_person=True))
        self.assertEqual(client.printed(), ["! that token is not valid, or no longer", "password:"])
        self.assertNotIn("secret", self.written())
        client.send(PASSWORD)
        self.assertEqual(client.printed(), [welcome("Bob")])

    def test_logged_out_elsewhere(self) -> None:
        """A person is asked for the password again, before what they typed meanwhile; a pipe cannot be."""
        person = self.start(Profile("Bob", asks_password=True, is_person=True))
        person.send(PASSWORD)
        pipe = Client(self.client_network(), self.wire.clock, Profile("Bob", may_ask=False))
        pipe.send(PASSWORD)
        self.log_out_everywhere()
        for client in (person, pipe):
            client.network.pump()
            client.send("typed meanwhile")
        self.wire.clock.advance(2)
        self.assertIn("password:", person.printed())
        person.send(PASSWORD)
        self.assertEqual(person.printed(), ["12:00 * connected again"])
        pipe.printed()
        self.assertEqual(pipe.ending, (1, "that token is not valid, or no longer"))

    def log_out_everywhere(self) -> None:
        """Bob forgets where he is logged in."""
        connection = self.wire.connect()
        connection.send(f"server:login Bob {PASSWORD}")
        connection.send("server:logout all")

    def test_connection_lost_while_asking(self) -> None:
        """A person may take more time to find the password than the server grants a connection."""
        client = self.start(Profile("Bob", asks_password=True, is_person=True))
        for seconds in (61, 2):
            self.wire.clock.advance(seconds)
            client.network.pump()
        client.send(PASSWORD)
        self.assertEqual(client.printed(), ["password:", welcome("Bob")])

    def test_typed_where_a_name_is_asked_for(self) -> None:
        """`/login NAME PASSWORD` and `/register NAME PASSWORD` answer that, too; what is incomplete is asked again."""
        client = self.start(Profile())
        client.send("/login")
        client.send(f"/login Bob {PASSWORD}")
        self.assertEqual(
            client.printed(),
            ["your name:", "! type server:login <name> <password>", "your name:", welcome("Bob")],
        )
        client = self.start(Profile())
        client.send("register Carol battery-staple")
        done = "12:00 * the name Carol is yours; its password is what you typed after the name"
        self.assertEqual(client.printed(), ["your name:", welcome("Carol", 2), done])
        self.assertIsNotNone(self.wire.factory.users["carol"].account)

    def test_no_guests(self) -> None:
        """The way in is told; with a password a name that is nobody's becomes an account."""
        self.begin_server_anew(Policy(guests=False))
        client = self.start("x")
        self.assertTrue(client.is_closed())
        self.assertEqual(client.ending, (1, NO_GUESTS))
        client.kill()
        client = self.start(Profile("x", asks_password=True))
        client.send(PASSWORD)
        self.assertEqual(client.printed(), ["password:", welcome("x")])

    def written(self) -> str:
        """All that is in the state files."""
        return "".join(path.read_text() for path in self.folder.iterdir())


class Invited(RememberingCase):
    """On a server where an account needs an invitation, that is asked for."""

    told = "12:00 * the name Bob is free; type your invitation to make it yours"
    needed = "that needs an invitation, type server:register <name> <password> <invitation>"
    bad = "that invitation is not valid, or no longer"

    def setUp(self) -> None:
        super().setUp()
        self.begin_server_anew(Policy(guests=False, registration="invite"), invitations=["please"])

    def test_person(self) -> None:
        """They may mistype it twice; it makes the name theirs, and the next time it needs none."""
        client = self.start(Profile("Bob", asks_password=True, is_person=True))
        client.send(PASSWORD)
        self.assertEqual(client.printed(), ["password:", self.told, "invitation:"])
        for _ in range(2):
            client.send("pleas")
            self.assertEqual(client.printed(), [f"! {self.bad}", "invitation:"])
        client.send(" please ")
        self.assertEqual(client.printed(), [welcome("Bob")])
        client.kill()
        self.assertEqual(self.start("Bob").printed(), [welcome("Bob")])

    def test_third_wrong_one(self) -> None:
        """That is the end."""
        client = self.start(Profile("Bob", asks_password=True, is_person=True))
        for line in (PASSWORD, "a", "b"):
            client.send(line)
        self.assertFalse(client.is_closed())
        client.send("c")
        self.assertTrue(client.is_closed())
        self.assertEqual(client.ending, (1, self.bad))

    def test_script(self) -> None:
        """The next line is the invitation, and the one behind it is said; a wrong one is the end."""
        client = self.start(Profile("Bob", may_ask=False, asks_password=True))
        client.feed(f"{PASSWORD}\nplease\nwho\n".encode())
        self.assertEqual(
            client.printed(), ["password:", self.told, "invitation:", welcome("Bob"), "12:00 * online (1): Bob"]
        )
        client = self.start(Profile("Carol", may_ask=False, password=PASSWORD))
        client.feed(b"please\nhello\n")
        self.assertTrue(client.is_closed())
        self.assertEqual(client.ending, (1, self.bad))

    def test_nothing_more_to_read(self) -> None:
        """The server's sentence, and status 1; an empty line is no invitation either."""
        for lines in (b"", b"\n"):
            client = self.start(Profile("Bob", may_ask=False, password=PASSWORD))
            client.feed(lines)
            client.end_input()
            self.assertEqual(client.ending, (1, self.needed))
            client.kill()

    def test_input_ends_behind_a_wrong_one(self) -> None:
        """The last refusal counts."""
        client = self.start(Profile("Bob", is_person=True, asks_password=True))
        for line in (PASSWORD, "pleas"):
            client.send(line)
        client.end_input()
        self.assertEqual(client.ending, (1, self.bad))

    def test_another_name_instead(self) -> None:
        """Nothing for an invitation: perhaps the name was mistyped, and another one is asked for."""
        client = self.start(Profile("Bob", asks_password=True, is_person=True))
        for line in (PASSWORD, "", f"register Carol {PASSWORD} please"):
            client.send(line)
        self.assertIn(welcome("Carol"), client.printed())

    def test_typed_behind_the_name(self) -> None:
        """A wrong invitation there is asked for again, too."""
        client = self.start(Profile(is_person=True))
        client.send(f"register Bob {PASSWORD} pleas")
        self.assertEqual(client.printed(), ["your name:", f"! {self.bad}", "invitation:"])
        client.send("please")
        self.assertIn(welcome("Bob"), client.printed())

    def test_connection_lost_while_asking(self) -> None:
        """A person may take long to find it."""
        client = self.start(Profile("Bob", asks_password=True, is_person=True))
        client.send(PASSWORD)
        for seconds in (61, 2):
            self.wire.clock.advance(seconds)
            client.network.pump()
        client.send("please")
        self.assertEqual(client.printed(), ["password:", self.told, "invitation:", welcome("Bob")])


class Keeping(RememberingCase):
    """What is done with an account once one is in."""

    def test_a_password(self) -> None:
        """A guest makes their name theirs, and comes back to it by themselves after a lost connection."""
        client = self.start("Bob")
        client.send(f"/password {PASSWORD}")
        self.assertEqual(
            client.printed(), [welcome("Bob"), "12:00 * the name is yours now, and needs your password from now on"]
        )
        client.network.cut()
        self.wire.clock.advance(2)
        self.assertEqual(client.printed()[1:], ["12:00 * connected again"])
        client.send(f"/password battery-staple {PASSWORD}")
        self.assertEqual(
            client.printed(), ["12:00 * your password is changed; your other devices have to log in again"]
        )
        client.network.cut()
        self.wire.clock.advance(2)
        self.assertEqual(client.printed()[1:], ["12:00 * connected again"])
        for path in self.folder.iterdir():
            self.assertNotRegex(path.read_text(), "horse|staple")

    def test_refused_passwords(self) -> None:
        """The server's reasons."""
        client = self.start("Bob")
        client.printed()
        client.send("/password short")
        client.send(f"/password {PASSWORD}")
        client.send("/password battery-staple")
        self.assertEqual(
            client.printed(),
            [
                "! a password has 8 to 1024 bytes",
                "12:00 * the name is yours now, and needs your password from now on",
                "! type server:password <new password> / <old password>",
            ],
        )

    def test_logout(self) -> None:
        """`/logout` is `/exit`; `/logout all` also forgets every token, ours included."""
        self.account("Bob")
        client = self.start(Profile("Bob", password=PASSWORD))
        client.send("/logout somewhere")
        client.send("/logout")
        self.assertEqual(client.printed(), [welcome("Bob"), "! type server:logout [all]", "12:00 * goodbye"])
        self.assertEqual(client.ending, (0, None))
        client.kill()
        client = self.start("Bob")
        client.feed(b"/logout all\nnot said any more\n")
        self.assertEqual(client.printed(), [welcome("Bob"), "12:00 * you are logged out everywhere; goodbye"])
        self.assertEqual(client.ending, (0, None))
        client.kill()
        self.assertIn("password:", self.start("Bob").printed())

    def test_unregister(self) -> None:
        """The account is gone, and so are we."""
        self.account("Bob")
        client = self.start(Profile("Bob", password=PASSWORD))
        client.send("/unregister wrong-horse")
        client.send(f"/unregister {PASSWORD}")
        self.assertEqual(
            client.printed(),
            [welcome("Bob"), "! that name and password do not match", "12:00 * your account is deleted; goodbye"],
        )
        self.assertEqual(client.ending, (0, None))
