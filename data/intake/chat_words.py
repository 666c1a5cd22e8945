"""The findings as words to paste into a chat: each unit reads which cells it has to mend."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from data.findings import ERROR, EXPLAIN, SEVERITIES, Finding

# So many cells of one kind are named, and so many kinds of one file: nobody scrolls in a chat.
_CELLS, _KINDS = 6, 20
_ASKED = {ERROR: "改", EXPLAIN: "核实，属实的在「备注」写明原因"}


def chat_words(findings: Iterable[Finding], units: Mapping[str, str]) -> str:
    """What each unit is asked to mend and to explain, file by file; "" where nothing is.

    units  file -> the unit that filed it, as far as it is known.
    """
    asked = [each for each in findings if each.severity in _ASKED]
    by_file: dict[str, list[Finding]] = {}
    for each in asked:
        by_file.setdefault(each.file, []).append(each)
    return "\n\n".join(_of_file(name, units.get(name, ""), by_file[name]) for name in by_file)


def _of_file(name: str, unit: str, findings: list[Finding]) -> str:
    findings.sort(key=lambda each: SEVERITIES.index(each.severity))
    has_sheets = len({each.sheet for each in findings}) > 1
    said = []
    for severity, part in groupby(findings, lambda each: each.severity):
        kinds: dict[tuple[str, ...], list[Finding]] = {}
        for each in part:
            kind = (each.sheet, each.table, each.column, each.rule, each.expected, each.action)
            kinds.setdefault(kind, []).append(each)
        lines = [
            f"{number}. {_of_kind(kind, has_sheets=has_sheets)}"
            for number, kind in enumerate(list(kinds.values())[:_KINDS], start=1)
        ]
        if len(kinds) > _KINDS:
            lines.append(f"另有 {len(kinds) - _KINDS} 种问题，见标注副本。")
        whom = f"{unit}（{name}）" if unit and name else unit or name
        said.append("\n".join([f"请{whom}{_ASKED[severity]}：", *lines]))
    return "\n".join(said)


def _of_kind(findings: list[Finding], *, has_sheets: bool) -> str:
    """One kind of problem: where, what stands there, what should, what to press."""
    first = findings[0]
    cells = "、".join(
        f"{each.cell}（{each.found or '空'}）" if each.cell else each.found
        for each in findings[:_CELLS]
    )
    more = f"等 {len(findings)} 格" if len(findings) > _CELLS else ""
    where = [first.table.partition(" ")[0], first.sheet if has_sheets else "", f"{cells}{more}"]
    what = f"「{first.column}」" if first.column else "，"
    return f"{' '.join(filter(None, where))}{what}应为{first.expected}。{first.action}"
