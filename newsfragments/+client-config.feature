The client has a config file with servers by name (`chat work`, `--save`), a man page (`python -m chat.client.manual`) and completion for bash, zsh and fish (`--completion`).
