"""What outlives a run: the state file, whatever happens to it."""

import os
import stat
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from chat.client.memory import (
    ClientId,
    Life,
    Memory,
    NoMemory,
    Outgoing,
    ReadPosition,
    Record,
    Remembered,
    Reset,
    SessionToken,
    Settled,
)
from chat.client.state import StateFile, open_memory

_text = st.text(st.characters(codec="utf-8"), max_size=8)
_records = st.lists(
    st.one_of(
        st.builds(ReadPosition, st.sampled_from(["#a", "@b"]), st.integers(0, 2**53), _text),
        st.builds(Outgoing, st.sampled_from(["1", "2", "3"]), st.fixed_dictionaries({"text": _text, "room": _text})),
        st.builds(Settled, st.sampled_from(["1", "2", "3"])),
        st.builds(SessionToken, st.none() | _text),
        st.builds(ClientId, st.none() | st.integers(-(2**63), 2**63 - 1)),
        st.just(Reset()),
        st.builds(Life, st.sampled_from(["a", "b"])),
    )
)


def sum_of(records: list[Record]) -> list[Record]:
    remembered = Remembered()
    for record in records:
        remembered.add(record)
    return list(remembered.records())


def held_by(memory: Memory) -> list[Record]:
    return list(memory.remembered.records())


