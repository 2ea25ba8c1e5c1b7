A `Dockerfile`, a `compose.yaml` and units for systemd, with socket activation and without rights that a chat server does not need.
