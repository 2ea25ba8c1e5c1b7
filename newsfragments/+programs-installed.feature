`pip install` brings three programs: `chat`, `chatserver` (`twistd -n --pidfile= chatserver`) and `chat-admin`.
