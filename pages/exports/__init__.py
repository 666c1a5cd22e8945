"""Files to take away: a frame goes in, bytes come out."""
