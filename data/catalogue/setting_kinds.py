"""Settings: each value is of its own kind, or the catalogue does not load."""

from collections.abc import Callable
from decimal import Decimal

from data.catalogue.files import Entry
from data.catalogue.known_areas import Areas

# A smaller number of people than this hides nobody.
_MASKS_SOMETHING = 2
_AMBER = ("points", "percent_of_target", "absolute")


def refuse_wrong(settings: Entry, words: Entry, areas: Areas) -> None:
    """Refuse settings that nobody reads, or whose value the program could not work with.

    raises CatalogueError naming file, line and what to do.
    """
    settings.only((*_KINDS, "default_area", "programme_name"))
    for key in settings.values.keys() & _KINDS.keys():
        settings.need(key)
        _KINDS[key](settings, key)
    area = settings.text("default_area", "")
    if area and area not in areas:
        raise settings.at("default_area").fail(f"区划代码「{area}」不在区划表中。")
    settings.one_of("programme_name", tuple(words.entry("programme").values))


def amber_of(entry: Entry) -> tuple[str | None, Decimal | None]:
    """How far from its target a value is still 预警: the kind of distance and how much."""
    if entry.values.get("amber") in (None, "none"):
        return None, None
    amber = entry.entry("amber")
    if len(amber.values) != 1:
        raise entry.at("amber").fail(f"amber 应为 {{{' | '.join(_AMBER)}: 数}}。")
    amber.only(_AMBER)
    kind = next(iter(amber.values))
    return kind, amber.number(kind)


def _whole(settings: Entry, key: str) -> None:
    settings.whole(key, 0)


def _mask(settings: Entry, key: str) -> None:
    place = settings.at(key)
    hides_nobody = settings.whole(key, 0) < _MASKS_SOMETHING
    if hides_nobody and not settings.text("mask_reason", "").strip() and not place.checked:
        raise place.fail(
            f"「{key}: {settings.whole(key, 0)}」就是不遮蔽，敏感的小数会全部列出。"
            "确要这样，请在 mask_reason 写明理由和依据；不然请改回 10。"
        )


def _words(settings: Entry, key: str) -> None:
    settings.text(key, "")


def _percent(settings: Entry, key: str) -> None:
    settings.whole(key, 0, most=100)


def _hour(settings: Entry, key: str) -> None:
    settings.whole(key, 0, most=23)


def _number(settings: Entry, key: str) -> None:
    settings.number(key)


def _day(settings: Entry, key: str) -> None:
    settings.day(key)


def _limits(settings: Entry, key: str) -> None:
    limits = settings.entry(key)
    limits.only(_LIMITS)
    for limit in limits.values:
        limits.need(limit)
        limits.whole(limit, 0, least=1)


def _ambers(settings: Entry, key: str) -> None:
    for line in settings.entries(key):
        line.only(("unit", "direction", "amber"))
        line.text("unit")
        if "direction" in line.values:
            line.one_of("direction", ("higher_better", "lower_better"))
        if amber_of(line)[0] is None:
            raise line.at("amber").fail("缺少「amber」。请补上，如 {points: 5}。")


_LIMITS = (
    "max_file_mb",
    "max_csv_mb",
    "max_unpacked_mb",
    "max_ratio",
    "max_entries",
    "max_cells",
    "max_sheets",
    "max_csv_cells",
)
_KINDS: dict[str, Callable[[Entry, str], None]] = {
    "mask_below": _mask,
    "mask_reason": _words,
    "clinic_floor_area": _whole,
    "clinic_exempt_service_pop": _whole,
    "min_coverage": _percent,
    "stale_after_periods": _whole,
    "rank_min_denominator": _whole,
    "light_rule_date": _day,
    "light_amber": _ambers,
    "briefing_rank_first": _whole,
    "briefing_rank_last": _whole,
    "briefing_yellow_periods": _whole,
    "briefing_red_periods": _whole,
    "briefing_revision_points": _number,
    "briefing_revision_percent": _number,
    "due_hour": _hour,
    "import": _limits,
}
