-- The tables of a batch, empty. Areas, indicators and periods are numbers while the sums are made:
-- text is put back at the end. A family is the indicators of a batch that expect the same units in
-- the same periods.

-- What each unit filed of each indicator, place and dimension value, not yet added up.
create or replace temp table long (
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
create or replace temp table pairs (
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
-- What areas that come and go lend to a comparison; filled by heirs/*.sql where some are gone.
create or replace temp table turns (
    pair integer,
    ordinal bigint,
    area integer,
    previous_whole boolean,
    next_whole boolean,
    last_year_whole boolean,
    next_year_whole boolean,
    previous_place integer,
    next_place integer,
    last_year_place integer,
    next_year_place integer
);
create or replace temp table placed (
    pair integer,
    ordinal bigint,
    area integer,
    level place_level,
    dimension text,
    self_previous_n decimal(18, 4),
    self_previous_d decimal(18, 4),
    base_next_n decimal(18, 4),
    base_next_d decimal(18, 4),
    self_year_n decimal(18, 4),
    self_year_d decimal(18, 4),
    base_year_n decimal(18, 4),
    base_year_d decimal(18, 4),
    reported_before integer,
    reported_last_year integer,
    alone_before integer,
    alone_next integer,
    alone_last_year integer,
    alone_next_year integer
);
-- What the batch before was made of is many rows, and is not needed again.
drop view if exists summed;
drop table if exists flagged;
drop table if exists summed_above;
