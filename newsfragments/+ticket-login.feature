A ticket logs another browser in as the same person: `join` with `ticket`.
