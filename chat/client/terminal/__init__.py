"""The client on a terminal: another face of `chat.client.conversation`, whose core, memory and network it shares.

Standard input and output belong to Twisted's `StandardIO`. `stdio_input` hands what is typed to prompt_toolkit,
`output` hands what prompt_toolkit draws to the transport, and `tty_state` gives the terminal back as it was. Messages
are printed into the terminal's own scrollback, above one line for typing and one line of status.

`items` is what can be shown, `messages` knows the messages among them, `choosing` which one a command is about,
`screen` decides what is shown and when, `place_printing` keeps what is for another place, `wrapping` breaks it into
rows, and `printing` prints it above the prompt, and redraws it there while it is on the screen. `editing` has the line
that is typed, `controls` what lines and commands do, `keys` what keys do, `completing` the Tab key, `status` the last
line, `local_commands` the table of this client's own commands, and `app` puts them together.
"""
