"""`/api/v1/health`: is the dashboard alive, and what does it show?"""

from starlette.requests import Request
from starlette.responses import JSONResponse

from data.errors import StoreError
from data.settings import default_path
from pages import VERSION


def health(_request: Request) -> JSONResponse:
    """Answer with the version, the newest snapshot (null in an empty store) and demo or not.

    `status` is `ok`, `empty` (no snapshot yet) or `damaged` (the newest one cannot be read).
    Starlette runs this on a worker thread, so that reading the manifest delays nobody.
    """
    from data.snapshots.store import Store  # loads polars: not before the server answers

    answer: dict[str, object] = {"status": "ok", "version": VERSION}
    store = Store(default_path())
    try:
        answer["snapshot"] = newest = store.latest()
        answer["demo"] = store.manifest(newest).demo if newest is not None else None
    except StoreError:
        answer |= {"status": "damaged", "demo": None}
    if answer.get("snapshot", "unread") is None:
        answer["status"] = "empty"
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})
