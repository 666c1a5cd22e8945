"""How the product prints: figures, changes, targets, dates and coverage as Chinese words.

Figures arrive already rounded from SQL (the `printed` columns); this file only lays them out.
The one place that rounds in Python is `round_half_up`; everything else calls it.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from data.periods import Period

ABSENT = "—"
MASKED = "*"

Number = Decimal | int | float | str

# Units of a rate: they change in points and are never scaled to 万.
# Every ASCII sign that can mean something in Markdown; a hyphen inside a line cannot.
_MARKUP = re.compile(r"[!-,./:-@\[-`{-~]")
_POINTS = {"%": "个百分点", "‰": "个千分点"}
# Units that are written in 万 or 亿 from ten thousand on: unit -> (scaled unit, decimals).
_TEN_THOUSANDS = {
    "人": "万人",
    "人次": "万人次",
    "元": "万元",
    "万元": "亿元",
}
_MONEY = {"元", "万元", "亿元"}
_SIGNS = {">=": "≥", "<=": "≤", "=": "=", ">": ">", "<": "<"}
_AGAINST = {
    "weekly": "较上周",
    "monthly": "较上月",
    "quarterly": "较上季",
    "yearly": "较上年",
}
_THIS = {"weekly": "本周", "monthly": "本月", "quarterly": "本季", "yearly": "本年"}
_EVERY = {"weekly": "每周", "monthly": "每月", "quarterly": "每季", "yearly": "每年"}
ONE_LEFT = {
    "weekly": "剩余1周",
    "monthly": "剩余1个月",
    "quarterly": "剩余1个季度",
    "yearly": "剩余1年",
}
AGAINST_LAST_YEAR = "较上年同期"
SAME_BASIS = "可比口径"
SAME_BASIS_MEANS = "两期报送的单位不同，只按两期都报的单位比较"
ROUNDING_NOTE = "注：因四舍五入，合计可能不等于100%。"


def round_half_up(value: Number, decimals: int) -> Decimal:
    """Round to `decimals` places, a half always away from zero, in decimal arithmetic.

    A float is read by its shortest decimal form (0.285 is 0.285, not 0.28499…).
    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def points(unit: str) -> str:
    """What a difference of two figures is measured in: 个百分点 for %, else the unit itself."""
    return _POINTS.get(unit, unit)


def is_rate(unit: str) -> bool:
    """Whether a unit is a ratio (%, ‰, per head) and so changes in points, not in percent."""
    return unit in _POINTS or "/" in unit


def scaled(value: Number, unit: str, decimals: int = 2) -> tuple[str, str]:
    """The figure and its unit as printed: 350000 人 -> ("35.00", "万人"); 99.5 % -> ("99.50", "%").

    Whole counts print without decimals, money and rates with `decimals`.
    """
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if unit in _TEN_THOUSANDS and abs(number) >= 10_000:
        number, unit = number / 10_000, _TEN_THOUSANDS[unit]
        decimals = max(decimals, 2)  # a count of 20,023 is not 2万
    elif not is_rate(unit) and unit not in _MONEY and number == number.to_integral_value():
        decimals = 0
    rounded = round_half_up(number, decimals)
    if unit == "%" and number < 100 <= rounded:
        # Not yet all is never printed as all.
        rounded = 100 - Decimal(1).scaleb(-decimals)
    return f"{rounded:f}", unit


def value_text(value: Number | None, unit: str, decimals: int = 2) -> str:
    """One figure with its unit: 99.12%, 3.84‰, 1164人, 35.00万人, 20.78万元; null prints —."""
    if value is None:
        return ABSENT
    figure, unit = scaled(value, unit, decimals)
    return f"{figure}{unit}"


def plain(value: Number | None, decimals: int = 2) -> str:
    """One figure without a unit, for a table whose header names the unit; null prints —."""
    return ABSENT if value is None else f"{round_half_up(value, decimals):f}"


def against(frequency: str, base: str | None = "previous") -> str:
    """The word for what is compared with: 较上周, 较上月, 较上季, 较上年; base year: 较上年同期."""
    return AGAINST_LAST_YEAR if base == "year" else _AGAINST[frequency]


def period_word(frequency: str) -> str:
    """The word for one period: 周, 月, 季, 年 as in 近4周."""
    return {"weekly": "周", "monthly": "月", "quarterly": "季", "yearly": "年"}[frequency]


def signed(value: Number, decimals: int = 2) -> str:
    """A movement with its sign: +0.35, -0.20; nothing moved prints 0.00 without one."""
    number = round_half_up(value, decimals)
    return f"{number:+f}" if number else f"{abs(number):f}"


def arrow(change: Number | None) -> str:
    """↑, ↓ or → by the printed change; empty without one. Movement, not merit."""
    if change is None:
        return ""
    number = Decimal(str(change))
    return "→" if number == 0 else "↑" if number > 0 else "↓"


