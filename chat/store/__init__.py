"""Where what was said is kept: the contract, and its implementations."""
