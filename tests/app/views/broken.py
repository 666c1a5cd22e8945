"""A page with a fault of the program."""

raise ZeroDivisionError("the secret of the program")
