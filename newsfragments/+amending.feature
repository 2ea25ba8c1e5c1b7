People change their messages: `server:edit`, `server:delete`, `server:reply`, `server:react` and, for moderators, `server:pin`; programs have the same requests.
