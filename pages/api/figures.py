"""`/api/v1/…`: the figures for other programs, read-only, under the asker's own scope."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote

import polars as pl
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from data.errors import LogNotWritten, ProductError, SnapshotDamaged, SnapshotMissing, StoreError
from data.log import journal
from data.settings import Settings
from data.snapshots.manifest import Manifest
from pages.api import answers, openapi
from pages.api.requests import Asking, RequestError, TableRequest, asking, wanted
from pages.exports.sheets import FileColumn, columns_of, filed_columns, in_words
from queries import filed, headings
from queries.engine import Engine
from queries.errors import QueryError, QueryTimeout
from queries.filed import Asked

# Address -> the question that it asks; its parameters are the question's own.
QUESTIONS = {
    "indicators": "indicator_list",
    "values": "indicator_values",
    "ranking": "indicator_ranking",
    "trend": "indicator_trend",
    "areas": "areas_list",
}
# Parameters of the report tables, with the types that the questions' headers use.
FILED = {"area": "area", "period_from": "period", "period_to": "period"}
_NOT_ASKED = ("most",)
_WRITING = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS")

Handler = Callable[[Request], Response]


@dataclass(frozen=True)
class Figures:
    """The addresses over one engine and its store's settings.

    engine    Gives the process's engine; called with every request.
    settings  Gives the settings as they are now; called with every request.
    """

    engine: Callable[[], Engine]
    settings: Callable[[], Settings]

    def routes(self) -> list[Route]:
        """Return the addresses. Starlette runs each on a worker thread: pages do not wait."""
        asked = [
            Route(f"/api/v1/{name}", self._worded(functools.partial(self.question, query)))
            for name, query in QUESTIONS.items()
        ]
        return [
            *asked,
            Route("/api/v1/tables", self._worded(self.tables)),
            Route("/api/v1/tables/{table_id}", self._worded(self.table)),
            Route("/api/v1/openapi.json", self._worded(self.description)),
            Route("/api/v1/{rest:path}", self._worded(self.unknown)),
            Route("/api/v1/{rest:path}", self._worded(self.read_only), methods=_WRITING),
        ]

    def question(self, query: str, request: Request) -> Response:
        """Answer one of QUESTIONS."""
        engine, who = self.engine(), asking(request, self.settings())
        header = engine.header(query)
        known = tuple(each.name for each in header.params if each.name not in _NOT_ASKED)
        asked = wanted(request, known)
        manifest = _manifest(engine, asked)
        mark = answers.etag(request, manifest, engine.applied(who.scope, manifest.number))
        if same := answers.unchanged(request, mark):
            return same
        catalogue = engine.catalogue(manifest.number)
        _know_indicators(asked, set(catalogue.indicators))
        table = engine.run(query, asked.params, manifest.number, scope=who.scope)
        if asked.format == "csv" and asked.names == "zh":
            table = in_words(table)
        listed = headings.headings(header, catalogue)
        columns = tuple(
            each for each in columns_of(table, listed, complete=True) if each.name != "row_count"
        )
        self._record(who, request, manifest, table.height)
        return answers.answer(
            request, asked, table, columns, manifest=manifest, title=header.title, mark=mark
        )

    def table(self, request: Request) -> Response:
        """Answer with the filed rows of one report table."""
        engine, who = self.engine(), asking(request, self.settings())
        asked = wanted(request, tuple(FILED))
        manifest = _manifest(engine, asked)
        table_id = str(request.path_params["table_id"]).upper()
        catalogue = engine.catalogue(manifest.number)
        if table_id not in catalogue.tables:
            raise RequestError(f"没有报表“{table_id[:20]}”，应为 {catalogue.every_table}。", 404)
        if missing := [key for key in FILED if key not in asked.params]:
            raise RequestError(f"缺少参数 {'、'.join(missing)}。请补上后重试。")
        if asked.params["area"] not in catalogue.area_names:
            raise RequestError(f"没有代码为 {asked.params['area'][:20]} 的区划。")
        mark = answers.etag(request, manifest, engine.applied(who.scope, manifest.number))
        if same := answers.unchanged(request, mark):
            return same
        which = Asked(table_id, *(asked.params[key] for key in FILED))
        rows = filed.rows(engine, which, manifest.number, who.scope)
        table = catalogue.tables[table_id]
        year = int(asked.params["period_to"][:4])
        columns = filed_columns(filed.columns(table, catalogue, year=year))
        self._record(who, request, manifest, rows.height)
        return answers.answer(
            request, asked, rows, columns, manifest=manifest, title=table.title, mark=mark
        )

    def tables(self, request: Request) -> Response:
        """List the report tables."""
        engine = self.engine()
        asking(request, self.settings())
        asked = wanted(request, ())
        manifest = _manifest(engine, asked)
        mark = answers.etag(request, manifest, "")
        if same := answers.unchanged(request, mark):
            return same
        tables = engine.catalogue(manifest.number).tables.values()
        listed = pl.DataFrame(
            [(each.id, each.title, each.frequency, each.unit_level) for each in tables],
            schema=["table_id", "table_title", "frequency", "unit_level"],
            orient="row",
        )
        columns = tuple(FileColumn(name, headings.named(name) or "") for name in listed.columns)
        return answers.answer(
            request, asked, listed, columns, manifest=manifest, title="报表目录", mark=mark
        )

    def description(self, request: Request) -> Response:
        """Describe the interface to programs."""
        asking(request, self.settings())
        engine = self.engine()
        told = openapi.description({name: engine.header(q) for name, q in QUESTIONS.items()}, FILED)
        return JSONResponse(told)

    def unknown(self, request: Request) -> Response:
        """Say which addresses there are."""
        asking(request, self.settings())
        known = "、".join(f"/api/v1/{each}" for each in (*QUESTIONS, "tables", "openapi.json"))
        raise RequestError(f"没有这个地址。可用的有 {known}。", 404)

    def read_only(self, request: Request) -> Response:
        """Say that nothing is written here."""
        raise RequestError(f"数据接口只读，不接受 {request.method}。请用 GET。", 405)

    def _worded(self, handler: Handler) -> Handler:
        """Return the handler with every error of the product in one Chinese line."""

        def answered(request: Request) -> Response:
            try:
                return handler(request)
            except RequestError as error:
                return answers.refused(str(error), error.status)
            except QueryTimeout as error:
                return answers.refused(str(error), 503)
            except QueryError as error:
                return answers.refused(str(error), 400)
            except SnapshotMissing as error:
                return answers.refused(str(error), 404)
            except (SnapshotDamaged, StoreError) as error:
                return answers.refused(str(error), 503)
            except ProductError as error:
                return answers.refused(str(error), 400)

        return answered

    def _record(self, who: Asking, request: Request, manifest: Manifest, rows: int) -> None:
        """Write down what is about to leave. raises LogNotWritten: then nothing does."""
        written = journal.append(
            self.engine().store.path,
            now=datetime.now(UTC).astimezone(),
            who=who.name,
            ip=who.ip,
            action="export",
            what=f"接口 {request.url.path}?{unquote(request.url.query)} 共{rows}行",
            snapshot=manifest.number,
            area=who.scope.area,
        )
        if not written:
            raise LogNotWritten


def _manifest(engine: Engine, asked: TableRequest) -> Manifest:
    number = engine.number(asked.snapshot)
    if number not in engine.store.numbers():
        raise RequestError(f"没有 {number} 号快照。去掉 snapshot 就是最新的。", 404)
    return engine.store.manifest(number)


def _know_indicators(asked: TableRequest, known: set[str]) -> None:
    """A list of indicators is checked here: the question takes it as one text."""
    listed = asked.params.get("indicators", "").split(",") if "indicators" in asked.params else []
    if unknown := [each for each in listed if each not in known]:
        named = "、".join(unknown)[:60]
        raise RequestError(f"没有指标“{named}”。用 /api/v1/indicators 看全部指标。")
