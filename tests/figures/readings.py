"""What a page must show: the period (rule 2), the state, the change, the target, the rank."""

from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from tests.figures.figure import CLINIC_VIEWS, Figure
from tests.figures.periods import Period, containing, ending_by
from tests.figures.printing import (
    Parts,
    amber,
    change,
    exact,
    meets,
    pace,
    printed,
    worse,
)
from tests.figures.totals import Base, Row, Totals
from tests.figures.world import LEVELS, NATION

Reading = dict[str, Any]
SHOWN = ("正常", "填报不全")
NAMED_AT_MOST = 3
WORDS = {"ytd": "本年累计", "ytd_mch": "妇幼年度累计", "itd": "项目累计"}


class Shown(NamedTuple):
    """Which period is shown for a chosen one at a parent.

    own        The newest period of the figure's frequency that ends by the chosen day.
    period     The one shown; None when nothing was ever filed.
    is_enough  Enough units filed it; is_stale: it is too old; is_gone: the parent is no more.
    """

    day: date
    own: Period
    period: Period | None
    is_enough: bool
    is_stale: bool
    is_gone: bool


class Readings:
    """The readings of one figure."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.world = figure.world
        self.indicator = figure.indicator
        self.totals = Totals(figure)

    # -- the period (rules 2.1 to 2.3) -----------------------------------------------------

    @cache
    def shown(self, parent: str, chosen: Period) -> Shown:
        """The last period with enough units at the parent, else the newest with any value."""
        own = ending_by(self.figure.frequency, chosen.end)
        first = min((span[0] for span in self.figure.spans.values() if span), default=own.ordinal)
        last = self.world.areas[parent]["valid_to"]
        is_gone = last is not None and last < own.end
        newest, is_enough = None, False
        for ordinal in () if is_gone else range(own.ordinal, first - 1, -1):
            row = self.row(parent, ordinal)
            if row and (row.parts or row.masked):
                is_enough = self._is_covered(row)
                newest = ordinal if is_enough else newest or ordinal
            if is_enough:
                break
        stale_after = self.world.settings["stale_after_periods"]
        return Shown(
            day=chosen.end,
            own=own,
            period=None if newest is None else Period(own.frequency, newest),
            is_enough=is_enough,
            is_stale=newest is not None and own.ordinal - newest > stale_after,
            is_gone=is_gone,
        )

    def _is_covered(self, row: Row) -> bool:
        return row.reported * 100 >= self.figure.min_coverage * row.expected

    # -- one figure ------------------------------------------------------------------------

    def row(self, area: str, ordinal: int) -> Row | None:
        """The figure of an area; a village's is its own row, and hidden if it is sensitive."""
        if self.world.level(area) != "village":
            return self.totals.row(area, ordinal)
        filed = self.figure.of_villages.get((ordinal, area))
        if filed is None:
            return None
        n, d, is_carried = filed
        is_hidden = self.figure.sensitive
        return Row(None if is_hidden else (n, d), 1, 1, int(is_carried), (), False, is_hidden)

    def base(self, area: str, ordinal: int, earlier: int) -> Base | None:
        """The comparison of an area with an earlier period."""
        if self.world.level(area) != "village":
            return self.totals.shown_base(area, ordinal, earlier)
        now, then = (self.row(area, each) for each in (ordinal, earlier))
        if now is None or then is None or now.parts is None or then.parts is None:
            return None
        return Base(then.parts, now.parts, then.parts, False, ())

    def before(self, area: str, ordinal: int) -> Base | None:
        """The comparison with the period before; none where a running total began (rule 2.6)."""
        begins = Period(self.figure.frequency, ordinal).begins(self.figure.cumulative)
        return None if begins else self.base(area, ordinal, ordinal - 1)

    def year_before(self, area: str, ordinal: int) -> Base | None:
        """The comparison with the same period a year before."""
        last_year = Period(self.figure.frequency, ordinal).a_year_before()
        if last_year is None or self.world.level(area) == "village":
            return None
        return self.base(area, ordinal, last_year.ordinal)

    def change(self, base: Base | None) -> Fraction | None:
        """The printed change of a comparison."""
        return None if base is None else change(base.now, base.then, self.indicator)

    def alone(self, area: str, period: Period, row: Row | None) -> Fraction | None:
        """本期: each measure by its own kind, over the units in both periods (rule 3)."""
        figure = self.figure
        if not figure.cumulative or row is None or row.parts is None:
            return None
        if period.begins(figure.cumulative):
            return printed(row.parts, self.indicator)
        before = self.before(area, period.ordinal)
        if before is None or before.now is None:
            return None
        (n, d), (then_n, then_d) = before.now, before.then
        if figure.kind(figure.numerator):
            n -= then_n
        if d is not None and then_d is not None and figure.kind(figure.denominator):
            d -= then_d
        # A sum that fell was corrected; what fell is no figure of the period.
        return None if n < 0 else printed((n, d), self.indicator)

    def state(self, area: str, row: Row | None, period: Period) -> str:
        """Whether a figure can be shown, and if not, why (rules 2.4, 2.8)."""
        if not self._is_counted(area) or not self.world.lives(area, period.end):
            return "不适用"
        if row is None:
            return "未报" if self.totals.owes(area, period.ordinal) else "不适用"
        if row.masked:
            return "已遮蔽"
        if row.parts is None:
            return "未报"
        if row.parts[1] is not None and row.parts[1] == 0:
            return "不适用"
        return "正常" if self._is_covered(row) else "填报不全"

    def _is_counted(self, area: str) -> bool:
        """Whether the indicator goes down to the area, and the area is of the kind it counts."""
        if LEVELS.index(self.world.level(area)) < self.figure.lowest:
            return False
        is_village = self.world.level(area) == "village"
        is_of_villages = self.figure.sources[0] in CLINIC_VIEWS
        return not (is_village and is_of_villages) or self.world.areas[area]["kind"] == "village"

    # -- what is said of a figure ----------------------------------------------------------

    def said(self, area: str, period: Period, row: Row | None, state: str) -> Reading:
        """What cards and trends alike say of an area and period, but for the light."""
        before = self.before(area, period.ordinal) if row else None
        year = self.year_before(area, period.ordinal) if row else None
        moved, moved_in_year = self.change(before), self.change(year)
        leads_with_year = self.figure.cumulative in ("ytd", "ytd_mch") or moved is None
        lead = year if leads_with_year and moved_in_year is not None else before
        led = self.change(lead)
        few = row is not None and 1 <= len(row.missing) <= NAMED_AT_MOST
        return {
            "period": period.text,
            "state": state,
            "numerator": row and row.parts and row.parts[0],
            "denominator": row and row.parts and row.parts[1],
            "printed": row and printed(row.parts, self.indicator),
            "units_expected": row and row.expected,
            "units_reported": row and row.reported,
            "missing_units": "、".join(row.missing) if row and few else None,
            "provisional": bool(row and row.provisional),
            "masked": bool(row and row.masked),
            "cumulative_word": WORDS.get(self.figure.cumulative),
            "period_alone": self.alone(area, period, row),
            "change": moved,
            "change_merged": _merged(before, moved),
            "yoy_value": year and printed(year.then, self.indicator),
            "yoy_filed": self._filed(year, moved_in_year),
            "yoy_change": moved_in_year,
            "yoy_common_units": _differ(year, moved_in_year),
            "yoy_merged": _merged(year, moved_in_year),
            "lead": None if led is None else "year" if lead is year else "previous",
            "lead_value": printed(lead.then, self.indicator) if lead and led is not None else None,
            "lead_filed": self._filed(lead, led),
            "lead_change": led,
            "lead_common_units": _differ(lead, led),
            "lead_merged": _merged(lead, led),
        }

    def _filed(self, base: Base | None, moved: Fraction | None) -> Fraction | None:
        """The base by all its own units, where those are not the same (rule 2.7)."""
        return printed(base.filed, self.indicator) if base and _differ(base, moved) else None

    def reading(self, area: str, shown: Shown, is_parent: bool) -> Reading:
        """Everything that is said of an area at a chosen period, but for its rank."""
        period = shown.period or shown.own
        row = None
        if shown.period and not shown.is_stale:
            row = self.row(area, period.ordinal)
        state = self.state(area, row, period)
        if shown.is_gone:
            state = "不适用"
        if shown.is_stale and state == "未报":
            state = "数据过期"
        if state == "正常" and is_parent and not shown.is_enough:
            state = "填报不全"
        parts = row.parts if row and state in SHOWN else None
        before = self.before(area, period.ordinal) if row else None
        moved = self.change(before)
        return self.said(area, period, row, state) | {
            "area_code": area,
            "period": shown.period and shown.period.text,
            "printed": printed(parts, self.indicator),
            "period_alone": self.alone(area, period, row) if parts else None,
            "units_carried": row and row.carried,
            "small_base": bool(parts and parts[1] is not None and parts[1] < self.rank_min),
            "previous_value": before and printed(before.then, self.indicator),
            "previous_filed": self._filed(before, moved),
            "change_common_units": _differ(before, moved),
            **self.aimed(area, shown, parts, state),
        }

    @property
    def rank_min(self) -> int:
        """The denominator below which an area has no rank (rule 4.9)."""
        default = self.world.settings["rank_min_denominator"]
        return self.indicator.get("rank_min_denominator", default)

    # -- targets and lights (rule 4) -------------------------------------------------------

    def target(self, area: str, day: date) -> Reading | None:
        """The target in force on a day: an adopted one before others, then the nearest scope."""
        line = self.world.line(area)
        found = []
        for target in self.world.definitions["targets"].values():
            scope = target["scope_code"]
            if (target["indicator_id"], target["population"]) != self.figure.key:
                continue
            if (scope != NATION and scope not in line) or target["condition"]:
                continue
            first, last = (target[end] or None for end in ("valid_from", "valid_to"))
            if (first and day.isoformat() < first) or (last and day.isoformat() > last):
                continue
            distance = len(line) if scope == NATION else line.index(scope)
            newest = -date.fromisoformat(first).toordinal() if first else 0
            order = (target["status"] != "采用", distance, newest, int(target["document_rank"]))
            found.append((order, target))
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def light(self, parts: Parts, target: Reading) -> tuple[str, Fraction | None]:
        """达标, 预警 or 滞后 against an adopted target, and the printed gap (rule 4.4)."""
        bar, direction = Fraction(target["value"]), self.indicator["direction"]
        value = exact(parts, self.indicator["multiplier"])
        shown = printed(parts, self.indicator)
        assert value is not None and shown is not None
        if meets(value, bar, target["comparator"], direction):
            return "达标", None
        gap = shown - bar if direction == "lower_better" else bar - shown
        near = gap <= amber(bar, self.indicator, self.world.settings)
        return ("预警" if near else "滞后"), gap

    def lit(self, state: str, plain: str | None, target: Reading | None) -> str | None:
        """The light, or the word that stands for it (rule 4.6)."""
        if not self.indicator["light"] or self.indicator["direction"] == "info":
            return None
        if state != "正常":
            return state
        is_reference = target is not None and target["status"] != "采用"
        return plain or ("参考目标" if is_reference else "无目标")

    def aimed(self, area: str, shown: Shown, parts: Parts | None, state: str) -> Reading:
        """The target, the light with its downgrade (4.5), the pace that is asked (4.7)."""
        target = self.target(area, (shown.period.end if shown.period else shown.day))
        plain, gap, left, asked = None, None, None, None
        if target and target["status"] == "采用" and printed(parts, self.indicator) is not None:
            assert parts is not None
            plain, gap = self.light(parts, target)
            left = self.periods_left(target, shown.own)
            if gap is not None and left and state == "正常":
                way = Fraction(target["value"]) - (exact(parts, self.indicator["multiplier"]) or 0)
                asked = pace(way, left, 0 if self.figure.is_count else self.indicator["decimals"])
        downgraded = False
        if state == "正常" and plain == "预警" and shown.period:
            ordinals = (shown.period.ordinal, shown.period.ordinal - 1)
            moves = [self.change(self.before(area, ordinal)) for ordinal in ordinals]
            downgraded = all(worse(moved, self.indicator["direction"]) for moved in moves)
        return self._target(target) | {
            "light": self.lit(state, "滞后" if downgraded else plain, target),
            "light_reason": "连续两期变差" if downgraded else None,
            "downgraded": downgraded,
            "gap": gap,
            "periods_left": left,
            "required_pace": asked,
        }

    @staticmethod
    def _target(target: Reading | None) -> Reading:
        return {
            "target": target and Fraction(target["value"]),
            "target_status": target and target["status"],
            "target_scope": target and target["scope_code"],
        }

    def periods_left(self, target: Reading, own: Period) -> int | None:
        """Whole periods that end after the chosen day and by the target's last (rule 4.7)."""
        if not target["valid_to"]:
            return None
        last = ending_by(self.figure.frequency, date.fromisoformat(target["valid_to"]))
        return max(last.ordinal - own.ordinal, 0)

    # -- several areas (rules 2.2, 4.9, 5) -------------------------------------------------

    def value(self, area: str, chosen: Period) -> Reading:
        """One area, judged at itself."""
        return self.reading(area, self.shown(area, chosen), is_parent=True)

    def ranking(self, parent: str, level: str, chosen: Period) -> list[Reading]:
        """The areas of a level under a parent in the parent's period, with their ranks.

        Ranked are those in order whose base is not small; equal print shares a rank.
        """
        shown = self.shown(parent, chosen)
        day = shown.period.end if shown.period else shown.day
        found = [
            self.reading(area, shown, is_parent=False)
            for area in self.world.of_level.get((parent, level), [])
            if self.world.lives(area, day) and self._is_listed(area, shown)
        ]
        sign = -1 if self.indicator["direction"] == "lower_better" else 1
        ranked = [each for each in found if self._is_ranked(each)]
        for each in found:
            above = sum(sign * other["printed"] > sign * (each["printed"] or 0) for other in ranked)
            each["rank"] = above + 1 if each in ranked else None
            each["ranked_of"] = len(ranked)
        return found

    def _is_ranked(self, reading: Reading) -> bool:
        in_order = reading["state"] == "正常" and self.indicator["direction"] != "info"
        return in_order and not reading["small_base"]

    def _is_listed(self, area: str, shown: Shown) -> bool:
        """A zone only where it has an obligation; a village only of the kind that is counted."""
        if self.world.level(area) == "village" and not self._is_counted(area):
            return False
        is_zone = self.world.areas[area]["kind"] == "statistical_zone"
        row = self.row(area, shown.period.ordinal) if shown.period and not shown.is_stale else None
        return not is_zone or row is not None

    def trend(self, area: str, first: Period, last: Period) -> list[Reading]:
        """Every period of its own frequency between two, each judged by its own coverage."""
        period, found = containing(self.figure.frequency, first.start), []
        while period.end <= last.end:
            if period.end >= first.start:
                row = self.row(area, period.ordinal)
                state = self.state(area, row, period)
                target = self.target(area, period.end)
                is_aimed = target is not None and target["status"] == "采用" and state == "正常"
                plain = self.light(row.parts, target)[0] if is_aimed and row.parts else None
                said = self.said(area, period, row, state) | self._target(target)
                found.append(said | {"light": self.lit(state, plain, target)})
            period = period.moved(1)
        return found


def _differ(base: Base | None, moved: Fraction | None) -> bool:
    return base is not None and moved is not None and base.differ


def _merged(base: Base | None, moved: Fraction | None) -> str | None:
    return ("、".join(base.merged) or None) if base and moved is not None else None
