"""Many viewers while snapshots are published: every answer is whole and of one snapshot.

test_soak.py is the short form; python -m tests.soak the long one, on a real server.
"""
