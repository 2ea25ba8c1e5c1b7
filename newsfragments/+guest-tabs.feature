A guest with a token may have several tabs, and the name stays theirs for a day after they were cut off; a goodbye frees it at once.
