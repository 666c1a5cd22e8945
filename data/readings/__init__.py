"""Readings: all that is shown of an indicator, area and period, computed once and kept."""
