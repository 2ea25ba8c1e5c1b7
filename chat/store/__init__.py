"""Stores keep the journal, accounts and bans: the contract, and its implementations."""
