-- The small tables whose rows the program makes: from the plan, the calendar and the catalogue.

create table provinces (province_code text);
create table heir_codes (area_code text, heir_code text, since date, until date);
-- The level at which a table is usually filed.
create table usual_units (table_id text, unit_level text);

-- Periods to compute and those they are compared with; last_part_start: of the last sub-period.
create table wanted (
    p text,
    p_start date,
    p_end date,
    ordinal bigint,
    last_part_start date,
    last_year bigint,
    asked boolean,
    part_count integer
);
-- The sub-periods of each of them, as the table at hand is filed.
create table parts (
    p text,
    p_start date,
    p_end date,
    period text,
    part_end date,
    is_first boolean,
    is_last boolean,
    is_last_mch boolean
);
-- In which periods an indicator can have a value, by province.
create table spans (province_code text, first_ordinal bigint, last_ordinal bigint);
-- The reports of a table about a period: when they fall due, and in which week that is.
create table due_dates (
    table_id text,
    province_code text,
    due_days integer,
    period text,
    period_end date,
    due_on date,
    p text
);
-- The indicators over clinics.
create table clinic_pairs (pair integer, is_rate boolean);
-- The periods of a batch; last_year and next_year only where the batch has them.
create table calendar (ordinal bigint, period_end date, last_year bigint, next_year bigint);
-- The indicators of a batch whose small numbers are hidden; those of a family are hidden together.
create table sensitive_pairs (pair integer, family integer);
-- Of what kinds the rows are that are not listed below the county.
create table unlisted_kinds (pair integer, kind text, is_sensitive boolean);

-- What the numbers of indicators and periods stand for.
create table pair_names (pair integer, indicator text, population text, frequency text);
create table period_names (
    frequency text,
    ordinal bigint,
    period text,
    period_end date,
    year integer
);
-- What is computed anew: the parent's rows of it are not kept.
create table recomputed (indicator text, population text, period text);
-- What no row of the parent is true of any more.
create table redefined (indicator text, population text);
create table recomputed_months (p text);
