A message to a name that nobody ever had is said to be one, and `unsend` takes back what has not been delivered.
