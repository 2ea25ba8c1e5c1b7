"""The list of commands, as people see it."""

from twisted.trial.unittest import SynchronousTestCase

from chat.commands.table import GROUPS, TYPED
from chat.limits import Limits
from tests.fresh import fresh_hub
from tests.transcript import MemoryConnection, MemoryWire

PASSWORD = "correct-horse"


class Help(SynchronousTestCase):
    """`help`, `help <group>` and `help <command>`, for guests and for operators."""

    def setUp(self) -> None:
        """A guest, and an account that is to be an operator."""
        self.wire = MemoryWire()
        self.wire.serve(fresh_hub(Limits(), lambda: 1_700_000_000.5))
        self.guest, self.operator = self.wire.connect(), self.wire.connect()
        self.ask(self.guest, "server:register Gus")
        self.ask(self.operator, f"server:register Olga {PASSWORD}")

    def ask(self, connection: MemoryConnection, line: str) -> list[str]:
        """The lines that the person reads after typing this one, without `server: `."""
        list(iter(connection.pending, None))
        connection.send(line)
        return [answer.removeprefix("server: ") for answer in iter(connection.pending, None)]

    def make_operator(self) -> None:
        """Olga is an operator from now on."""
        self.wire.factory.hub.permissions.operators = frozenset({"olga"})

    def test_groups(self) -> None:
        """Each command stands in one group, and a group with a command's name has that command."""
        self.assertEqual(sorted(TYPED), sorted(spec.name for specs in GROUPS.values() for spec in specs))
        for word, specs in GROUPS.items():
            if word in TYPED:
                self.assertIn(TYPED[word], specs)

    def test_all(self) -> None:
        """The list has the groups one after another, one line for each command, and operators' for operators alone."""
        lines = self.ask(self.guest, "server:help")
        groups = [word for word in GROUPS if word != "operators"]
        self.assertEqual([line for line in lines if line.startswith("==")], [f"== {word} ==" for word in groups])
        shown = [spec.help_line for word in groups for spec in GROUPS[word]]
        self.assertEqual([line for line in lines if " - " in line], shown)
        self.assertNotIn("operators", lines[-1])
        self.make_operator()
        lines = self.ask(self.operator, "server:help")
        self.assertEqual([line for line in lines if " - " in line], [spec.help_line for spec in TYPED.values()])
        self.assertTrue(lines[-1].endswith(", operators"))
        self.assertEqual(self.ask(self.guest, "server:help")[-1].count("operators"), 0)

    def test_one_group(self) -> None:
        """A group's word lists its commands; that of the operators is theirs."""
        self.assertEqual(self.ask(self.guest, "help Rooms"), [spec.help_line for spec in GROUPS["rooms"]])
        self.assertEqual(
            self.ask(self.guest, "server:help operators"), ["error: that is for the operators of this server"]
        )
        asked = self.ask(self.guest, "server:help history")
        self.assertEqual(asked, [*(spec.help_line for spec in GROUPS["history"]), *TYPED["history"].details])
        self.make_operator()
        listed = self.ask(self.operator, "server:help operators")
        self.assertEqual(listed, [spec.help_line for spec in GROUPS["operators"]])

    def test_one_command(self) -> None:
        """Everybody is told what an operator's command is, and that it is one."""
        [line, needs] = self.ask(self.guest, "server:help lockdown")
        self.assertEqual(line, TYPED["lockdown"].help_line)
        self.assertEqual(needs, "only operators of this server may do that")
        self.assertEqual(self.ask(self.guest, "server:help kick"), [TYPED["kick"].help_line])

    def test_nobody_yet(self) -> None:
        """Whoever has no name yet reads the same list."""
        newcomer = self.wire.connect()
        self.assertEqual(self.ask(newcomer, "server:help"), self.ask(self.guest, "server:help"))
