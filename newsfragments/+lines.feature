A message may have several lines on every wire: with `nc` between `server:begin` and `server:end`, where each line stands after the name of whoever said it.
