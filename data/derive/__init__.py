"""Derived values: numerators and denominators of every indicator, computed at publish."""
