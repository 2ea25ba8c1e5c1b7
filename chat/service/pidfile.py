"""The file that names the server's process, for `kill $(cat twistd.pid)`.

It is information, and never decides whether a server starts: a crash or a power cut leaves any number in it. The lock
on the data folder keeps a second server away.
"""

import os
import re
from pathlib import Path

from twisted.logger import Logger

log = Logger(namespace="chat.service")

# A pid file, even one that a crash cut, is short. A longer file is the operator's, named by mistake.
_LONGEST = 32
_PROC = Path("/proc")


class PidFile:
    """The pid file at `path`; with None there is none. twistd's own would not let the server start after a crash."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._is_written = False

    def write(self) -> None:
        """Write the number of this process. An error becomes a warning in the log, and the server goes on."""
        if self._path is None:
            return
        try:
            complaint = _occupied(self._path)
            if complaint is None:
                self._path.write_text(str(os.getpid()))
                self._is_written = True
        except OSError as error:
            complaint = str(error.strerror)
        if complaint is not None:
            log.warn("no pid file at {path}: {complaint}", path=str(self._path), complaint=complaint)

    def remove(self) -> None:
        """Remove the file, if it still names this process."""
        if self._path is None or not self._is_written:
            return
        self._is_written = False
        try:
            if self._path.read_text() == str(os.getpid()):
                self._path.unlink()
        except FileNotFoundError:
            pass
        except OSError as error:
            log.info("the pid file {path} stays: {complaint}", path=str(self._path), complaint=error.strerror)


def _occupied(path: Path) -> str | None:
    """The reason why the file has to stay as it is; None if it may be written. Raises OSError if it is unreadable."""
    if not path.exists():
        return None
    if not path.is_file() or path.stat().st_size > _LONGEST:
        return "that is no pid file"
    found = re.fullmatch(rb"\s*([0-9]{1,9})\s*", path.read_bytes())
    if found is not None and _is_another_server(int(found[1])):
        return f"process {int(found[1])}, which it names, is another chat server"
    return None


def _is_another_server(pid: int) -> bool:
    """Whether a process is a living chat server, and not this one or the program that started it."""
    if pid in (os.getpid(), os.getppid()):
        return False
    try:
        command = (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return False
    return any(Path(os.fsdecode(word)).name == "chatserver" for word in command.split(b"\0"))
