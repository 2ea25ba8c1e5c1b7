"""What can be asked: the table of commands, and what people type behind them."""
