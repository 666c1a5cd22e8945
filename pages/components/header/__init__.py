"""The head of every page: its title, its filters, what can be taken away."""
