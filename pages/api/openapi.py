"""The interface described for programs (OpenAPI 3.1), made from the headers of the questions."""

from collections.abc import Mapping
from typing import Any

from data import periods
from data.catalogue.model import LEVELS
from pages import VERSION
from pages.api.requests import FORMATS, MOST_JSON, MOST_ROWS, MOST_WHOLE
from queries import headings
from queries.headers import Header, Param, Returned

_WORDS = {
    "indicator": "指标代码，见 /api/v1/indicators",
    "indicators": "指标代码，几个用逗号分开，见 /api/v1/indicators",
    "area": "区划代码，见 /api/v1/areas",
    "parent": "上级区划代码",
    "level": "层级：province 省、city 市、county 县、township 乡镇、village 村",
    "period": "报告期：2020-W51、2020-12、2020-Q4 或 2020",
    "period_from": "从哪一期（含），写法同 period",
    "period_to": "到哪一期（含），写法同 period",
    "population": "人群代码；不写为指标的默认人群，values 里 all 为全部人群",
    "state": "只要这种状态：正常、填报不全、未报、不适用、已遮蔽",
    "dimension": "分组值；不写为不分组",
}
# What may be written for a parameter, by the type that its question gives it.
_WRITTEN: dict[str, dict[str, Any]] = {
    "area": {"type": "string", "pattern": "^[0-9]{6}([0-9]{3}){0,2}$"},
    "level": {"type": "string", "enum": list(LEVELS)},
    "period": {"type": "string", "pattern": periods.WRITTEN},
    "date": {"type": "string", "format": "date"},
    "int": {"type": "integer"},
}
_COMMON = {
    "format": ("格式", {"type": "string", "enum": list(FORMATS), "default": "json"}),
    "snapshot": ("快照号；不写为最新", {"type": "integer", "minimum": 1, "maximum": MOST_WHOLE}),
    "limit": (
        f"最多几行；JSON 一次最多{MOST_JSON}行，CSV、Parquet 一次最多{MOST_ROWS}行",
        {"type": "integer", "minimum": 1, "maximum": MOST_WHOLE},
    ),
    "offset": (
        "从第几行开始，0 为第一行",
        {"type": "integer", "minimum": 0, "maximum": MOST_WHOLE},
    ),
    "names": ("CSV 的表头：zh 中文（默认）、code 列名", {"type": "string", "enum": ["zh", "code"]}),
}
_ERRORS = {
    "304": "快照没有变化，沿用上次的结果（请求带 If-None-Match 时）",
    "400": "参数不对",
    "401": "需要口令，或口令不对",
    "403": "口令的角色不能取这些",
    "404": "没有这个快照、报表或地址",
    "413": "行数太多，请分页",
    "429": "请求太多，或口令连续不对：过 Retry-After 所写的秒数再来",
    "503": "数据仓读不了，或查询超时",
}


def description(questions: Mapping[str, Header], filed: Mapping[str, str]) -> dict[str, Any]:
    """Return the description.

    questions  Address -> header of its question.
    filed      Parameters of the report tables: name -> type, as in the headers.
    """
    paths = {f"/api/v1/{name}": _question(header) for name, header in questions.items()}
    paths["/api/v1/tables"] = _get("报表目录", "有哪些报表。", [])
    table = {"name": "table_id", "in": "path", "required": True, "schema": {"type": "string"}}
    paths["/api/v1/tables/{table_id}"] = _get(
        "报表的原始行",
        "各单位报送的行，敏感列在县以下为空。",
        [
            table | {"description": "报表的代码，见 /api/v1/tables"},
            *(_named(name, kind, required=True) for name, kind in filed.items()),
        ],
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "健康扶贫监测看板数据接口",
            "version": VERSION,
            "description": "只读。数字与看板同一快照相同；带演示数据时每个结果都标明。",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "basic": {"type": "http", "scheme": "basic", "description": "口令写在密码栏"},
            },
            "schemas": {
                "Error": {"type": "object", "properties": {"error": {"type": "string"}}},
                "Table": _TABLE,
            },
        },
        "security": [{}, {"bearer": []}, {"basic": []}],
    }


_TYPES = {
    "text": ("string",),
    "date": ("string", "date"),
    "boolean": ("boolean",),
    "integer": ("integer",),
    "bigint": ("integer",),
    "double": ("number",),
}
_OURS = ("row_count",)  # serves the paging; no answer has it
_TABLE = {
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "snapshot": {"type": "integer", "description": "快照号"},
        "demo": {"type": "boolean", "description": "演示数据：数字全部是虚构的"},
        "total": {"type": "integer", "description": "总行数"},
        "offset": {"type": "integer"},
        "next": {"type": ["string", "null"], "description": "下一页的地址"},
        "columns": {"type": "array", "items": {"type": "object"}},
        "rows": {"type": "array", "items": {"type": "object"}},
    },
}


def _question(header: Header) -> dict[str, Any]:
    asked = [each for each in header.params if each.name != "most"]
    row = {
        each.name: _returned(header.name, each) for each in header.returns if each.name not in _OURS
    }
    return _get(header.title, "", [_param(each) for each in asked], row)


def _returned(question: str, column: Returned) -> dict[str, Any]:
    """A field of the rows: what it is called, in what unit, and what it means."""
    kind, *form = _TYPES[column.type]
    unit, by_row = headings.measured(column)
    told = [
        f"单位：{unit}" if unit else "",
        f"单位见 {by_row}" if by_row else "",
        headings.meaning(column.name),
    ]
    return {
        "title": headings.named(column.name, question) or column.name,
        "type": [kind, "null"],
        "description": "。".join(filter(None, told)),
    } | ({"format": form[0]} if form else {})


def _param(param: Param) -> dict[str, Any]:
    return _named(param.name, param.type, required=param.required)


def _named(name: str, kind: str, *, required: bool) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": _WORDS.get(name, name),
        "schema": _WRITTEN.get(kind, {"type": "string"}),
    }


def _get(
    title: str, words: str, params: list[dict[str, Any]], row: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    common = [
        {"name": name, "in": "query", "description": told, "schema": schema}
        for name, (told, schema) in _COMMON.items()
    ]
    binary = {"schema": {"type": "string", "format": "binary"}}
    plain = {"$ref": "#/components/schemas/Table"}
    rows = {"type": "array", "items": {"type": "object", "properties": row}}
    known = {"allOf": [plain, {"type": "object", "properties": {"rows": rows}}]}
    table = {"schema": known if row else plain}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    answered = {
        "description": title,
        "content": {
            "application/json": table,
            "text/csv": {"schema": {"type": "string"}},
            "application/vnd.apache.parquet": binary,
        },
    }
    refused = {
        code: {"description": said} | ({} if code == "304" else {"content": error})
        for code, said in _ERRORS.items()
    }
    told: dict[str, Any] = {"summary": title, "parameters": [*params, *common]}
    if words:
        told["description"] = words
    return {"get": told | {"responses": {"200": answered} | refused}}
