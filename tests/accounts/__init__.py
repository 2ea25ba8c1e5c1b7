"""Names that belong to somebody, what they may look back at, and several devices of one person."""
