What is said is kept in SQLite, in the folder that `--data` names, and acknowledged when it is on the disk.
