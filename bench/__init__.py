"""How fast it is: programs that measure, on the machine they run on."""
