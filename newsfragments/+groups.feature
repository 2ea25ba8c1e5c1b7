`server:group Bob Carol` makes a private room with a made-up name and invites these people.
