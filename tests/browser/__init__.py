"""Real browsers: Chromium and Firefox behind one small interface (`tab.py`), and the tests of the page in both."""
