"""Breaks what is printed into rows: at spaces, and between wide characters; links and characters stay whole."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from prompt_toolkit.formatted_text import StyleAndTextTuples
from wcwidth import iter_graphemes

from chat.client.terminal.widths import cells_of

# A row that goes on stands below the text of messages. No message begins with a space: nobody can forge one so.
_INDENT: Final = 8
_NARROW: Final = 40
_WORD: Final = re.compile(r"( *)([^ ]+)")
_URL: Final = re.compile(r"https?://[!-~]+")
# Punctuation that ends something stands behind the character before it, whatever begins stands before the next one.
_ENDING: Final = frozenset({"Pe", "Pf", "Po"})
_BEGINNING: Final = frozenset({"Ps", "Pi"})


class _Piece(NamedTuple):
    """A part of a text that stands in one row if it fits: its place in the text. `gap` is where its spaces begin."""

    gap: int
    start: int
    end: int
    has_link: bool


def wrapped(fragments: StyleAndTextTuples, columns: int) -> StyleAndTextTuples:
    """`fragments` with a newline where a row is full, on a terminal of so many `columns`.

    A link that is longer than a row has none in it: the terminal wraps it, and still knows it as one link.
    """
    text = "".join(each[1] for each in fragments if "[ZeroWidthEscape]" not in each[0])
    lines = text.split("\n")
    if all((len(line) if line.isascii() else cells_of(line)) <= columns for line in lines):
        return fragments
    indent = _INDENT if columns >= _NARROW else min(2, columns // 4)
    breaks: list[tuple[int, int]] = []
    at = 0
    for line in lines:
        breaks += [(at + start, at + end) for start, end in _breaks(line, columns, indent)]
        at += len(line) + 1
    return _broken(fragments, breaks, f"\n{' ' * indent}")


def _breaks(line: str, columns: int, indent: int) -> Iterator[tuple[int, int]]:
    """Where a line is broken: each of these parts, which are spaces or nothing, becomes the end of a row."""
    column = 0
    for piece in _pieces(line):
        gap, width = piece.start - piece.gap, cells_of(line[piece.start : piece.end])
        if column + gap + width <= columns:
            column += gap + width
        elif width <= columns - indent:
            yield piece.gap, piece.start
            column = indent + width
        elif piece.has_link:
            column = (column + gap + width) % columns
        else:
            column += gap
            at = piece.start
            for each in iter_graphemes(line[piece.start : piece.end]):
                if column + cells_of(each) > columns:
                    yield (piece.gap if at == piece.start else at), at
                    column = indent
                column += cells_of(each)
                at += len(each)


def _pieces(line: str) -> Iterator[_Piece]:
    for match in _WORD.finditer(line):
        gap, start = match.start(), match.start(2)
        for length, has_link in _parts(match[2]):
            yield _Piece(gap, start, start + length, has_link)
            gap = start = start + length


def _parts(word: str) -> Iterator[tuple[int, bool]]:
    """The lengths of the parts of a word between which it may be broken, and whether there is a link in each."""
    if word.isascii():
        yield len(word), "://" in word
        return
    length, has_link, before = 0, False, ""
    for each in _atoms(word):
        if before and _may_part(before, each):
            yield length, has_link
            length, has_link = 0, False
        length += len(each)
        has_link = has_link or "://" in each
        before = each
    yield length, has_link


def _atoms(word: str) -> Iterator[str]:
    """The characters of a word, as people see them; a link is one."""
    at = 0
    for match in _URL.finditer(word):
        yield from iter_graphemes(word[at : match.start()])
        yield match[0]
        at = match.end()
    yield from iter_graphemes(word[at:])


def _may_part(before: str, after: str) -> bool:
    is_wide = cells_of(before[-1]) == 2 or cells_of(after[0]) == 2
    is_held = unicodedata.category(after[0]) in _ENDING or unicodedata.category(before[-1]) in _BEGINNING
    return is_wide and not is_held


def _broken(fragments: StyleAndTextTuples, breaks: Sequence[tuple[int, int]], newline: str) -> StyleAndTextTuples:
    """`fragments` with `newline` in place of each of the `breaks`, which may go on in the next fragment."""
    found: StyleAndTextTuples = []
    at = number = 0
    for fragment in fragments:
        style, text = fragment[0], fragment[1]
        if "[ZeroWidthEscape]" in style:
            found.append(fragment)
            continue
        cut, end = at, at + len(text)
        while number < len(breaks) and breaks[number][0] < end:
            start, stop = breaks[number]
            if start >= cut:
                found += [(style, text[cut - at : start - at]), ("", newline)]
            cut = min(stop, end)
            if stop > end:
                break
            number += 1
        found.append((style, text[cut - at :]))
        at = end
    return found
