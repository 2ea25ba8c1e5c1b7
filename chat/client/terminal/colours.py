"""Colours: one for each name, always the same, readable on light and on dark ground."""

import os
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from prompt_toolkit.styles import Style

from chat.client.inbox import key_of

# With each of these the contrast is at least 3.9 to white, and to black as well.
NAME_COLOURS: Final = (
    "#c0392b", "#a0522d", "#8a6d00", "#5f7a00", "#2e7d32", "#00796b", "#00788a", "#0277bd", "#3367d6", "#6a5acd",
    "#8e44ad", "#ad1457", "#c2185b", "#b0413e", "#7a6a4f", "#5d6d7e",
)  # fmt: skip

STYLE: Final = Style.from_dict(
    {
        "time": "ansibrightblack",
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
