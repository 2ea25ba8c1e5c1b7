A list of words (`chat.admin words FILE`) refuses messages, names and topics, or holds messages until a moderator lets them be said; regular expressions in it need `pip install 'chatserver[words]'`.
