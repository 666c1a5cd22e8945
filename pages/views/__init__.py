"""One script per page: it asks, places and words; it computes nothing."""
