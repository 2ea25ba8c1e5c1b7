"""The tests. `trial tests` and `python -m pytest` run the same ones."""
