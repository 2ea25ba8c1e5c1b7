`/healthz` and `/metrics` for monitoring.
