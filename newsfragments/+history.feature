`history`, `since` and `search`. Newcomers see the last lines of a room (`--replay`). `resume`, `delivered` and `read` for programs.
