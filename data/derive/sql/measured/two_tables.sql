-- The tables of indicators whose parts stand in two report tables: part 0 the numerator's, part 1
-- the denominator's. Both are brought to the county first.
create or replace temp table filers (part integer, p text, unit integer);
create or replace temp table cells (
    part integer,
    pair integer,
    min_coverage integer,
    p text,
    county_code text,
    value decimal(18, 4),
    is_carried boolean
);
create or replace temp table presence (part integer, p text, area integer, reported bigint);
create or replace temp table needed (part integer, p text, area integer, expected bigint);
