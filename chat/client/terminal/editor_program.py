"""The person's own editor, for a long text."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path


def edited(text: str) -> str:
    """Open `text` in `$VISUAL` or `$EDITOR`, and return what it is afterwards. It waits for the editor.

    Raises OSError if the editor cannot be started, or its file cannot be read.
    """
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="chat-") as folder:
        path = Path(folder, "message.txt")
        path.write_text(text, encoding="utf-8")
        subprocess.run([*command, str(path)], check=False)
        return path.read_text(encoding="utf-8", errors="replace").rstrip("\n")
