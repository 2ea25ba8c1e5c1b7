`who` lists at most 200 names at once, and in a room of more than 200 it is told how many come and go, not who they are.
