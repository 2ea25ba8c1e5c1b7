"""Orders: what they do, on a store; and as an operator gives them, to a server that runs and to one that does not."""

import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
from contextlib import redirect_stderr
from pathlib import Path

from twisted.internet.defer import ensureDeferred

from chat.accounts.tokens import digest
from chat.admin.__main__ import main
from chat.admin.arguments import parse
from chat.admin.context import OrderContext
from chat.admin.orders import Invite, Passwd, Retain, carry_out, request_line
from chat.errors import ChatError
from chat.store.interfaces import Account
from tests.admin.case import Person, ToolCase, no_sweep, typed
from tests.running import SECONDS, RunningServer, environment
from tests.store.case import NOON
from tests.store.folders import DAY, StoreCase, rows

HASH = "$argon2id$new"


def read_terminal(terminal: int) -> bytes:
    """What comes next; OSError where nobody is there any more."""
    assert select.select([terminal], [], [], SECONDS)[0], "nothing is to be seen"
    return os.read(terminal, 10_000)


class Orders(StoreCase):
    """Each order, on a store."""

    def setUp(self) -> None:
        super().setUp()
        self.woken = 0

    def answer(self, line: bytes) -> object:
        """The answer to a line."""
        context = OrderContext(
            self.store.accounts,
            self.store.maintenance,
            self.store.moderation,
            self.store.files,
            lambda: self.now,
            self.wake,
            no_sweep,
        )
        return json.loads(self.reactor.wait(ensureDeferred(carry_out(context, line))))

    def wake(self) -> None:
        self.woken += 1

    def test_invite(self) -> None:
        """The invitation lets one account be made, until it expires."""
        for secret in ("first", "second"):
            order = Invite(digest(secret).hex(), DAY)
            self.assertEqual(self.answer(request_line(order)), {"error": None})
        accounts = self.store.accounts
        self.reactor.wait(accounts.create(Account("al", "Al", "hash", NOON), digest("first")))
        self.now += DAY + 1
        late = accounts.create(Account("bob", "Bob", "hash", NOON), digest("second"))
        self.assertIn("not valid", str(self.assertRaises(ChatError, self.reactor.wait, late)))

    def test_passwd(self) -> None:
        """The account has the new hash, and no tokens."""
        accounts = self.store.accounts
        made = self.reactor.wait(accounts.create(Account("al", "Al", "hash", NOON), None))
        self.reactor.wait(accounts.add_token(b"token", made, self.now + DAY, 9))
        self.assertEqual(self.answer(request_line(Passwd("AL", HASH))), {"error": None})
        account = self.reactor.wait(accounts.find("al"))
        self.assertEqual(account.password_hash if account else None, HASH)
        self.assertIsNone(self.reactor.wait(accounts.token_owner(b"token")))
        missing = {"error": "there is no account Bob"}
        self.assertEqual(self.answer(request_line(Passwd("Bob", HASH))), missing)
        long = Passwd(f"{'b' * 32}ob", HASH)
        self.reactor.wait(accounts.create(Account("b" * 32, "b" * 32, "hash", NOON), None))
        self.assertIn("a name is 1 to 32 letters", str(self.answer(request_line(long))))
        self.reactor.wait(accounts.create(Account("bob", "Bob", "hash", NOON), None))
        self.reactor.wait(accounts.delete("bob", self.now + DAY))
        self.assertEqual(self.answer(request_line(Passwd("Bob", HASH))), missing)

    def test_retain(self) -> None:
        """A policy takes the place of the one before it, and pruning begins."""
        for order in (
            Retain(None, seconds=DAY),
            Retain("Hall", seconds=DAY),
            Retain("hall", messages=5),
            Retain("attic"),
            Retain("cellar", messages=1),
            Retain("cellar", inherit=True),
        ):
            self.assertEqual(self.answer(request_line(order)), {"error": None})
        policies = self.reactor.wait(
            self.store.access.read(lambda connection: connection.execute("SELECT * FROM retention").fetchall())
        )
        self.assertEqual(sorted(policies), [("", DAY, None), ("attic", None, None), ("hall", None, 5)])
        self.assertEqual(self.woken, 6)

    def test_nonsense(self) -> None:
        """Whatever comes gets an answer, and changes nothing."""
        for line, complaint in (
            (b"", "truncated"),
            (b"\xff", "malformed"),
            (b"[]", "Expected `object`"),
            (b'{"order":"explode","arguments":{}}', "there is no order 'explode'"),
            (b'{"order":"invite","arguments":{"digest":"00","seconds":1}}', "matching regex"),
            (b'{"order":"invite","arguments":{"digest":"%s","seconds":0}}' % (b"0" * 64), "> 0"),
            (b'{"order":"passwd","arguments":{"name":"Al","password_hash":"plain"}}', "matching regex"),
            (b'{"order":"retain","arguments":{"room":"a b"}}', "a room's name is"),
            (b'{"order":"retain","arguments":{"room":null,"messages":0}}', ">= 1"),
            (b'{"order":"retain","arguments":{"room":null,"more":0}}', "unknown field"),
        ):
            answer = self.answer(line)
            assert isinstance(answer, dict)
            self.assertIn(complaint, answer["error"])
        self.assertEqual(self.woken, 0)

    def test_disk_full(self) -> None:
        """What cannot be stored is told."""
        self.reactor.wait(self.store.access.run("PRAGMA max_page_count = 1"))
        for number in range(1000):
            answer = self.answer(request_line(Invite(f"{number:064x}", DAY)))
            if answer != {"error": None}:
                break
        self.assertEqual(answer, {"error": "the server's disk is full, that was not stored"})


