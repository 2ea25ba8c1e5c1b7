`GET /export?ticket=…` gives an account a copy of its data: settings, rooms, what it has said, and its conversations.
