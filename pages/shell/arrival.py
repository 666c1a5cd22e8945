"""Checks the address before any control is drawn: an unknown value is said, never dropped."""

from dataclasses import dataclass

from data.errors import ProductError
from data.periods import Period, containing
from pages.shell import address, runtime
from pages.theme.formats import quoted


@dataclass(frozen=True)
class Offer:
    """Something to show instead: a button's words, and the value it chooses."""

    label: str
    value: str


@dataclass(frozen=True)
class AddressProblem:
    """One value of the address that cannot be shown: what to say, and what to offer.

    default   What is shown without it, in words; empty: not said.
    is_empty  The value is sound, there are only no data: nothing to be alarmed about.
    """

    key: str
    message: str
    offers: tuple[Offer, ...] = ()
    default: str = ""
    is_empty: bool = False


def misread() -> list[str]:
    """Say what of the address is not followed: conditions nobody knows, and those given twice."""
    said = [
        f"链接中的条件「{quoted(key)}」写了{len(values)}次，按最后一个「{quoted(values[-1])}」显示。"
        for key, values in address.repeated().items()
    ]
    if unknown := address.unknown():
        names = "、".join(f"「{quoted(key)}」" for key in unknown)
        said.append(f"链接中的条件{names}不认识，已忽略。")
    return said


def wrong_snapshot() -> AddressProblem | None:
    """Check the pinned snapshot; the other checks need it first."""
    text = address.chosen("snapshot")
    if text is None:
        return None
    numbers = runtime.store().numbers()
    if text.isdecimal() and len(text) < 10 and int(text) in numbers:
        return None
    known = f"现有 {numbers[0]} 至 {numbers[-1]} 号" if numbers else "数据仓里还没有快照"
    return AddressProblem("snapshot", f"链接中的快照 {quoted(text)} 不存在（{known}）。")


def problems() -> list[AddressProblem]:
    """Check area, village, period, population and indicator against this request's snapshot."""
    found = (_area(), _village(), _period(), _population(), _indicator())
    return [problem for problem in found if problem]


def _area() -> AddressProblem | None:
    code = address.chosen("area")
    if code is None:
        return None
    listed = runtime.areas()
    with_data = set(listed["area_code"])
    if code in with_data:
        return None
    row = runtime.catalogue().register.row(code)
    if row is None:
        return AddressProblem("area", f"链接中的区划 {quoted(code)} 不存在。")
    above = [row[f"{level}_code"] for level in ("township", "county", "city", "province")]
    default = runtime.catalogue().area_names[runtime.default_area()]
    if (own := runtime.scope().area) and own not in (code, *above):
        words = f"{quoted(row['full_name'])}不在本账号负责的区划之内。"
        return AddressProblem("area", words, default=default)
    offers = tuple(
        Offer(runtime.catalogue().area_names[each], each) for each in above if each in with_data
    )
    return AddressProblem(
        "area",
        f"{row['full_name']}（{code}）没有报送过数据，这个快照里没有可看的数字。",
        offers[:2],
        default,
        is_empty=True,
    )


def _village() -> AddressProblem | None:
    code = address.chosen("village")
    if code is None or code in runtime.catalogue().area_names:
        return None
    return AddressProblem("village", f"链接中的村 {quoted(code)} 不存在。")


def _period() -> AddressProblem | None:
    text = address.chosen("period")
    if text is None:
        return None
    try:
        period = Period.parse(text)
        label = period.label_zh()
    except (ProductError, ValueError, OverflowError):  # the last two: years that no calendar has
        return AddressProblem(
            "period",
            f"链接中的报告期 {quoted(text)} 看不懂；应写作 2020-W51、2020-12、2020-Q4 或 2020。",
        )
    offered = runtime.periods(period.frequency)
    if period in offered:
        return None
    if not offered:
        offered = [Period.parse(runtime.default_period())]
    middle = containing("weekly", period.start).ordinal
    nearest = sorted(
        offered, key=lambda each: abs(containing("weekly", each.start).ordinal - middle)
    )
    return AddressProblem(
        "period",
        f"{label}没有数据。现有{_short(min(offered))}至{_short(max(offered))}的，最近的几期：",
        tuple(Offer(each.label_zh(), each.text) for each in nearest[:3]),
        f"最新的{_short(Period.parse(runtime.default_period()))}",
        is_empty=True,
    )


def _short(period: Period) -> str:
    return period.label_zh().partition("（")[0]


def _population() -> AddressProblem | None:
    text = address.chosen("population")
    if text is None or text in runtime.populations():
        return None
    return AddressProblem("population", f"链接中的人群 {quoted(text)} 不存在。")


def _indicator() -> AddressProblem | None:
    text = address.chosen("indicator")
    if text is None or text in runtime.catalogue().indicators:
        return None
    return AddressProblem("indicator", f"链接中的指标 {quoted(text)} 不存在。")
