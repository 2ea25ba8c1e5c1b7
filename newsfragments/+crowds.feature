`who` lists at most 200 names at once. In a room of more than 200 the server tells how many people come and go, not who.
