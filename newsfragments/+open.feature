`chat --open`, and `/open` in the client on a terminal, open the page in a browser, logged in as you.
