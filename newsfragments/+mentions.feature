The server works out whom a message names, `server:search mentions:me` finds those messages, and programs may tell that somebody is writing (`typing`) and hear what others have read (`seen`).
