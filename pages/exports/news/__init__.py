"""What is new since an earlier snapshot: in words, as JSON, and posted to a group's robot."""
