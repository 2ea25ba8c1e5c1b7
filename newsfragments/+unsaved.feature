`chat wrk` says that no server of that name is saved, and which one is near, when there is no such host.
