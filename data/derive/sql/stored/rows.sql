-- The derived values while they are made: one row per indicator, period, area and dimension value.
-- prev_* and yoy_* are what a period is compared with: the base, the period's own part over the
-- same units (self), how many these are, and whether other units filed on either side.
create or replace table derived_rows (
    pair integer,
    ordinal bigint,
    area integer,
    level place_level,
    dimension text,
    numerator decimal(18, 4),
    denominator decimal(18, 4),
    units_expected integer,
    units_reported integer,
    units_carried integer,
    provisional boolean,
    masked boolean,
    prev_numerator decimal(18, 4),
    prev_denominator decimal(18, 4),
    prev_self_numerator decimal(18, 4),
    prev_self_denominator decimal(18, 4),
    prev_units integer,
    prev_units_differ boolean,
    yoy_numerator decimal(18, 4),
    yoy_denominator decimal(18, 4),
    yoy_self_numerator decimal(18, 4),
    yoy_self_denominator decimal(18, 4),
    yoy_units integer,
    yoy_units_differ boolean
);
-- The few units that an area's plain row misses, by name.
create or replace table absent (pair integer, ordinal bigint, area integer, names text);
-- What merged into an area since the period that it is compared with, by name.
create or replace table joined (kind text, pair integer, ordinal bigint, area integer, names text);
