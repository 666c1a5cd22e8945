"""What a file of indicators says once for all its entries, put into each that does not say it."""

from data.catalogue.files import Entry

# The order in which an indicator is written, and kept by a snapshot.
KEYS = (
    "name",
    "name_en",
    "definition",
    "caveat",
    "domain",
    "unit",
    "multiplier",
    "decimals",
    "direction",
    "frequency",
    "grain",
    "headline",
    "dimension",
    "sensitive",
    "may_exceed_100",
    "split",
    "light",
    "amber",
    "min_coverage",
    "provisional_periods",
    "rank_min_denominator",
    "evidence",
    "facts",
    "table",
    "populations",
)
# What only this indicator can say.
_OWN = ("name", "name_en", "definition", "caveat", "headline", "split", "table", "populations")
_PARTS = ("numerator", "denominator")


def filled(entry: Entry, defaults: Entry, *, is_new: bool) -> Entry:
    """An indicator with the defaults of its file, its one population written out.

    is_new  No other file says anything of it yet; else all that it leaves out is said there.
    raises  CatalogueError for a default that is none, and for formulas beside populations.
    """
    defaults.only([key for key in (*KEYS, "population") if key not in _OWN])
    values = {**(defaults.values if is_new else {}), **entry.values}
    places = {**defaults.places, **entry.places}
    population = values.pop("population", defaults.values.get("population"))
    if written := [key for key in (*_PARTS, "population") if key in entry.values]:
        if "populations" in values:
            raise entry.at(written[0]).fail(
                f"写了 populations，「{written[0]}」应写在各人群下面。请移到那里或删去。"
            )
        parts = {key: values.pop(key) for key in _PARTS if key in values}
        if population is None:
            raise entry.at(written[0]).fail("缺少「population」：是哪个人群的。请补上。")
        values["populations"] = Entry(
            {str(population): Entry(parts, entry.at(written[0]), places)}, entry.at(written[0])
        )
    elif not defaults.values:
        return entry
    order = {key: number for number, key in enumerate(KEYS)}
    in_order = sorted(values, key=lambda key: order.get(key, len(order)))
    return Entry({key: values[key] for key in in_order}, entry.place, places)
