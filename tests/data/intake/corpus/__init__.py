"""Workbooks as offices really send them, each with what the import must say and read."""
