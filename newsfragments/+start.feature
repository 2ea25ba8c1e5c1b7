A chat server with names, rooms, private messages and messages for who is away, over text and NDJSON on one port, with a terminal client.
