"""Runs a browser or its driver, and ends all of its processes when the tests are over, however they end.

`python kept.py FOLDER COMMAND…`, in a session of its own. When its standard input ends, or the command does, all
processes of the session are killed and the folder is deleted. Run as a script, so that it needs nothing but Python.
"""

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

_STATE, _SESSION = 0, 3


def session_of(pid: int) -> int | None:
    """The session of a process; None if it has ended."""
    try:
        # Its name stands in parentheses, and may hold any letter.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[_STATE] == "Z" else int(fields[_SESSION])


def members(session: int) -> list[int]:
    """The processes of a session that run, but for its first one."""
    found = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return [pid for pid in found if pid != session and session_of(pid) == session]


def _end(session: int) -> None:
    """Kill them, and those that they start meanwhile."""
    while running := members(session):
        for pid in running:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def _main(folder: str, command: list[str]) -> None:
    # The tests may be interrupted from a terminal: then they close our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        select.select([sys.stdin, os.pidfd_open(child.pid)], [], [])
    finally:
        _end(os.getsid(0))
        child.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2:])
