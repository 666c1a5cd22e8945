-- title:    无报表的做法
-- question: Which systems do the documents name that no computed indicator refers to?
-- grain:    one row per fact of the kind mechanism that no computed indicator lists
-- params:   none
-- reads:    reference_facts, listed_words, fact_indicators
-- returns:  fact_id text, subject text, subject_name text, indicator text, population text,
--           place text, document text, section text, note text
-- nulls:    population, section, note where there is none

-- The rule, not a hand-made list: the catalogue names for every indicator the facts it stands for.
select
    facts.fact_id,
    facts.subject,
    coalesce(subjects.name, facts.subject) as subject_name,
    facts.indicator,
    facts.population,
    facts.place,
    facts.document,
    facts.section,
    facts.note
from reference_facts as facts
left join listed_words as subjects
    on facts.subject = subjects.code and subjects.list = 'domains'
where
    facts.kind = 'mechanism'
    and facts.fact_id not in (select fact_indicators.fact_id from fact_indicators)
order by subjects.order_no nulls last, facts.fact_id
