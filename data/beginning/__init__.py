"""From an empty folder to a county's own store: what a steward answers, and what becomes of it."""
