Clients that speak JSON recognise their own messages: history, `resume` and their other connections have the request's `id`.
