"""The page that browsers show at `/`. It is no chat page yet."""
