"""Who may come in: accounts of people, passwords of programs."""
