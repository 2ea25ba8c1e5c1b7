The server's options may stand in a TOML file (`--config chat.toml`) and in the environment (`CHATSERVER_MAX_CLIENTS=50`); docs/options.md lists them all.