def change_text(
    change: Number | None,
    *,
    unit: str,
    against: str = "较上周",
    direction: str = "higher_better",
    decimals: int = 2,
) -> str:
    """A printed change in words: 较上周提高0.35个百分点, 较上月增长3.20%, 与上周持平.

    change     difference of two printed values: points for a rate, percent for a count.
    against    较上周, 较上月, 较上季, 较上年 or 较上年同期.
    direction  a rise of something that should fall is 上升, not 提高.
    Null gives an empty string: there is nothing to compare, so nothing is said.
    """
    if change is None:
        return ""
    number = round_half_up(change, decimals)
    if number == 0:
        return f"与{against.removeprefix('较')}持平"
    amount = f"{abs(number):f}"
    if is_rate(unit):
        rise = "提高" if direction == "higher_better" else "上升"
        return f"{against}{rise if number > 0 else '下降'}{amount}{points(unit)}"
    return f"{against}{'增长' if number > 0 else '减少'}{amount}%"


def basis_text(
    against: str,
    *,
    common: bool,
    merged: str | None = None,
    filed: Number | None = None,
    same: Number | None = None,
    own: Number | None = None,
    unit: str = "%",
    decimals: int = 2,
) -> str:
    """What a comparison rests on, where it is not simply the period before: empty otherwise.

    （可比口径：上年同期92.80%，同口径92.74%）, （与并入的城东乡合计比较）, or both in one bracket.
    Two bases that print alike are not said twice.

    against  As change_text has it.
    common   Only the units that filed in both periods are compared.
    merged   Names of what merged into the area in between.
    filed    The base as its own units filed it; null where the units are the same.
    same     The base of the units that filed in both.
    own      The figure itself over these units, as own_basis has it.
    """
    parts = [f"与并入的{merged}合计比较"] if merged else []
    if common:
        bases = ""
        if filed is not None and same is not None and filed != same:
            was = value_text(filed, unit, decimals)
            now = value_text(same, unit, decimals)
            bases = f"{against.removeprefix('较')}{was}，同口径{now}"
        this = "" if own is None else f"本期同口径{value_text(own, unit, decimals)}"
        parts.append(said(SAME_BASIS, said(bases, this), between="："))
    return f"（{'；'.join(parts)}）" if parts else ""


def own_basis(
    printed: Number | None, change: Number | None, same: Number | None, unit: str
) -> Decimal | None:
    """A rate over the units that filed in both periods, where it prints otherwise than over all.

    Its change is the difference of two printed values, so the base and the change give it. Without
    it the reader who subtracts the base from the figure finds another change than is printed.
    """
    if printed is None or change is None or same is None or not is_rate(unit):
        return None
    own = Decimal(str(same)) + Decimal(str(change))
    return None if own == Decimal(str(printed)) else own


def comparison_text(
    base: str | None,
    change: Number | None,
    *,
    unit: str,
    frequency: str,
    direction: str = "higher_better",
    decimals: int = 2,
    common: bool = False,
    merged: str | None = None,
    filed: Number | None = None,
    same: Number | None = None,
    printed: Number | None = None,
) -> str:
    """A comparison in words, with what it rests on: change_text and basis_text in one.

    base     year or previous, as the column `lead` says it; empty string where nothing can be said.
    printed  The figure that is compared.
    """
    word = against(frequency, base)
    moved = change_text(change, unit=unit, against=word, direction=direction)
    rests_on = basis_text(
        word,
        common=common,
        merged=merged,
        filed=filed,
        same=same,
        own=own_basis(printed, change, same, unit),
        unit=unit,
        decimals=decimals,
    )
    return f"{moved}{rests_on}" if moved else ""


def names(found: Sequence[str], *, most: int = 3, count: str = "个", between: str = "、") -> str:
    """甲、乙、丙; of more than `most` the first ones, and how many in all: 甲、乙、丙等5个."""
    said = between.join(found[:most])
    return said if len(found) <= most else f"{said}等{len(found)}{count}"


def quoted(text: str, longest: int = 40) -> str:
    """Foreign words (an address, a file name, a note) as plain words: no markup, not endless."""
    return as_written(text if len(text) <= longest else f"{text[:longest]}…")


def as_written(text: str) -> str:
    """Words that others have a part in (a name, a note, a file), whole, with no markup in them."""
    return _MARKUP.sub(lambda found: f"\\{found[0]}", text)


def said(*parts: str | None, between: str = "，") -> str:
    """The parts that there are, one after the other: 帮扶对象，本年累计."""
    return between.join(part for part in parts if part)


def small_base(denominator: Number | None, unit: str = "") -> str:
    """基数小（14人），不排名: why an area has a figure and no rank."""
    return f"基数小（{amount(denominator)}{unit}），不排名"


