"""Accounts: rules, password hashes, tokens, bans, and limits on guessing."""
