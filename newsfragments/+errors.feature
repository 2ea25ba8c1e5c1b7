Refusals say what to type next: `server:history` shows the numbers of messages, `server:bans` who is banned, and so on.
