"""What a page must show: the period (rule 2), the state, the change, the target, the rank."""

from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from tests.figures.figure import CLINIC_VIEWS, Figure
from tests.figures.periods import Period, containing, ending_by
from tests.figures.printing import Parts, amber, change, exact, meets, pace, printed, worse
from tests.figures.totals import Base, Row, Totals
from tests.figures.world import LEVELS, NATION

Reading = dict[str, Any]
SHOWN = ("正常", "填报不全")


class Shown(NamedTuple):
    """Which period is shown for a chosen one, and whether enough units filed it at the parent."""

    period: Period | None
    is_enough: bool
    is_stale: bool
    chosen: Period


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
        """The last period of its own frequency with enough units at the parent."""
        own = ending_by(self.figure.frequency, chosen.end)
        first = min((span[0] for span in self.figure.spans.values() if span), default=own.ordinal)
        newest = None
        for ordinal in range(own.ordinal, first - 1, -1):
            row = self.row(parent, ordinal)
            if row and (row.parts or row.masked):
                newest = newest or ordinal
                if self._covered(row):
                    return self._shown(own, ordinal, True, chosen)
        return self._shown(own, newest, False, chosen)

    def _shown(self, own: Period, ordinal: int | None, is_enough: bool, chosen: Period) -> Shown:
        if ordinal is None:
            return Shown(None, False, False, chosen)
        is_stale = own.ordinal - ordinal > self.world.settings["stale_after_periods"]
        return Shown(Period(own.frequency, ordinal), is_enough, is_stale, chosen)

    def _covered(self, row: Row) -> bool:
        return row.reported * 100 >= self.figure.min_coverage * row.expected

    # -- one figure ------------------------------------------------------------------------

    def row(self, area: str, ordinal: int) -> Row | None:
        """The figure of an area; a village's is its own row."""
        if self.world.level(area) != "village":
            return self.totals.row(area, ordinal)
        parts = self.figure.of_villages.get((ordinal, area))
        masked = self.figure.sensitive
        return parts and Row(None if masked else parts, 1, 1, 0, (), False, masked)

    def base(self, area: str, ordinal: int, earlier: int | None) -> Base | None:
        """The comparison of an area with an earlier period."""
        if earlier is None:
            return None
        if self.world.level(area) != "village":
            hidden = self.figure.sensitive and self.world.level(area) == "township"
            return None if hidden else self.totals.base(area, ordinal, earlier)
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

    def state(self, area: str, row: Row | None, period: Period) -> str:
        """Whether a figure can be shown, and if not, why (rules 2.4, 2.8)."""
        if not self._is_counted(area):
            return "不适用"
        if row is None:
            return "未报" if self.totals.owes(area, period.ordinal) else "不适用"
        if row.masked:
            return "已遮蔽"
        if row.parts is None:
            return "未报"
        if row.parts[1] is not None and row.parts[1] == 0:
            return "不适用"
        return "正常" if self._covered(row) else "填报不全"

    def _is_counted(self, area: str) -> bool:
        """Whether the indicator goes down to the area, and the area is of the kind it counts."""
        if LEVELS.index(self.world.level(area)) < self.figure.lowest:
            return False
        is_village = self.world.level(area) == "village"
        is_of_villages = self.figure.sources[0] in CLINIC_VIEWS
        return not (is_village and is_of_villages) or self.world.areas[area]["kind"] == "village"

    def reading(self, area: str, shown: Shown, is_parent: bool) -> Reading:
        """Everything that is said of an area at a chosen period, but for its rank."""
        period = shown.period
        row = self.row(area, period.ordinal) if period and not shown.is_stale else None
        own = period or ending_by(self.figure.frequency, shown.chosen.end)
        state = self.state(area, row, own)
        if shown.is_stale and state == "未报":
            state = "数据过期"
        if state == "正常" and is_parent and not shown.is_enough:
            state = "填报不全"
        before = self.before(area, period.ordinal) if period and row else None
        year = self.year_before(area, period.ordinal) if period and row else None
        parts = row.parts if row and state in SHOWN else None
        small = bool(parts and parts[1] is not None and parts[1] < self.rank_min)
        value = printed(parts, self.indicator)
        return {
            "area_code": area,
            "period": period.text if period else None,
            "state": state,
            "numerator": row.parts[0] if row and row.parts else None,
            "denominator": row.parts[1] if row and row.parts else None,
            "printed": value,
            "units_expected": row.expected if row else None,
            "units_reported": row.reported if row else None,
            "units_carried": row.carried if row else None,
            "missing_units": "、".join(row.missing) if row and 1 <= len(row.missing) <= 3 else None,
            "provisional": bool(row and row.provisional),
            "masked": bool(row and row.masked),
            "small_base": small,
            **self._compared("previous", "change", before),
            **self._compared("yoy", "yoy", year),
            **self.aimed(area, shown, parts, state),
        }

    @property
    def rank_min(self) -> int:
        """The denominator below which an area has no rank (rule 4.9)."""
        default = self.world.settings.get("rank_min_denominator", 20)
        return self.indicator.get("rank_min_denominator", default)

    def _compared(self, base_name: str, change_name: str, base: Base | None) -> Reading:
        """A comparison and what it stands on (rule 2.7)."""
        moved = self.change(base)
        change_key = "change" if change_name == "change" else "yoy_change"
        prefix = "previous" if base_name == "previous" else "yoy"
        differ = base is not None and moved is not None and base.differ
        return {
            f"{prefix}_value": printed(base.then, self.indicator) if base else None,
            f"{prefix}_filed": printed(base.filed, self.indicator) if base and differ else None,
            change_key: moved,
            f"{change_name}_common_units": differ,
            f"{change_name}_merged": "、".join(base.merged) or None if base else None,
        }

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

    def aimed(self, area: str, shown: Shown, parts: Parts | None, state: str) -> Reading:
        """The target, the light with its downgrade (4.5), the pace that is asked (4.7)."""
        period = shown.period
        target = self.target(area, (period or shown.chosen).end)
        adopted = target is not None and target["status"] == "采用"
        plain, gap, left, asked = None, None, None, None
        if target and adopted and parts and printed(parts, self.indicator) is not None:
            plain, gap = self.light(parts, target)
            left = self.periods_left(target, shown.chosen.end)
            if gap is not None and left and state == "正常":
                way = Fraction(target["value"]) - (exact(parts, self.indicator["multiplier"]) or 0)
                asked = pace(way, left, 0 if self.figure.is_count else self.indicator["decimals"])
        light = plain if state == "正常" else state
        downgraded = False
        if light == "预警" and period:
            moves = [self.change(self.before(area, period.ordinal - n)) for n in (0, 1)]
            downgraded = all(worse(moved, self.indicator["direction"]) for moved in moves)
            light = "滞后" if downgraded else light
        if light is None:
            light = "参考目标" if target and not adopted else "无目标"
        lit = self.indicator["light"] and self.indicator["direction"] != "info"
        return {
            "target": Fraction(target["value"]) if target else None,
            "target_status": target["status"] if target else None,
            "target_scope": target["scope_code"] if target else None,
            "light": light if lit else None,
            "downgraded": downgraded,
            "gap": gap,
            "periods_left": left,
            "required_pace": asked,
        }

    def periods_left(self, target: Reading, day: date) -> int | None:
        """Whole periods that end after the chosen day and by the target's last (rule 4.7)."""
        if not target["valid_to"]:
            return None
        last = ending_by(self.figure.frequency, date.fromisoformat(target["valid_to"]))
        return max(last.ordinal - ending_by(self.figure.frequency, day).ordinal, 0)

    # -- several areas (rules 2.2, 5) ------------------------------------------------------

    def value(self, area: str, chosen: Period) -> Reading:
        """One area, judged at itself."""
        return self.reading(area, self.shown(area, chosen), is_parent=True)

    def ranking(self, parent: str, level: str, chosen: Period) -> list[Reading]:
        """The areas of a level under a parent in the parent's period, with their ranks.

        Ranked are those in order whose base is not small; equal print shares a rank.
        """
        shown = self.shown(parent, chosen)
        day = (shown.period or shown.chosen).end
        found = []
        for area in self.world.of_level.get((parent, level), []):
            if self.world.lives(area, day) and self._is_listed(area, shown):
                found.append(self.reading(area, shown, is_parent=False))
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
        own = self.figure.frequency
        begin, end = (containing(own, day).ordinal for day in (first.start, last.end))
        found = []
        for period in (Period(own, n) for n in range(begin, end + 1)):
            if not first.start <= period.end <= last.end:
                continue
            row = self.row(area, period.ordinal)
            found.append(self._point(area, period, row))
        return found

    def _point(self, area: str, period: Period, row: Row | None) -> Reading:
        state = self.state(area, row, period)
        before = self.before(area, period.ordinal) if row else None
        year = self.year_before(area, period.ordinal) if row else None
        parts = row.parts if row else None
        target = self.target(area, period.end)
        return {
            "period": period.text,
            "state": state,
            "numerator": parts[0] if parts else None,
            "denominator": parts[1] if parts else None,
            "printed": printed(parts, self.indicator),
            "units_expected": row.expected if row else None,
            "units_reported": row.reported if row else None,
            "provisional": bool(row and row.provisional),
            "masked": bool(row and row.masked),
            "change": self.change(before),
            "yoy_value": printed(year.then, self.indicator) if year else None,
            "yoy_change": self.change(year),
            "period_value": self.alone(area, period, row, before),
            "target": Fraction(target["value"]) if target else None,
            "target_status": target["status"] if target else None,
            "target_scope": target["scope_code"] if target else None,
        }

    def alone(self, area: str, period: Period, row: Row | None, before: Base | None) -> Any:
        """本期: each measure by its own kind, over the units in both periods (rule 3)."""
        figure = self.figure
        if not figure.cumulative or row is None or row.parts is None:
            return None
        if period.begins(figure.cumulative):
            return printed(row.parts, self.indicator)
        if before is None or before.now is None:
            return None
        n, d = before.now
        then_n, then_d = before.then
        alone = n - then_n if figure.kind(figure.numerator) else n
        if d is not None and then_d is not None and figure.kind(figure.denominator):
            d -= then_d
        return printed((alone, d), self.indicator)
