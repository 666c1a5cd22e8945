"""An indicator's formula in the words of the report forms, and as SQL over the filed rows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from data.catalogue.expressions import Expression
from data.catalogue.model import Catalogue, Indicator, Measure, Population

# The views that are computed from a form: which form, and what their own columns are called.
_VIEWS = {
    "clinic_state": ("T07", "按标准判定的卫生室"),
    "village_clinic_state": ("T07", "按卫生室汇成的行政村"),
}
_VIEW_WORDS = {
    "status": "状态",
    "exempt": "不作要求",
    "is_open": "已投用",
    "clinic_ok": "有卫生室或服务点",
    "doctor_ok": "有合格村医",
    "is_poor_village": "脱贫村",
    "on_time": "按时报送",
    "due": "应报",
    "filed": "已报",
}
_CODE = re.compile(r"\b[a-z]+[a-z0-9_]*\b")


@dataclass(frozen=True)
class Formula:
    """One population's formula.

    numerator, denominator  In words; the denominator is empty for a count.
    tables                  The report forms it reads, 「家庭医生签约服务周报表(T04)」.
    """

    numerator: str
    denominator: str
    tables: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole formula on one line."""
        if not self.denominator:
            return self.numerator
        return f"{_bracketed(self.numerator)} ÷ {_bracketed(self.denominator)}"


def formula(catalogue: Catalogue, population: Population) -> Formula:
    """Return a population's formula in the words of its forms' headings."""
    denominator = population.denominator
    return Formula(
        measure_words(catalogue, population.numerator),
        measure_words(catalogue, denominator) if denominator else "",
        tuple(dict.fromkeys(source_words(catalogue, each) for each in population.sources)),
    )


def measure_words(catalogue: Catalogue, measure: Measure) -> str:
    """Return what is counted: 「已签约人数」, 「个数(状态为达标)」 …"""
    headers, codes = _headers(catalogue, measure.source), _codes(catalogue)
    if measure.distinct:
        what = f"{_spoken(measure.distinct, headers, codes)}的个数(不重复)"
    elif measure.sum.text.strip() == "1":
        what = "个数"
    else:
        what = _spoken(measure.sum, headers, codes)
    if not measure.where:
        return what
    return f"{what}【只计:{_spoken(measure.where, headers, codes)}】"


def source_words(catalogue: Catalogue, source: str) -> str:
    """Return the title of a form or of a view over one."""
    if source in catalogue.tables:
        return f"{catalogue.tables[source].title}({source})"
    if source in _VIEWS:
        table, words = _VIEWS[source]
        return f"{catalogue.tables[table].title}({table}),{words}"
    return "各报表的报送记录"


def sql(measure: Measure, *, level: str = "county_code") -> str:
    """Return the question a measure puts to the filed rows, ready for the SQL console.

    level  The column the rows are added up by.
    """
    counted = (
        f"count(distinct {measure.distinct.sql()})"
        if measure.distinct
        else f"sum({measure.sum.sql()})"
    )
    source = measure.source.lower()
    where = f"\nwhere {measure.where.sql()}" if measure.where else ""
    return (
        f"select {level}, period, {counted}\nfrom {source}{where}\n"
        f"group by {level}, period\norder by {level}, period"
    )


def multiplied(indicator: Indicator) -> str:
    """Return 「× 100,单位 %」: what the quotient is multiplied by."""
    times = f" × {indicator.multiplier}" if indicator.multiplier != 1 else ""
    return f"{times},单位:{indicator.unit}"


def _headers(catalogue: Catalogue, source: str) -> Mapping[str, str]:
    form = _VIEWS[source][0] if source in _VIEWS else source
    table = catalogue.tables.get(form)
    columns = catalogue.table_columns(table) if table else catalogue.common
    own = {column.name: column.header for column in columns}
    return own if source in catalogue.tables else own | _VIEW_WORDS


def _codes(catalogue: Catalogue) -> dict[str, str]:
    """What the codes in a form stand for: htn is 高血压."""
    listed = catalogue.words.get("dimensions") or {}
    return {
        str(code): str(name)
        for breakdown in listed.values()
        for code, name in (breakdown.get("values") or {}).items()
    }


def _spoken(expression: Expression, headers: Mapping[str, str], codes: Mapping[str, str]) -> str:
    said = _CODE.sub(lambda found: codes.get(found[0], found[0]), expression.words(headers))
    return said.replace("不是((", "不是(").replace("))", ")") if "((" in said else said


def _bracketed(words: str) -> str:
    """A sum needs brackets beside a ÷."""
    plain = words.partition("【")[0]
    return f"({words})" if "+" in plain or "-" in plain else words
