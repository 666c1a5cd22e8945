"""The charts that every indicator has: its course, its ranking, its map, what moved it."""
