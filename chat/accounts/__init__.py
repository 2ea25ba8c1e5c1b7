"""The rules of accounts: passwords, tokens, bans and limits on guessing. How they are stored is in `chat.store`."""
