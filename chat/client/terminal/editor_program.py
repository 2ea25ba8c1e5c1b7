"""The person's own editor, for a long text."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Final

# This many seconds an editor may take to end.
_PATIENCE: Final = 0.5


class EditorProgram:
    """`$VISUAL` or `$EDITOR`, in which a text is open."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def edited(self, text: str) -> str:
        """Open `text`, and return what it is afterwards. It waits for the editor, in a thread.

        Raises OSError or ValueError if the editor cannot be started, or its file cannot be read.
        """
        command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
        with tempfile.TemporaryDirectory(prefix="chat-") as folder:
            path = Path(folder, "message.txt")
            path.write_text(text, encoding="utf-8")
            with subprocess.Popen([*command, str(path)]) as self._process:
                pass
            self._process = None
            return path.read_text(encoding="utf-8", errors="replace").rstrip("\n")

    def end(self) -> None:
        """The program ends: the editor, if it is open, has to end, too."""
        process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
