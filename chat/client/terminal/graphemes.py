"""Characters of several code points in the line that is typed: families, flags, letters with marks."""

from collections.abc import Iterator

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.layout.utils import explode_text_fragments
from prompt_toolkit.utils import _CHAR_SIZES_CACHE
from wcwidth import iter_graphemes

from chat.client.terminal.widths import width_of


class Grapheme(str):
    """A character of several code points, which prompt_toolkit puts into one cell: it has one part, itself."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        yield self


class GraphemeProcessor(Processor):
    """Has prompt_toolkit draw each character as people see it in one cell, as wide as it is.

    prompt_toolkit adds up the widths of code points: a family would be six columns wide, and the cursor behind it four
    columns off.
    """

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        """See `Processor`."""
        fragments = explode_text_fragments(transformation_input.fragments)
        text = "".join(each[1] for each in fragments)
        if text.isascii():
            return Transformation(transformation_input.fragments)
        drawn: StyleAndTextTuples = []
        # For each code point, and for the end of the text, the number of its cell; and the other way round.
        cells, starts, at = [], [], 0
        for each in iter_graphemes(text):
            cells += [len(drawn)] * len(each)
            starts.append(at)
            drawn.append((fragments[at][0], _cell(each)))
            at += len(each)
        cells.append(len(drawn))
        starts.append(at)
        return Transformation(
            drawn,
            source_to_display=lambda index: cells[index] if index < len(cells) else cells[-1] + index - at,
            display_to_source=lambda index: starts[index] if index < len(starts) else at + index - len(drawn),
        )


def _cell(text: str) -> str:
    if len(text) == 1:
        return text
    # prompt_toolkit looks widths up there; it could not add this one up.
    _CHAR_SIZES_CACHE[text] = width_of(text)
    return Grapheme(text)
