"""The page's modules that need no document, tested by Node's own runner; `test_node.py` starts it."""
