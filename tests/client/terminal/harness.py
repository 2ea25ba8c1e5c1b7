"""The client of a terminal without a terminal: what would be printed is kept in a list."""

from collections.abc import Callable
from itertools import count

from twisted.internet.task import Clock

from chat.client.conversation import Conversation, Profile
from chat.client.memory import Memory
from chat.client.network import Connector
from chat.client.terminal.items import Item
from chat.client.terminal.messages import Messages
from chat.client.terminal.screen import TerminalScreen
from tests.client.harness import Network, at, sent_at

_runs = count(1)


class Paper:
    """The conversation's `View`, and `Printing`. `items` are all that was printed."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.question = ""
        self.ending: tuple[int, str | None] | None = None
        self.rings = 0

    def add(self, item: Item) -> None:
        self.items.append(item)

    def change(self, item: Item, otherwise: Item | None = None) -> None:
        item.changed()

    def show(self, line: str) -> None:
        raise AssertionError(f"everything has a style: {line}")

    def when_shown(self, call: Callable[[], None]) -> None:
        call()

    def ask(self, question: str, *, is_secret: bool = False) -> None:
        self.question = question

    def set_prompt(self, prompt: str) -> None:
        raise AssertionError("the prompt is made of the places")

    def set_reading(self, wanted: bool) -> None:
        """A terminal is always read."""

    def finish(self, status: int, complaint: str | None) -> None:
        self.ending = (status, complaint)

    def ring(self) -> None:
        self.rings += 1

    def lines(self) -> list[str]:
        """What stands on the paper now, without the times."""
        return [line.removeprefix(f"{at()} ") for item in self.items for line in text_of(item).split("\n")]


class TerminalClient:
    """A client on `network` with a screen of places, on paper."""

    def __init__(
        self,
        network: Network,
        clock: Clock,
        profile: Profile,
        *,
        bell: str = "mention",
        remember: Callable[[str], Memory] | None = None,
        with_links: bool = False,
    ) -> None:
        self.network = network
        self.clock = clock
        self.paper = Paper()
        self.screen = TerminalScreen(
            self.paper, self.paper, sent_at, self.paper.ring, Messages(with_links=with_links), bell=bell
        )
        run, numbers = next(_runs), count(1)
        self.conversation = Conversation(self.screen, profile, lambda: f"{run}-{next(numbers)}", remember)
        self.screen.follow(self.conversation)
        self.connector = Connector(
            self.conversation, network, "example:8080", clock, backoff=lambda attempts: float(2**attempts)
        )
        self.connector.connect()
        self.network.pump()

    def type(self, *lines: str) -> None:
        """Type lines, one after another, each when the answer to the one before has come."""
        for line in lines:
            self.conversation.typed(line)
            self.network.pump()

    def new_lines(self) -> list[str]:
        """What was printed since the last call."""
        self.network.pump()
        lines = self.paper.lines()
        self.paper.items.clear()
        return lines

    def open(self) -> list[tuple[str, int, int]]:
        """The open places, with what is unread there."""
        return [(place.label, place.unread, place.mentions) for place in self.screen.places.numbered()]

    def current(self) -> str:
        """Where the person types."""
        place = self.screen.places.current
        return place.label if place is not None else ""

    def kill(self) -> None:
        """As by SIGKILL."""
        self.connector.stop()
        self.conversation.close()
        self.network.cut()


def text_of(item: Item) -> str:
    """The text of an item, without what the terminal does not show."""
    return "".join(each[1] for each in item.fragments() if "[ZeroWidthEscape]" not in each[0])
