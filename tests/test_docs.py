"""The documents say what the code does: their tables are the code's, and their examples work."""

import re
from datetime import date

from twisted.trial.unittest import SynchronousTestCase

from chat import __version__
from docs.reference import DOCUMENTS, rewritten
from tests.running import ROOT, RunningServer
from tests.test_imports import graph
from tests.transcript import MemoryWire, SocketWire, replay

_TRANSCRIPT = re.compile(r"```transcript\n(.*?)```", re.DOTALL)


def anchors(text: str) -> list[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]


class Documents(SynchronousTestCase):
    """`README.md` and `docs/`."""

    def test_tables(self) -> None:
        """If this fails, run `python docs/reference.py`."""
        for document in DOCUMENTS:
            text = document.read_text()
            self.assertEqual(text, rewritten(text), f"{document.name} is out of date")

    def test_protocol_examples(self) -> None:
        """Each example of the protocol can be replayed, in memory and over a socket."""
        self.replay_examples("protocol.md", 12)

    def test_moderation_examples(self) -> None:
        """The same for what moderators type."""
        self.replay_examples("moderation.md", 5)

    def replay_examples(self, document: str, count: int) -> None:
        """Replay the examples of a document, in memory and over a socket."""
        examples = _TRANSCRIPT.findall((ROOT / "docs" / document).read_text())
        self.assertEqual(len(examples), count)
        for example in examples:
            replay(example, MemoryWire())
            with RunningServer() as server:
                wire = SocketWire(server)
                try:
                    replay(example, wire)
                finally:
                    wire.close()

    def test_links(self) -> None:
        """What the documents point at is there."""
        others = ("CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md", "docs/operating.md")
        for document in (*DOCUMENTS, *(ROOT / name for name in others)):
            for target in re.findall(r"\]\(([^)]+)\)", document.read_text()):
                file, _, heading = target.partition("#")
                place = document.parent / file if file else document
                self.assertTrue(place.exists(), f"{document.name} points at {target}")
                if heading:
                    self.assertIn(heading, anchors(place.read_text()), f"{document.name} points at {target}")

    def test_paths(self) -> None:
        """Every file and folder of ours that a document names is there."""
        paths = [
            (document.name, path)
            for document in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("bench/*.md"))
            for path in re.findall(r"`((?:chat|tests|docs|bench|deploy)/[\w./-]*)`", document.read_text())
        ]
        self.assertIn(("architecture.md", "chat/hub/permissions.py"), paths)
        self.assertEqual([(name, path) for name, path in paths if not (ROOT / path).exists()], [])

    def test_short_names(self) -> None:
        """Where the architecture names a module without its package, there is such a module."""
        modules = {path.name for folder in ("chat", "tests") for path in (ROOT / folder).rglob("*.py")}
        modules |= {path.name for path in ROOT.glob("*.py")}
        text = (ROOT / "docs" / "architecture.md").read_text()
        self.assertEqual(set(re.findall(r"`(\w+\.py)`", text)) - modules, set())

    def test_hub(self) -> None:
        """The table of the hub's modules has all of them, each in or below the rows of what it imports."""
        text = (ROOT / "docs" / "architecture.md").read_text()
        table = text.partition("| modules of `chat/hub/` |")[2].partition("\n\n")[0]
        rows = [re.findall(r"`(\w+)\.py`", line.split("|")[1]) for line in table.splitlines()[2:]]
        row_of = {f"chat.hub.{name}": number for number, names in enumerate(rows) for name in names}
        imports = {module: found & row_of.keys() for module, found in graph().items() if module.startswith("chat.hub.")}
        self.assertEqual(imports.keys(), row_of.keys())
        for module, found in imports.items():
            for name in found:
                self.assertLessEqual(row_of[name], row_of[module], f"{module} imports {name}")

    def test_changes(self) -> None:
        """The newest entry of the change log is this version's, and has a date."""
        entries = re.findall(r"^## (\S+) \((.*)\)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
        self.assertEqual(entries[0][0], __version__)
        days = [date.fromisoformat(day) for _, day in entries]
        self.assertEqual(days, sorted(days, reverse=True))
