The server works out whom a message names (`mentions`), and `search mentions:me` finds those messages. Programs may tell that somebody is writing (`typing`), and hear what others have read (`seen`).
