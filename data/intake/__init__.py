"""A workbook's way into the store: read, locate, type, check, publish; see README.md."""
