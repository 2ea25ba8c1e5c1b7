Operators see who is connected and from where (`chat.admin sessions`, `addresses`). They end connections, and keep out names, addresses and networks (`kick`, `ban`, `unban`, `bans`).
