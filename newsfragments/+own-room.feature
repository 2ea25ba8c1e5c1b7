Whoever may not change a room that nobody owns, such as a guest who makes it private, is told how to own a room.
