The client on a terminal breaks long messages at spaces, and goes on below their text; links stay whole.
