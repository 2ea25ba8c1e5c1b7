On a terminal, `/me waves` says `*waves*`, which the page shows in italics.
