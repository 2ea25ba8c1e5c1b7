"""The page that browsers show at `/`: `assets.py` reads its files, `addresses.py` serves them."""
