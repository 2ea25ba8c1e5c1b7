Opening the server in a browser loads a page, whose files come with the server; nothing is loaded from elsewhere.