def no_new_report(period: str, *, chosen: str) -> str:
    """本周无新报数（数据截至11月）: the shown period did not move, which is not 持平."""
    frequency = Period.parse(chosen).frequency
    return f"{_THIS[frequency]}无新报数（数据截至{period_short(period, chosen=chosen)}）"


def target_text(
    target: Number | None, comparator: str, unit: str, *, decimals: int = 2, inherited: str = ""
) -> str:
    """目标≥95.00%; an inherited one says from whom: 目标≥95.00%（执行市级目标）."""
    if target is None:
        return "无目标"
    sign = _SIGNS.get(comparator, comparator)
    note = f"（{inherited}）" if inherited else ""
    return f"目标{sign}{value_text(target, unit, decimals)}{note}"


def gap_text(gap: Number | None, unit: str, *, decimals: int = 2) -> str:
    """距目标差0.88个百分点; a gap of nothing or less is 已达目标. Null gives an empty string.

    gap  how much is missing: target − value where more is better, value − target where less is.
    """
    if gap is None:
        return ""
    number = round_half_up(gap, decimals)
    if number <= 0:
        return "已达目标"
    if is_rate(unit):
        return f"距目标差{number:f}{points(unit)}"
    return f"距目标差{value_text(number, unit, decimals)}"


def pace_text(
    pace: Number | None,
    unit: str,
    *,
    frequency: str,
    until: date | None,
    left: int | None = None,
    year: int | None = None,
    direction: str = "higher_better",
    decimals: int = 2,
) -> str:
    """每周需提高0.12个百分点（至2020年12月31日）: the required pace. Null gives an empty string.

    left  periods left until then; with one the pace is all that is missing: 剩余1周需提高….
    year  of the chosen period: the deadline's own year is then left out (至12月31日).
    """
    if pace is None:
        return ""
    number = abs(round_half_up(pace, decimals))
    amount = f"{number:f}{points(unit)}" if is_rate(unit) else value_text(number, unit)
    verb = "提高" if direction == "higher_better" else "下降"
    day = date_zh(until)
    if year is not None:
        day = day.removeprefix(f"{year}年")
    deadline = f"（至{day}）" if until else ""
    return f"{(ONE_LEFT if left == 1 else _EVERY)[frequency]}需{verb}{amount}{deadline}"


def coverage_text(reported: int | None, expected: int | None, missing: str | None = None) -> str:
    """已报8/9，宁陵县未报 when somebody is missing; empty when nobody is, or none was expected.

    missing  Their names, where they are few.
    """
    if not expected or reported is None or reported >= expected:
        return ""
    return f"已报{reported}/{expected}" + (f"，{missing}未报" if missing else "")


def date_zh(day: date | None) -> str:
    """2020年12月20日; null prints —."""
    return ABSENT if day is None else f"{day.year}年{day.month}月{day.day}日"


def period_label(period: str | None) -> str:
    """The period in full, weeks with their first and last day; null prints —."""
    return ABSENT if not period else Period.parse(period).label_zh()


def period_short(period: str | None, *, chosen: str | None = None) -> str:
    """The period in short: 第51周, 11月, 三季度; with its year unless that is the chosen one's."""
    if not period:
        return ABSENT
    read = Period.parse(period)
    if read.frequency == "yearly":
        return f"{read.year}年"
    same_year = chosen is not None and Period.parse(chosen).year == read.year
    year = "" if same_year else f"{read.year}年"
    if read.frequency == "weekly":
        word = f"第{read.number}周"
    elif read.frequency == "monthly":
        word = f"{read.number}月"
    else:
        word = f"{'一二三四'[read.number - 1]}季度"
    return f"{year}{word}"


def ratio_text(
    top: Number | None,
    bottom: Number | None,
    unit: str = "%",
    *,
    multiplier: int = 100,
    decimals: int = 2,
) -> str:
    """A rate from its parts, divided in decimals; — when either part is unknown or nothing is due.

    2619 of 4000 print 65.48%: no binary fraction comes in between.
    """
    if top is None or not bottom:
        return ABSENT
    return value_text(multiplier * Decimal(str(top)) / Decimal(str(bottom)), unit, decimals)


def share_note(numerator: Number | None, denominator: Number | None, unit: str = "") -> str:
    """分子 1234 / 分母 2345 with the parts' own unit; an unreported part prints —."""
    first, second = (
        f"{amount(part)}{unit if part is not None else ''}" for part in (numerator, denominator)
    )
    return f"分子 {first} / 分母 {second}"


def amount(value: Number | None) -> str:
    """A stored amount without the zeros its type carries: 12.5000 -> 12.5, 3.0 -> 3; null —."""
    if value is None:
        return ABSENT
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
