"""A store on one SQLite file, with all of the project's SQL, also for what the operator's tool asks of the file."""
