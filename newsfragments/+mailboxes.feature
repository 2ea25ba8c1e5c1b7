`chat.admin rooms`, `mailboxes` and `mailboxes drop` show and clear what a server holds; `/metrics` counts it.
