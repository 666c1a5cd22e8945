"""What a blank form says: its headers by era, units, comments with the rules, footnotes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.catalogue.model import Catalogue, Column, Table
from data.findings import ERROR, EXPLAIN
from data.periods import Period

# Where headers of neighbours part: 四类慢病 | 应签人数, 四类慢病 | 已签人数.
_BRANCHES = ("应", "已", "实", "未", "全程")
_OF = "其中"
_TYPES = {
    "int": "整数",
    "decimal": "数字，最多四位小数",
    "bool": "是或否",
    "enum": "从下拉列表中选",
    "date": "日期，如 2020-12-31",
    "code": "代码，按文本填写",
    "text": "文字",
}
# Said elsewhere on the form, or no business of the person who fills it in.
_NOT_FOR_FILLERS = ("选填", "敏感", "由县级填报")
_FULL_WIDTH = str.maketrans(",:;()", "，：；（）")
_CONSEQUENCES = {ERROR: "不符不能入库", EXPLAIN: "不符的在备注说明原因"}


@dataclass(frozen=True)
class Head:
    """One column of the form.

    name     column of the catalogue; "" for 序号 and other columns that are not read.
    text     the header printed; group the header above it, "" for none.
    comment  what the cell comment says.
    """

    name: str
    text: str
    group: str = ""
    comment: str = ""
    column: Column | None = None

    @property
    def type(self) -> str:
        """The type of its values; text for columns that are not read."""
        return self.column.type if self.column else "text"


def heads(
    catalogue: Catalogue,
    table: Table,
    period: Period,
    *,
    townships: bool,
    first: Sequence[str],
    beside: Mapping[str, str],
) -> list[Head]:
    """The columns of a form from left to right.

    townships  whether villages have a column with their township.
    first      own columns that stand before the figures, beside the area.
    beside     code column → header of the column of names that follows it.
    """
    printed = headers(catalogue, table, period)
    common = {column.name: column for column in catalogue.common}
    units = {column.unit for column in table.columns if column.unit}
    out = [Head("", "序号")]
    if townships:
        out.append(Head("", "乡镇（街道）"))
    for name in ("division_code", "division_name"):
        column = common[name]
        comment = _comment(column, printed, period)
        out.append(Head(name, _starred(column, printed[name]), "", comment, column))
    own = sorted(table.columns, key=lambda column: column.name not in first)
    groups = _groups([(printed[column.name], column.unit) for column in own])
    for column, (group, text) in zip(own, groups, strict=True):
        shown = _starred(column, text) + _unit_after(column, printed[column.name], units)
        comment = _comment(column, printed, period)
        out.append(Head(column.name, shown, group, comment, column))
        if column.name in beside:
            out.append(Head("", beside[column.name]))
    remark = common["remark"]
    out.append(Head("remark", remark.header, "", _comment(remark, printed, period), remark))
    return out


def headers(catalogue: Catalogue, table: Table, period: Period) -> dict[str, str]:
    """Column → header as printed in the period's year."""
    columns = catalogue.table_columns(table)
    return {column.name: column.header_in(period.year) for column in columns}


def unit_line(table: Table) -> str:
    """The units of the figures, as 人、万元; "" where there are none."""
    return "、".join(dict.fromkeys(column.unit for column in table.columns if column.unit))


def footnotes(
    catalogue: Catalogue, table: Table, period: Period, *, has_spare: bool, has_total: bool
) -> list[str]:
    """The notes under a form, numbered."""
    printed = headers(catalogue, table, period)
    told: dict[str, list[str]] = {}
    for column in table.columns:
        if note := plain_note(column):
            told.setdefault(note, []).append(printed[column.name])
    by_county = [printed[column.name] for column in table.columns if column.filed_at == "county"]
    notes = ["带*的列必填，没有的数填0；不带*的，没有就空着。"]
    locked = "代码、名称、表头" + ("和合计" if has_total else "") + "已锁定，只填空白格。"
    if by_county:
        locked += f"{'、'.join(by_county)}只在县级一行填报。"
    if has_spare:
        locked += "空行用来添加新的对象，区划填名称或代码都可以。"
    notes.append(locked)
    notes.append("不得填写群众的姓名、身份证号和手机号。")
    if told:
        rules = (f"{'、'.join(names)}：{note}" for note, names in told.items())
        notes.append("口径：" + "；".join(rules) + "。")
    return [full_width(f"{index}. {note}") for index, note in enumerate(notes, start=1)]


