"""The bytes of files that people send: on the disk, and what the first of them say."""
