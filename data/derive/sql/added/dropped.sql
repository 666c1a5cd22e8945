-- What a pass was made of is many rows, and is not needed again.
drop view if exists summed;
drop table if exists long;
drop table if exists flagged;
drop table if exists every_part;
drop table if exists summed_above;
