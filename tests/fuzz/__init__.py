"""Mutated workbooks and CSV files: a finding or a refusal each time, never a traceback."""
