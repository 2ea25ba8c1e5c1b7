The server tells you when nobody has ever had the name you write to, and `unsend` takes back messages that have not been delivered.
