"""Rows as units filed them: their shape, what changed in them, and where each figure came from."""
