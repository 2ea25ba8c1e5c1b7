"""The server as a program: its options, its start and stop, its pid file. `chat.tap` puts together what it runs."""
