The first line of the server's log names the data folder, and what to type to reach the server from other machines; `--listen systemd:domain=INET:index=0` takes a port that systemd holds.
