"""The table of commands, as data, and how typed lines are read. What a command does is in `chat.commands.bodies`."""
