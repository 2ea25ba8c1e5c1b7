"""The server as a program: its options, its service, and how it is installed."""
