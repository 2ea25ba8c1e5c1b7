"""How much room text takes on a terminal, and where its characters, as people see them, begin and end."""

from wcwidth import iter_graphemes, wcswidth, wcwidth


def rows_of(text: str, columns: int) -> int:
    """How many rows a terminal of so many `columns` needs for `text`, whose lines it wraps where they are full."""
    return sum(_rows(line, columns) for line in text.split("\n"))


def previous_start(text: str, at: int) -> int:
    """The index where the character before `at` begins."""
    start = 0
    for grapheme in iter_graphemes(text):
        if start + len(grapheme) >= at:
            return start
        start += len(grapheme)
    return start


def next_end(text: str, at: int) -> int:
    """The index where the character that begins at `at`, or around it, ends."""
    end = 0
    for grapheme in iter_graphemes(text):
        end += len(grapheme)
        if end > at:
            return end
    return end


def width_of(text: str) -> int:
    """The columns that a text of one line takes."""
    return len(text) if text.isascii() else max(0, wcswidth(text))


def cells_of(text: str) -> int:
    """The most columns that a terminal may take for a text of one line.

    Terminals that do not know characters of several code points add up the widths of those.
    """
    if text.isascii():
        return len(text)
    return sum(max(sum(max(0, wcwidth(char)) for char in each), width_of(each)) for each in iter_graphemes(text))


def cut_to(text: str, columns: int) -> str:
    """As much of `text` as fits into so many columns."""
    if text.isascii():
        return text[:columns]
    kept, used = [], 0
    for grapheme in iter_graphemes(text):
        used += width_of(grapheme)
        if used > columns:
            break
        kept.append(grapheme)
    return "".join(kept)


def _rows(line: str, columns: int) -> int:
    if line.isascii():
        return max(1, -(-len(line) // columns))
    rows, column = 1, 0
    for char in line:
        width = max(0, wcwidth(char))
        # A wide character that does not fit into the last column goes to the next row.
        if column + width > columns:
            rows, column = rows + 1, width
        else:
            column += width
    return rows
