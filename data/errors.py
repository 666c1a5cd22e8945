"""The errors a person may meet: each message says what was found, where, and what to do."""


class ProductError(Exception):
    """Base of every error whose message may be shown to a user as it stands (Chinese, one line)."""


class CatalogueError(ProductError):
    """A definition file has a mistake; the message names file and line."""


class StoreError(ProductError):
    """The store cannot be read or written."""


class SnapshotMissing(StoreError):
    """A snapshot number that the store does not have."""


class SnapshotDamaged(StoreError):
    """A file of a published snapshot is missing or is not what its manifest says."""

    def __init__(self, message: str, *, number: int | None = None) -> None:
        super().__init__(message)
        self.number = number


class PublishConflict(StoreError):
    """Somebody else published the same rows since the check."""


class ImportRefused(ProductError):
    """A file cannot be taken in at all (empty, foreign, encrypted, a bomb)."""


class UsageError(ProductError):
    """A command was called with words it does not know."""
