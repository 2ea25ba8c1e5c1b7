"""Chat servers to compare with: what one would write first, and what no server can be faster than.

They speak as much of the text wire as the load does: registering, entering a room, and what is said in rooms, to
everybody, and to one person.
"""
