"""The check that all of our programs make of their command lines."""

from collections.abc import Iterable


def check_text(values: Iterable[object]) -> None:
    """Raise ValueError, with a sentence, if a value, or an item of a list among them, is not UTF-8 text.

    Other types pass. Files may have any name: pass them as paths, or leave them out.
    """
    for value in values:
        if isinstance(value, list):
            check_text(value)
        elif isinstance(value, str):
            # Bytes that are not UTF-8 come as lone surrogates (PEP 383).
            given = value.encode("utf-8", "surrogateescape")
            shown = given.decode("utf-8", "backslashreplace")
            if shown != value:
                raise ValueError(f"{shown} is not UTF-8 text")
