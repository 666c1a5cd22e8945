"""The audit log: written line by line, read as a table, passed on."""