def choices(catalogue: Catalogue, column: Column) -> list[str]:
    """What the drop-down of a column offers, [] for none."""
    if column.type == "bool":
        return ["是", "否"]
    return [choice(catalogue, column, value) for value in column.values]


def choice(catalogue: Catalogue, column: Column, value: str) -> str:
    """One value of a list as people read it: 高血压 for htn, md03 胃癌 where codes are usual."""
    named = (catalogue.words.get("dimensions") or {}).get(column.name) or {}
    label = (named.get("values") or {}).get(value)
    if label is None or not value.isascii():
        return value
    return f"{value} {label}" if "代码" in column.header else label


def plain_note(column: Column) -> str:
    """A column's note without what belongs to the keeper of the catalogue."""
    parts = [part for part in column.note.replace(";", "；").split("；") if part.strip()]
    kept = [
        part for part in parts if "words.yaml" not in part and not part.startswith(_NOT_FOR_FILLERS)
    ]
    return "；".join(part.removesuffix("，选填") for part in kept).rstrip("。；，")


def full_width(text: str) -> str:
    """Punctuation as printed in official papers."""
    return text.translate(_FULL_WIDTH)


def _comment(column: Column, printed: dict[str, str], period: Period) -> str:
    """The rule of a column in plain words."""
    header = printed.get(column.name, column.header)
    kind = _TYPES.get(column.type, "文字")
    unit = f"，单位：{column.unit}" if column.unit else ""
    lines = [f"{header}", f"{'必填' if column.required else '选填'}，{kind}{unit}。"]
    note = plain_note(column)
    if note:
        lines.append(f"口径：{note}。")
    if column.filed_at == "county":
        lines.append("只由县级一行填报。")
    for check in column.checks:
        if set(check.must.columns) <= {column.name} and column.type in ("enum", "code"):
            continue
        what = check.must.words(printed)
        lines.append(f"核对：{what}（{_CONSEQUENCES.get(check.severity, '不符会提示核实')}）。")
    return full_width("\n".join(lines))


def _starred(column: Column, text: str) -> str:
    return f"*{text}" if column.required and column.filed_at is None else text


def _unit_after(column: Column, header: str, units: set[str]) -> str:
    """The unit in brackets where the table has several and the header does not tell it."""
    unit = column.unit
    if not unit or len(units) < 2 or header.endswith((unit, f"{unit}数")):
        return ""
    return f"\n({unit})"


def _groups(own: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """(group, header below it) of each header: neighbours that begin alike share a group."""
    out = [("", header) for header, _ in own]
    start = 0
    while start < len(own) - 1:
        end, best = start + 1, ""
        while end < len(own) and own[end][1] == own[start][1]:
            shared = _shared([header for header, _ in own[start : end + 1]])
            if not shared:
                break
            best, end = shared, end + 1
        if best:
            for at in range(start, end):
                out[at] = (best.rstrip(":："), own[at][0][len(best) :])
            start = end
        else:
            start += 1
    return out


def _shared(headers: Sequence[str]) -> str:
    """The common beginning of headers if it reads as a group, else ""."""
    length = 0
    while all(len(header) > length + 1 for header in headers) and (
        len({header[length] for header in headers}) == 1
    ):
        length += 1
    common = headers[0][:length]
    rests = [header[length:] for header in headers]
    if len(common) < 2:
        return ""
    if common == _OF or common.endswith((":", "：")) or common.startswith(_OF):
        return common
    return common if all(rest.startswith(_BRANCHES) for rest in rests) else ""
