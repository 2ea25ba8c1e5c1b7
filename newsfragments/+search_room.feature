The NDJSON request `search` takes a `room`, and then searches that room alone.
