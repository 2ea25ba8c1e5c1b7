`server:rooms` lists the rooms that one may enter, the liveliest first, and `server:members` the people of a room, with their roles.
