"""What people type: which command a line is, what is said, and what is kept from everybody."""
