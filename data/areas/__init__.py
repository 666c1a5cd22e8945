"""Areas on their way into a store: the national register as shipped, and what an office has."""
