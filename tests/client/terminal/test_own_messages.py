"""What the person says: saved when it is typed, shown once, and said once."""

from chat.client.conversation import Profile
from chat.client.outbox import MOST_WAITING
from tests.client.case import RememberingCase
from tests.client.harness import Network
from tests.client.terminal.harness import TerminalClient


class Own(RememberingCase):
    """One client, and somebody with `nc`."""

    def setUp(self) -> None:
        super().setUp()
        self.ann = self.other("Ann")
        self.bob = self.begin()
        self.bob.new_lines()

    def begin(self) -> TerminalClient:
        """A run of the client."""
        client = TerminalClient(
            Network(self.wire.factory), self.wire.clock, Profile("Bob", is_person=True), remember=self.remember
        )
        self.addCleanup(client.kill)
        return client

    def said(self, client: TerminalClient) -> list[str]:
        """What Ann heard of Bob, in a minute: the server takes a number of messages each second."""
        heard = []
        for _ in range(60):
            self.wire.clock.advance(1)
            client.network.pump()
            heard += self.read(self.ann)
        return [line.removeprefix("Bob (in lobby): ") for line in heard if line.startswith("Bob (in lobby): ")]

    def test_many_without_an_answer(self) -> None:
        """Also those that wait for the answers to a hundred others are said by the next run, and shown as not sent."""
        self.bob.network.is_lossy = True
        typed = [f"n {number}" for number in range(250)]
        self.bob.type(*typed)
        self.assertEqual(self.bob.new_lines(), [f"<Bob> {line} …" for line in typed])
        self.bob.kill()
        again = self.begin()
        self.assertEqual(self.said(again), typed)
        shown = [line for line in again.new_lines() if line.startswith("<Bob>")]
        self.assertEqual(shown, [f"<Bob> {line}" for line in typed])

    def test_too_many(self) -> None:
        """Beyond the limit the person is told, and nothing else is lost."""
        self.bob.network.cut()
        for number in range(MOST_WAITING + 1):
            self.bob.conversation.typed(f"n {number}")
        self.assertIn(f"not sent: {MOST_WAITING} messages and commands wait already", self.bob.new_lines()[-1])
        self.wire.clock.advance(2)
        self.bob.network.pump()
        self.assertEqual(self.said(self.bob), [f"n {number}" for number in range(MOST_WAITING)])

    def test_comes_back(self) -> None:
        """A message that was stored, but whose answer was lost, is shown once when it comes back as missed."""
        self.bob.network.held = True
        self.bob.type("once")
        self.bob.network.cut()
        self.bob.network.held = False
        self.wire.clock.advance(2)
        self.assertEqual([line for line in self.bob.new_lines() if "once" in line], ["<Bob> once"])
        self.assertEqual(self.said(self.bob), ["once"])

    def test_comes_back_killed(self) -> None:
        """The same if the client was killed meanwhile."""
        self.bob.network.held = True
        self.bob.type("once")
        self.bob.kill()
        again = self.begin()
        self.assertEqual([line for line in again.new_lines() if "once" in line], ["<Bob> once"])
        self.assertEqual(self.said(again), ["once"])

    def test_answer(self) -> None:
        """An answer is shown to whoever gives it, and says whom it answers."""
        self.ann.send("shall we?")
        self.bob.new_lines()
        self.bob.type("/reply 3 yes")
        self.assertEqual(self.bob.new_lines(), ["<Bob> (to Ann #3) yes"])
        self.assertEqual([line for line in self.read(self.ann) if "yes" in line], ["Bob (in lobby, to Ann #3): yes"])

    def test_answer_killed(self) -> None:
        """An answer that was not stored is given by the next run."""
        self.ann.send("shall we?")
        self.bob.network.is_lossy = True
        self.bob.type("/reply 3 yes")
        self.bob.kill()
        again = self.begin()
        self.assertEqual([line for line in again.new_lines() if "yes" in line], ["<Bob> (to #3) yes"])
        self.assertEqual([line for line in self.read(self.ann) if "yes" in line], ["Bob (in lobby, to Ann #3): yes"])

    def test_on_another_connection(self) -> None:
        """What the same person says elsewhere is shown as their own, once."""
        second = TerminalClient(
            Network(self.wire.factory), self.wire.clock, Profile("Cy", password="correct-horse", is_person=True)
        )
        first = TerminalClient(
            Network(self.wire.factory), self.wire.clock, Profile("Cy", password="correct-horse", is_person=True)
        )
        first.new_lines()
        second.type("hello", "/msg Ann psst")
        lines = first.new_lines()
        self.assertEqual([line for line in lines if "<Cy>" in line], ["<Cy> hello", "@Ann <Cy> psst"])
        self.assertEqual(first.open()[0], ("#lobby", 0, 0))
        first.network.cut()
        self.wire.clock.advance(2)
        self.assertEqual([line for line in first.new_lines() if "<Cy>" in line], [])

    def test_quit_too_early(self) -> None:
        """Ctrl-D while messages wait: they are said by the next run."""
        self.bob.network.is_lossy = True
        self.bob.type(*[f"n {number}" for number in range(150)])
        self.bob.conversation.quit()
        self.bob.conversation.quit()
        self.assertEqual(self.bob.paper.ending, (0, "messages that are sent the next time: 150"))
        self.bob.kill()
        self.assertEqual(len(self.said(self.begin())), 150)

    def test_search_and_older(self) -> None:
        """What a search finds, and what was said around it, is not taken for the oldest message that was shown."""
        for text in ("needle", *[f"hay {number}" for number in range(8)]):
            self.ann.send(text)
        cy = TerminalClient(Network(self.wire.factory), self.wire.clock, Profile("Cy", is_person=True))
        self.ann.send("last")
        cy.new_lines()
        oldest = cy.screen.oldest()
        cy.type("/search needle")
        self.assertEqual([item.text for item in cy.screen.results], ["needle"])
        needle = cy.screen.results[0].seq
        cy.type(f"/history lobby 3 around {needle}")
        self.assertEqual(cy.screen.oldest(), oldest)
        cy.type(f"/history lobby 3 before {oldest}")
        self.assertLess(cy.screen.oldest(), oldest)
        self.assertEqual([item.text for item in cy.screen.results], ["needle"])
