"""What knows no chat."""
