"""The server as a program: its options, its service, and what it says of itself at the start."""
