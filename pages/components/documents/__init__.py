"""Definitions and documents: the dictionary, the policies, the help."""
