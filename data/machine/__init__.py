"""What the machine gives: threads, locks, passing folders, memory."""