class Invitations(ToolCase):
    """`invite`, as an operator uses it."""

    def start(self) -> RunningServer:
        """A server that wants invitations."""
        return RunningServer("--data", str(self.data), "--registration", "invite")

    def test_running(self) -> None:
        """One account can be made with it, at once, and no second one; only its digest is kept."""
        with self.start() as server:
            self.assertIn("invitation", typed(server.port, "server:register Al password1")[-1])
            invitation = self.done("invite", "--days", "2").strip()
            self.assertRegex(invitation, r"^[\w-]{32}$")
            self.assertEqual(typed(server.port, f"server:register Al password1 {invitation}")[0], "server: welcome, Al")
            refused = typed(server.port, f"server:register Bob password1 {invitation}")
            self.assertIn("server: error: that invitation is not valid, or no longer", refused)
            self.assertRegex(self.done("users"), r"^Al  since \d{4}-\d\d-\d\d \d\d:\d\d UTC\n$")
            server.stop()
            self.assertNotIn(invitation, server.log)
        self.assertNotIn(invitation.encode(), self.database.read_bytes())
        self.assertEqual(rows(self.database, "SELECT digest FROM invitations"), [(digest(invitation),)])

    def test_stopped(self) -> None:
        """It is made without a server, too, and leaves no server behind."""
        with self.start() as server:
            typed(server.port, "server:register Al password1")
        self.assertEqual(self.done("users"), "")
        invitation = self.done("invite").strip()
        with self.start() as server:
            self.assertEqual(typed(server.port, f"server:register Al password1 {invitation}")[0], "server: welcome, Al")

    def test_no_folder(self) -> None:
        """A slip of the finger makes no new folder."""
        self.assertEqual(self.refused("invite"), f"there is no database {self.database}")
        self.assertEqual(self.refused("users"), f"there is no database {self.database}")
        self.assertFalse(self.data.exists())


class Sockets(ToolCase):
    """The way to a server."""

    def test_private(self) -> None:
        """Only the server's own user may use it, and it goes with the server."""
        with RunningServer("--data", str(self.data)) as server:
            typed(server.port, "server:register Al")
            self.assertEqual((self.data / "control").stat().st_mode & 0o777, 0o600)
            server.stop()
            self.assertNotIn("Traceback", server.log)
        self.assertFalse((self.data / "control").exists())

    def test_killed_server(self) -> None:
        """What a killed one left is in nobody's way: neither the tool's nor the next server's."""
        with RunningServer("--data", str(self.data)) as server:
            typed(server.port, "server:register Al")
            server.stop(signal.SIGKILL)
        self.assertTrue((self.data / "control").exists())
        self.done("invite")
        with RunningServer("--data", str(self.data)) as server:
            typed(server.port, "server:register Al")
            self.done("invite")
        self.assertEqual(rows(self.database, "SELECT count(*) FROM invitations"), [(2,)])

    def test_long_path(self) -> None:
        """The server works all the same and says what does not; the tool says so too, and what works does."""
        self.data = self.folder / ("x" * 100)
        with RunningServer("--data", str(self.data)) as server:
            typed(server.port, "server:register Al password1")
            complaint = self.refused("invite")
            self.assertIn(f"another server uses the data folder {self.data}, and cannot be told: ", complaint)
            self.assertIn("is longer than the 100 bytes that a socket's path may have", complaint)
            self.assertIn("Al", self.done("users"))
        self.done("invite")

    def test_no_answer(self) -> None:
        """A folder that is in use by something that does not listen."""
        with RunningServer("--data", str(self.data)) as server:
            typed(server.port, "server:register Al password1")
            (self.data / "control").unlink()
            self.assertEqual(self.refused("invite"), f"another server uses the data folder {self.data}")


