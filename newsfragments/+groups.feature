`group <name> …` makes a private room with a made-up name and invites these people.
