"""County outlines: the shipped ones and an office's own."""
