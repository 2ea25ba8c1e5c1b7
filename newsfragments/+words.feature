A word list refuses messages, names and topics, or holds messages until a moderator lets them be said: `chat.admin words FILE`. Regular expressions in it need `pip install 'chatserver[words]'`.
