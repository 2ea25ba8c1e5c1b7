curl, webhooks and programs say something, read old messages and follow a room over HTTP, with access tokens (`server:token`, `python -m chat.admin token`); `/openapi.json` describes it.
