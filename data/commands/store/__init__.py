"""Commands on the states of the store: list, compare, verify, go back, keep."""
