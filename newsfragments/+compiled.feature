The modules that every message passes can be compiled: a message then costs a quarter to a half less. `docs/operating.md`, "Install", says how.
