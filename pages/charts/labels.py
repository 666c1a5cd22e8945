"""Names on axes: short enough for a phone, never cut."""


def wrapped(name: str, most: int = 7) -> str:
    """Break a name longer than `most` characters into two lines of about equal length."""
    if len(name) <= most:
        return name
    middle = -(-len(name) // 2)
    return f"{name[:middle]}<br>{name[middle:]}"
