-- Who owes what an indicator over the reports themselves counts: everybody who owes any.
-- Reads    obligations
-- Leaves   owing
create or replace temp table owing as
select distinct
    unit,
    valid_from,
    valid_to
from obligations;
