Accounts: `password`, `login`, `register` with a password, `unregister`, `logout all`; tokens; `--accounts`, `--registration`; several devices of one person.
