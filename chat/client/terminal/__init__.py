"""The client on a terminal: another face of `chat.client.conversation`, whose core, memory and network it shares.

Standard input and output belong to Twisted's `StandardIO`. `stdio_input` hands what is typed to prompt_toolkit,
`output` hands what prompt_toolkit draws to the transport, and `tty_state` gives the terminal back as it was. Messages
are printed into the terminal's own scrollback, above one line for typing and one line of status.

`items` is what can be shown, `screen` decides what is shown and when, `printing` prints it above the prompt, and
redraws it there while it is on the screen. `editing` has the keys, `completing` the Tab key, `status` the last line,
`local_commands` what this client does by itself, and `app` puts them together.
"""
