"""The errors a person may meet: each message says what was found, where, and what to do."""

import errno

_REASONS = {
    errno.ENOENT: "路径不存在",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "这是一个文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "系统不允许",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.ENAMETOOLONG: "名称太长",
}


def reason_zh(error: OSError) -> str:
    """Why the system refused a file, in Chinese: its own words are English."""
    unknown = f"系统错误 {error.errno}" if error.errno else "系统没有说明原因"
    return _REASONS.get(error.errno or 0, unknown)


def is_panic(error: BaseException) -> bool:
    """Whether a library written in Rust (polars, calamine) gave up on what it was given.

    Its PanicException is no Exception, and its class cannot be imported.
    """
    return type(error).__name__ == "PanicException"


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


class LogNotWritten(StoreError):
    """What may not happen unseen was not done: the store's log cannot be written."""

    def __init__(self) -> None:
        super().__init__(
            "没有导出：数据仓的日志写不进去，导出须有记录。"
            "请管理员检查磁盘空间和 log 文件夹的权限。"
        )


class ImportRefused(ProductError):
    """A file cannot be taken in at all (empty, foreign, encrypted, a bomb)."""


class UsageError(ProductError):
    """A command was called with words it does not know."""
