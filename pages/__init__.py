"""From an answer to a person's eyes and hands."""

# The product's version: shown by the health route, written into exported files.
VERSION = "0.1.0"
