`history`, `since` and `search`; who enters a room sees its last lines (`--replay`); `resume`, `delivered` and `read` for programs.
