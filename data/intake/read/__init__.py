"""Stage one: what a file is, whether it may be read, and its sheets with their cells."""
