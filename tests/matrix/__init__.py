"""The matrix: each command, by each role, over each wire, in each state, has the answer that the table of powers gives.

`table.py` has the commands, `world.py` the server with its people and rooms, and `drivers.py` the wires.
"""
