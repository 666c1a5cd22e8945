"""What a question can fail with; each message is one Chinese line a person may read."""

from data.errors import ProductError


class QueryError(ProductError):
    """A question that cannot be answered as asked: unknown, mistyped, too slow, or stopped."""


class QueryTimeout(QueryError):
    """The question ran longer than allowed."""


class QueryStopped(QueryError):
    """Somebody interrupted the question."""


class HeaderError(ProductError):
    """The header comment of a .sql file does not follow the form."""
