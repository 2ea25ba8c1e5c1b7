Names may have the marks that their scripts write beside letters (Hindi, Thai, Hebrew …), and need a letter. Nobody can take a name that looks like somebody else's, or like the server's.
