The server keeps messages in SQLite, in the folder that `--data` names, and acknowledges them when they are on the disk.
