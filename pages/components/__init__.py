"""Building blocks of the pages: what is placed on the screen, and in which words."""
