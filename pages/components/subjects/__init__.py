"""The parts of the subject pages, a file for each subject."""
