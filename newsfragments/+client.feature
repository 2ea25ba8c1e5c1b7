On a terminal, the bundled client shows the numbers of messages in the answers of `history`, `since`, `search` and `pins`; in a pipe these lines are as before.
