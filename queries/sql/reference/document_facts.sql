-- title:    文件事实
-- question: What do the founding documents say, word for word and with every doubt?
-- grain:    one row per fact, in the order of the documents
-- params:   $document text = null (S001A: the part of the number before the dash),
--           $place text = null, $subject text = null, $kind text = null,
--           $search text = null (words anywhere in the row)
-- reads:    reference_facts, listed_words, fact_indicators
-- returns:  fact_id text, document_id text, document text, section text, place text, year text,
--           subject text, subject_name text, kind text, kind_name text, indicator text,
--           printed text, population text, note text, computed_as text
-- nulls:    section, year, population, note where there is none; printed where the document gives
--           no figure, or one that cannot be read; computed_as where no report table holds it

with

held as (

    select
        fact_id,
        string_agg(name, '、' order by name) as computed_as
    from fact_indicators
    group by fact_id

),

worded as (

    select
        facts.fact_id,
        facts.document_id,
        facts.document,
        facts.section,
        facts.place,
        facts.year,
        facts.subject,
        coalesce(subjects.name, facts.subject) as subject_name,
        facts.kind,
        coalesce(kinds.name, facts.kind) as kind_name,
        facts.indicator,
        -- The figure as it stands in the document: never rounded, never scaled.
        case
            when facts.value is null then null
            else
                case facts.comparator
                    when '>=' then '不低于'
                    when '<=' then '不高于'
                    when '~' then '约'
                    else ''
                end || facts.value || coalesce(facts.unit, '')
        end as printed,
        facts.population,
        facts.note,
        held.computed_as
    from reference_facts as facts
    left join listed_words as subjects
        on facts.subject = subjects.code and subjects.list = 'domains'
    left join listed_words as kinds
        on facts.kind = kinds.code and kinds.list = 'fact_kinds'
    left join held on facts.fact_id = held.fact_id

)

select
    fact_id,
    document_id,
    document,
    section,
    place,
    year,
    subject,
    subject_name,
    kind,
    kind_name,
    indicator,
    printed,
    population,
    note,
    computed_as
from worded
where
    ($document is null or document_id = $document)
    and ($place is null or place = $place)
    and ($subject is null or subject = $subject)
    and ($kind is null or kind = $kind)
    and (
        $search is null
        or contains(
            lower(
                concat_ws(
                    ' ', fact_id, document, place, indicator, printed, population, note, computed_as
                )
            ),
            lower($search)
        )
    )
order by fact_id
