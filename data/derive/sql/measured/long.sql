-- The rows of one indicator out of `wide`. An indicator no row of which entered is not reported.
-- Slots    pair, numerator, denominator, entered, carried, is_complete, is_filed
-- Reads    wide
select
    ${pair} as pair,
    ordinal,
    id as atom,
    unit,
    dimension,
    ${numerator} as n,
    ${denominator} as d,
    ${is_complete} as is_complete,
    ${carried} = ${entered} as is_carried
from wide
where ${entered} > 0 and ${is_filed}
