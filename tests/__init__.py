"""The tests. `python -m twisted.trial tests` and `python -m pytest` run the same ones."""
