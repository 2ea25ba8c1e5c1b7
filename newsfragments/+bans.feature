The operator sees who is connected and from where (`chat.admin sessions`, `addresses`), and ends and keeps out names, addresses and networks (`kick`, `ban`, `unban`, `bans`).