class Files(SynchronousTestCase):
    """One file."""

    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name, "state")

    def open(self, name: str = "Bob", address: str = "example:8080") -> Memory:
        """The memory of a name."""
        memory = open_memory(self.folder, address, name)
        self.addCleanup(memory.close)
        return memory

    def file(self) -> Path:
        """The only file."""
        (path,) = self.folder.iterdir()
        return path

    def test_for_our_eyes_only(self) -> None:
        """The folder and the files."""
        self.open().note(ClientId(1))
        self.assertEqual(stat.S_IMODE(self.folder.stat().st_mode), 0o700)
        self.assertEqual(stat.S_IMODE(self.file().stat().st_mode), 0o600)

    def test_written_at_once(self) -> None:
        """A record is in the file when `note` returns, in one write."""
        memory = self.open()
        with mock.patch("os.write", side_effect=os.write) as write:
            memory.note(Outgoing("1", {"text": "hi"}))
        self.assertEqual(write.call_count, 1)
        self.assertEqual(self.file().read_bytes(), b'{"type":"saying","id":"1","arguments":{"text":"hi"}}\n')

    def test_one_for_each_name_and_server(self) -> None:
        """Spellings that the server takes for one name are one; any name makes a file in the folder."""
        for name, address in (
            ("Bob", "a:1"),
            ("Bob", "a:2"),
            ("Bo", "a:1"),
            ("../../Bob", "a:1"),
            ("Жук" * 99, "::1:1"),
        ):
            self.open(name, address).note(ClientId(1))
        self.assertEqual(len(list(self.folder.iterdir())), 5)
        self.assertIsInstance(self.open("bOB", "a:1"), NoMemory)

    def test_compacted(self) -> None:
        """What does not count any more is dropped at the start, and when there is much of it."""
        memory = self.open()
        for number in range(10):
            memory.note(Outgoing(str(number), {"text": "x" * 100_000}))
            memory.note(Settled(str(number)))
        self.assertLess(self.file().stat().st_size, 1_100_000)
        memory.note(ReadPosition("#a", 1))
        memory.close()
        self.open()
        self.assertEqual(self.file().read_bytes(), b'{"type":"heard","place":"#a","seq":1}\n')

    def test_tokens_do_not_lie_about(self) -> None:
        """A token that is worth nothing any more is nowhere in the file."""
        memory = self.open()
        memory.note(SessionToken("secret"))
        memory.note(SessionToken(None))
        memory.note(ClientId(1))
        self.assertNotIn(b"secret", self.file().read_bytes())
        memory.close()
        self.assertEqual(held_by(self.open()), [ClientId(1)])

    def test_nothing_to_remember(self) -> None:
        """It leaves no file."""
        self.open().close()
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_two_at_once(self) -> None:
        """The second one forgets, and has a complaint. When the first is done, the next one remembers."""
        first = self.open()
        first.note(ClientId(1))
        second = self.open()
        self.assertEqual(second.complaint, "another client uses the name Bob there already; this one remembers nothing")
        second.note(ClientId(2))
        second.close()
        first.close()
        self.assertEqual(held_by(self.open()), [ClientId(1)])

    def test_replaced_while_it_is_opened(self) -> None:
        """The file that was opened is another run's old one by the time that it is locked: the new one is taken."""
        first = self.open()
        first.note(ClientId(1))
        path = self.file()
        first.close()
        real_open, opened = os.open, list[Path]()

        def slow_open(name: Path, flags: int, mode: int = 0o777) -> int:
            file = real_open(name, flags, mode)
            opened.append(name)
            if len(opened) == 1:
                other = StateFile(path)
                other.note(ClientId(2))
                other.close()
            return file

        with mock.patch("os.open", slow_open):
            memory = self.open()
        self.assertEqual(held_by(memory), [ClientId(2)])
        memory.note(ClientId(3))
        memory.close()
        self.assertEqual(held_by(self.open()), [ClientId(3)])

    def test_unusable(self) -> None:
        """A folder that cannot be made is no reason not to chat."""
        self.folder.parent.joinpath("state").write_text("a file")
        memory = self.open()
        memory.note(ClientId(1))
        self.assertRegex(memory.complaint or "", "^this client remembers nothing: cannot use .*: ")

    def test_full_disk(self) -> None:
        """What cannot be written is remembered for this run only, and that is said."""
        memory = self.open()
        memory.note(ClientId(1))
        with mock.patch("os.write", side_effect=lambda file, data: len(data) // 2):
            memory.note(ClientId(2))
        memory.note(ClientId(3))
        self.assertEqual(held_by(memory), [ClientId(3)])
        self.assertRegex(
            memory.complaint or "", "^this client remembers nothing any more: cannot write .*: a line was cut short$"
        )
        self.assertEqual(held_by(self.open()), [ClientId(1)])

    def test_full_disk_at_the_start(self) -> None:
        """The file as it was is not given up for half of one."""
        memory = self.open()
        memory.note(ClientId(1))
        memory.close()
        with mock.patch("os.write", side_effect=OSError(28, "No space left on device")):
            full = self.open()
        self.assertRegex(full.complaint or "", "No space left on device$")
        self.assertEqual(held_by(self.open()), [ClientId(1)])

    def test_without_locks(self) -> None:
        """Where there are none (Windows), the rest works."""
        with mock.patch("chat.client.state.fcntl", None):
            memory = self.open()
            memory.note(ClientId(1))
            memory.close()
            self.assertEqual(held_by(self.open()), [ClientId(1)])


class AnyDamage(SynchronousTestCase):
    """Whatever was written, and whatever became of it."""

    @settings(deadline=None, max_examples=50)
    @given(_records)
    def test_all_of_it_comes_back(self, records: list[Record]) -> None:
        """Also after another start."""
        with TemporaryDirectory() as folder:
            for written in (records, []):
                memory = StateFile(Path(folder, "state"))
                for record in written:
                    memory.note(record)
                self.assertEqual(held_by(memory), sum_of(records))
                memory.close()

    @settings(deadline=None, max_examples=50)
    @given(_records, st.data())
    def test_cut_short(self, records: list[Record], data: st.DataObject) -> None:
        """Cut anywhere, the file still has every record before the cut, and takes new ones."""
        with TemporaryDirectory() as folder:
            path = Path(folder, "state")
            ends = list(accumulate(len(line_of(record)) for record in records))
            end = data.draw(st.integers(0, ends[-1] if ends else 0), "end")
            path.write_bytes(b"".join(map(line_of, records))[:end])
            # A line is whole without its newline, too.
            count = sum(each - 1 <= end for each in ends)
            memory = StateFile(path)
            self.assertEqual(held_by(memory), sum_of(records[:count]))
            memory.note(ReadPosition("#new", 1))
            memory.close()
            memory = StateFile(path)
            self.assertEqual(held_by(memory), sum_of([*records[:count], ReadPosition("#new", 1)]))
            memory.close()

    @settings(deadline=None, max_examples=50)
    @given(st.lists(st.binary(max_size=30) | st.sampled_from([b"{", b"null", b'{"type":"pass"}', b"[" * 2000])))
    def test_garbage(self, lines: list[bytes]) -> None:
        """Lines that are no records count as absent."""
        with TemporaryDirectory() as folder:
            path = Path(folder, "state")
            path.write_bytes(b"\n".join([*lines, line_of(ClientId(1))]))
            memory = StateFile(path)
            self.assertEqual(held_by(memory), [ClientId(1)])
            memory.close()


def line_of(record: Record) -> bytes:
    """A record as it is written."""
    return msgspec.json.encode(record) + b"\n"