class Passwords(ToolCase):
    """`passwd`, as an operator uses it."""

    def test_running(self) -> None:
        """The new one is right at once, the old one and all tokens are not."""
        with RunningServer("--data", str(self.data)) as server:
            with Person(server.port, "Al", password="password1", remember=True) as al:
                token = al.entered["token"]
            with Person(server.port, "Al", token=token) as al:
                self.assertEqual(al.entered["type"], "ack")
            said_ = self.done("passwd", "al", given="\ufeffpassword2\n")
            self.assertEqual(said_, "the password of al is changed, and its tokens are gone\n")
            for credentials, type_ in (
                ({"token": token}, "error"),
                ({"password": "password1"}, "error"),
                ({"password": "password2"}, "ack"),
            ):
                with Person(server.port, "Al", **credentials) as al:
                    self.assertEqual(al.entered["type"], type_, credentials)
            self.assertEqual(self.refused("passwd", "bob", given="password2"), "there is no account bob")
            self.assertEqual(self.refused("passwd", "al", given="short\n"), "a password has 8 to 1024 bytes")
            server.stop()
            self.assertNotIn("password2", server.log)

    def test_terminal(self) -> None:
        """It is asked for twice, and not shown."""
        with RunningServer("--data", str(self.data)) as server:
            typed(server.port, "server:register Al password1")
            self.assertEqual(
                self.type("password2", "password3"), (1, ["chat.admin: those were two different passwords"])
            )
            answer = "the password of al is changed, and its tokens are gone"
            self.assertEqual(self.type("password2", "password2"), (0, [answer]))
            self.assertEqual(typed(server.port, "server:login Al password2")[0], "server: welcome, Al")

    def type(self, *answers: str) -> tuple[int, list[str]]:
        """Run it on a terminal and answer its questions; its exit status, and what is to be seen besides them."""
        child, terminal = pty.fork()
        if not child:
            command = [sys.executable, "-m", "chat.admin", "--data", str(self.data), "passwd", "al"]
            os.execve(sys.executable, command, environment())
        seen = b""
        for question, answer in zip((b"new password: ", b"once more: "), answers, strict=True):
            seen = self.read_until(terminal, question)
            os.write(terminal, answer.encode() + b"\n")
        seen = self.read_until(terminal, None)
        os.close(terminal)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return status, [line for line in seen.decode().splitlines() if line]

    def read_until(self, terminal: int, end: bytes | None) -> bytes:
        """What is to be seen up to `end`, or until the program ends."""
        seen = b""
        while end is None or not seen.endswith(end):
            try:
                seen += read_terminal(terminal)
            except OSError:
                break
        return seen


class Mistakes(ToolCase):
    """What cannot be meant."""

    def test_command_lines(self) -> None:
        """Each has its sentence, and status 1; the program says it as this says it."""
        for arguments, complaint in (
            ([], "the following arguments are required: COMMAND"),
            (["explode"], "invalid choice: 'explode'"),
            (["backup"], "the following arguments are required: FILE"),
            (["export"], "the following arguments are required: --room/-r"),
            (["invite", "--days", "0"], "argument --days: days are a number above 0, not '0'"),
            (["invite", "--days", "nan"], "argument --days: days are a number above 0, not 'nan'"),
            (["retention"], "one of the arguments --days --messages --forever --default --show is required"),
            (["retention", "--days", "1", "--forever"], "not allowed with argument"),
            (["retention", "--messages", "1.5"], "takes a whole number above 0, not '1.5'"),
            (["retention", "--default"], "--default is for one room, name it with --room"),
            (["users", "--colour"], "unrecognized arguments: --colour"),
        ):
            with redirect_stderr(io.StringIO()) as said:
                try:
                    status: object = main(["--data", str(self.data), *arguments])
                except SystemExit as end:
                    status = end.code
            self.assertEqual(status, 1)
            self.assertRegex(said.getvalue(), r"^chat\.admin: [^\n]+\n$")
            self.assertIn(complaint, said.getvalue())
        self.assertIn(complaint, self.refused(*arguments))
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_data(self) -> None:
        """The data folder may be named before the command, or behind it."""
        before, behind = (parse(["-d", "a", "users"]), parse(["-d", "b", "backup", "file", "--data", "a"]))
        self.assertEqual((before.data, behind.data, parse(["users"]).data), (Path("a"), Path("a"), Path("chat-data")))

    def test_help(self) -> None:
        """All commands are listed."""
        text = self.done("--help")
        for name in ["backup", "verify", "restore", "export", "import", "users", "invite", "passwd", "retention"]:
            self.assertRegex(text, rf"(?m)^    {name} ")
        self.assertRegex(self.done("--version"), r"^chat\.admin \d")

    def test_bars(self) -> None:
        """Who sits at a terminal sees how far it is."""
        with RunningServer("--data", str(self.data)) as server:
            typed(server.port, "server:register Al")
        controlling, terminal = pty.openpty()
        termios.tcsetwinsize(terminal, (25, 80))
        command = [sys.executable, "-m", "chat.admin", "--data", str(self.data), "backup", str(self.folder / "b")]
        ended = subprocess.run(command, env=environment(), stdout=subprocess.PIPE, stderr=terminal, timeout=SECONDS)
        seen = read_terminal(controlling)
        os.close(terminal)
        os.close(controlling)
        self.assertEqual(ended.returncode, 0)
        self.assertRegex(seen, rb"backup: +\d+%")
