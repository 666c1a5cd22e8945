"""Sentences by rule: a row of a question in, Chinese out. The patterns are in the catalogue."""
