`server:help` lists the commands by subject, `server:help rooms` those of one subject, and those of operators are shown to operators alone.
