On a terminal messages with files have their number, for `/get`.
