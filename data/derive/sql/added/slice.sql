-- Some indicators of a batch, to be added up by themselves: a pass over all of them would need the
-- memory for all.
-- Reads    measured, measured_pairs, $from_pair, $to_pair
-- Leaves   long, pairs; turns and placed, empty
create or replace temp table long as
select *
from measured
where pair between $from_pair and $to_pair;

create or replace temp table pairs as
select *
from measured_pairs
where pair between $from_pair and $to_pair;

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
