"""The values that readings are worked out from: what derive keeps, as one view."""

from data.readings.files import Files, over

VALUES = (
    "indicator text, population text, period text, area_code text, level text, dimension text, "
    "period_end date, numerator decimal(18, 4), denominator decimal(18, 4), "
    "units_expected bigint, units_reported bigint, units_carried bigint, provisional boolean, "
    "masked boolean, prev_numerator decimal(18, 4), prev_denominator decimal(18, 4), "
    "prev_self_numerator decimal(18, 4), prev_self_denominator decimal(18, 4), prev_units bigint, "
    "prev_units_differ boolean, yoy_numerator decimal(18, 4), yoy_denominator decimal(18, 4), "
    "yoy_self_numerator decimal(18, 4), yoy_self_denominator decimal(18, 4), yoy_units bigint, "
    "yoy_units_differ boolean, missing_units text, prev_merged text, yoy_merged text"
)
FOLDERS = (("derived", "area"), ("derived", "township"))


def kept_values(files: Files) -> str:
    """A select over the files of derived values."""
    return over(files, VALUES)
