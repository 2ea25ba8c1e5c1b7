"""What was sent, acknowledged, heard and stored, compared: sentences about what does not agree."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from chat.names import direct_room
from tests.crash.devices import Account
from tests.crash.friends import Friend
from tests.crash.people import Listener, Sender, Typist
from tests.crash.web import Follower, Poster

_SELECT = (
    "SELECT m.seq, m.kind, m.body FROM messages m JOIN rooms r ON r.id = m.room_id WHERE r.name_key = ? ORDER BY seq"
)


class Stored:
    """What a database holds. `faults` is what is wrong with it by itself; `is_whole`: it is looked through for that."""

    def __init__(self, database: Path, *, is_whole: bool = True) -> None:
        self._connection = sqlite3.connect(database)
        self.faults: list[str] = []
        if is_whole and (check := self._connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            self.faults.append(f"the database is damaged: {check}")

    def texts(self, room: str) -> dict[int, str]:
        """The texts in a room, by their seqs."""
        rows = self._connection.execute(_SELECT, (room,)).fetchall()
        if [row[0] for row in rows] != list(range(1, len(rows) + 1)):
            self.faults.append(f"the places in {room} have gaps")
        return {seq: body for seq, kind, body in rows if kind == 0}

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()


def room_faults(
    stored: Mapping[int, str],
    senders: Sequence[Sender | Poster],
    typists: Sequence[Typist],
    listeners: Sequence[Listener | Follower],
) -> Iterator[str]:
    """The room that all are in."""
    seqs = seqs_of(stored)
    for sender in senders:
        yield from sender_faults(sender, seqs)
    for typist in typists:
        yield from order_faults(typist.name, typist.sent, seqs)
    for listener in listeners:
        yield from listener_faults(listener, stored)


def sender_faults(sender: Sender | Poster, seqs: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """What is acknowledged is stored once, where it was said to be; and all in the order in which it was sent."""
    yield from sender.doubts
    for text, seq in sender.acknowledged.items():
        if seqs.get(text) != [seq]:
            yield f"{text} was acknowledged with {seq}, and is stored at {seqs.get(text)}"
    yield from order_faults(sender.name, sender.sent, seqs)


def listener_faults(listener: Listener | Follower, stored: Mapping[int, str]) -> Iterator[str]:
    """It has heard everything that is stored, from its first moment to its last, and nothing else."""
    yield from listener.doubts
    first = listener.first if listener.first is not None else 0
    if listener.first is None:
        yield f"{listener.name} never came in"
    expected = {seq: text for seq, text in stored.items() if first < seq <= listener.complete}
    for seq in sorted(expected.keys() - listener.heard.keys()):
        yield f"{listener.name} never heard {expected[seq]}, stored at {seq}"
    for seq, text in listener.heard.items():
        if stored.get(seq) != text:
            yield f"{listener.name} heard {text} at {seq}, where {stored.get(seq)} is stored"


def account_faults(account: Account, stored: Mapping[int, str]) -> Iterator[str]:
    """Its devices together have heard everything since it first came in, and nothing else."""
    yield from account.doubts
    if account.first is None:
        yield f"{account.name} never came in"
        return
    expected = {seq: text for seq, text in stored.items() if seq > account.first}
    if lost := sorted(expected.keys() - account.heard.keys()):
        yield f"{account.name} never heard {len(lost)} of {len(expected)} messages, the first at {lost[0]}"
    if wrong := {seq: text for seq, text in account.heard.items() if stored.get(seq) != text}:
        yield f"{account.name} heard {len(wrong)} messages that are not stored there, the first at {min(wrong)}"


def friends_faults(one: Friend, other: Friend, stored: Stored) -> Iterator[str]:
    """What each acknowledged message of the one became, and what the other received of it."""
    texts = stored.texts(direct_room(one.name, other.name))
    seqs = seqs_of(texts)
    for sender, recipient in ((one, other), (other, one)):
        yield from sender_faults(sender, seqs)
        sent = set(sender.sent)
        expected = {seq: text for seq, text in texts.items() if text in sent}
        if recipient.heard != expected:
            yield (
                f"{recipient.name} received {len(recipient.heard)} of {len(expected)} messages, and"
                f" {len(recipient.heard.items() - expected.items())} that are not stored"
            )


def order_faults(who: str, sent: Sequence[str], seqs: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """What somebody sent is stored once at most, in that order."""
    if doubles := [text for text in sent if len(seqs.get(text, ())) > 1]:
        yield f"{doubles} are stored more than once"
    stored = [seqs[text][0] for text in sent if text in seqs]
    if wrong := [pair for pair in pairwise(stored) if pair[1] <= pair[0]]:
        yield f"{who}: out of order at {wrong}"


def seqs_of(stored: Mapping[int, str]) -> Mapping[str, Sequence[int]]:
    """Where each text is stored."""
    seqs: dict[str, list[int]] = {}
    for seq, text in stored.items():
        seqs.setdefault(text, []).append(seq)
    return seqs
