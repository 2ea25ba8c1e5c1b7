The client says how far a file has come in words: `notes.pdf 43 % of 2.1 MB, 3 s left`.
