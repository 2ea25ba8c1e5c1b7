A message may have several lines on every wire: with `nc` between `server:begin` and `server:end`. The text wire shows each line after the name of whoever said it.
