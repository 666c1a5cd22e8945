"""The charts of one subject each."""
