"""A table as the answer to a request: JSON, CSV or Parquet, page by page, with its ETag."""

import hashlib
import io
import json
from collections.abc import Sequence
from urllib.parse import quote

import polars as pl
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from data.snapshots.manifest import Manifest
from pages import VERSION
from pages.api.requests import MOST_JSON, MOST_ROWS, RequestError, TableRequest
from pages.exports import csv, parquet
from pages.exports.sheets import DEMO, FileColumn, file_name, marked

_KEPT = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}


def etag(request: Request, manifest: Manifest, scope: object) -> str:
    """Return the answer's mark: it changes with the snapshot, the question and who may see what."""
    asked = sorted(request.query_params.multi_items())
    text = repr((VERSION, manifest.sha256, request.url.path, asked, scope))
    return f'"{hashlib.sha256(text.encode("utf-8")).hexdigest()[:24]}"'


def unchanged(request: Request, mark: str) -> Response | None:
    """Return 304 when the asker has this very answer already."""
    sent = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if mark in [each.removeprefix("W/") for each in sent]:
        return Response(status_code=304, headers={**_KEPT, "ETag": mark})
    return None


def answer(
    request: Request,
    wanted: TableRequest,
    table: pl.DataFrame,
    columns: Sequence[FileColumn],
    *,
    manifest: Manifest,
    title: str,
    mark: str,
) -> Response:
    """Return a page of the table.

    columns  In the order of the answer; JSON and Parquet keep their names, CSV their headings.
    raises   RequestError 413 for more rows than one answer may have.
    """
    most = MOST_JSON if wanted.format == "json" else MOST_ROWS
    limit = min(wanted.limit or most, most)
    if wanted.format != "json" and wanted.limit is None and table.height > most:
        raise RequestError(
            f"共 {table.height} 行，超过一次 {most} 行。请加 limit 和 offset 分页。", 413
        )
    page = table.slice(wanted.offset, limit)
    if wanted.format == "csv":
        columns, page = marked(columns, page)
    page = page.select(column.name for column in columns)
    following = wanted.offset + page.height
    more = _next(request, following, limit) if following < table.height else None
    headers = {**_KEPT, "ETag": mark, "X-Total-Count": str(table.height)}
    headers["X-Snapshot"] = str(manifest.number)
    if more:
        headers["Link"] = f'<{more}>; rel="next"'
    if manifest.demo:
        headers["X-Demo"] = "true"
    if wanted.format == "json":
        return _json(page, columns, table.height, wanted.offset, manifest, more, title, headers)
    name = file_name(title, f"快照{manifest.number}号", ending=wanted.format, demo=manifest.demo)
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    buffer = io.BytesIO()
    if wanted.format == "csv":
        shown = {each.name: each.heading if wanted.names == "zh" else each.name for each in columns}
        csv.write(buffer, page, shown, for_programs=wanted.names != "zh")
        return Response(buffer.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
    about = {"标题": title, "快照": str(manifest.number)} | ({DEMO: "是"} if manifest.demo else {})
    parquet.write(buffer, page, columns, about)
    return Response(buffer.getvalue(), media_type=parquet.MIME, headers=headers)


def refused(message: str, status: int) -> JSONResponse:
    """Return an error in one Chinese line."""
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer, Basic realm="api", charset="UTF-8"'
    return JSONResponse({"error": message}, status_code=status, headers=headers)


def _json(
    page: pl.DataFrame,
    columns: Sequence[FileColumn],
    total: int,
    offset: int,
    manifest: Manifest,
    more: str | None,
    title: str,
    headers: dict[str, str],
) -> Response:
    told = {
        "title": title,
        "snapshot": manifest.number,
        "demo": manifest.demo,
        "total": total,
        "offset": offset,
        "next": more,
        "columns": [
            {"name": each.name, "heading": each.heading, "kind": each.kind} for each in columns
        ],
    }
    head = json.dumps(told, ensure_ascii=False).encode("utf-8")[:-1]
    body = head + b', "rows": ' + page.write_json().encode("utf-8") + b"}"
    return Response(body, media_type="application/json", headers=headers)


def _next(request: Request, offset: int, limit: int) -> str:
    return str(request.url.include_query_params(offset=offset, limit=limit))
