"""Colours: one for each name, always the same, readable on light and on dark ground."""

import os
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from prompt_toolkit.styles import Style

from chat.client.inbox import key_of

# Of the 256 colours that all terminals know. With each of these the contrast is at least 3.9 to white, and to black.
NAME_COLOURS: Final = (
    "#af5f5f", "#af5f00", "#5f8700", "#008700", "#5f875f", "#00875f", "#008787", "#0087af", "#005fff", "#5f5fd7",
    "#875fff", "#875faf", "#af5faf", "#d700af", "#d70087", "#d7005f",
)  # fmt: skip

STYLE: Final = Style.from_dict(
    {
        "time": "ansibrightblack",
        "chosen": "reverse",
        "news": "ansibrightblack",
        "error": "ansired",
        "divider": "ansibrightblack",
        "unread": "bold",
        "place": "bold",
        "mention": "bold",
        "me": "bold",
        "mark": "ansibrightblack",
        "failed": "ansired bold",
        "bottom-toolbar": "noreverse",
        "status": "reverse",
        "status.mention": "reverse bold",
        "prompt": "bold",
    }
)


@lru_cache(maxsize=4096)
def style_of(name: str) -> str:
    """The style of a name, the same for all of its spellings."""
    digest = blake2b(key_of(name).encode("utf-8", "replace"), digest_size=2).digest()
    return NAME_COLOURS[int.from_bytes(digest) % len(NAME_COLOURS)]


def knows_links(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal says that it can make links of texts (OSC 8). Others may print the address as text."""
    if "TMUX" in environ or environ.get("TERM", "").startswith(("screen", "tmux", "linux", "dumb")):
        return False
    is_known = environ.get("TERM_PROGRAM") in ("iTerm.app", "WezTerm", "ghostty", "vscode")
    vte = environ.get("VTE_VERSION", "")
    is_vte = vte.isascii() and vte.isdigit() and int(vte[:9]) >= 5002
    return is_known or is_vte or "KITTY_WINDOW_ID" in environ or "WT_SESSION" in environ
