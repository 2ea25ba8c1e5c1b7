The modules that every message passes can be compiled: a message then costs a quarter to a half less. `docs/performance.md`, "Compiled", says how.
