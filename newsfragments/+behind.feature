A message that is stored costs less: words are indexed for searches a moment later, and a search still finds everything that was said before it.
