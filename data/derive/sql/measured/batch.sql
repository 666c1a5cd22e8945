-- The tables of a batch, empty. Areas, indicators and periods are numbers while the sums are made:
-- text is put back at the end. A family is the indicators of a batch that expect the same units in
-- the same periods.

-- What each unit filed of each indicator, place and dimension value, not yet added up.
create or replace temp table measured (
    pair integer,
    ordinal bigint,
    atom integer,
    unit integer,
    dimension text,
    n decimal(18, 4),
    d decimal(18, 4),
    is_complete boolean,
    is_carried boolean
);
-- lowest: the level from which on an indicator is shown, 1 township … 4 province; by_report: one of
-- the reports themselves.
create or replace temp table measured_pairs (
    pair integer,
    lowest integer,
    provisional_periods integer,
    family integer,
    by_report boolean
);
create or replace temp table asked (
    family integer,
    province integer,
    ordinal bigint,
    last_year bigint,
    periods_after bigint
);
create or replace temp table obliged (
    family integer,
    unit integer,
    valid_from date,
    valid_to date
);
create or replace temp table expected (
    family integer,
    ordinal bigint,
    area integer,
    level place_level,
    units bigint
);
