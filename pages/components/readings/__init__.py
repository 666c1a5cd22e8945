"""Readings of indicators as cards, tables and charts."""
