`/healthz` and `/metrics`, for whoever watches the server.
