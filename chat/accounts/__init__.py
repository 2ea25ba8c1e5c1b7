"""Names that belong to somebody: rules, password hashes, and limits on guessing."""
