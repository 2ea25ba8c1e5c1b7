On a terminal the client says which command you may mean where there is no such command.
