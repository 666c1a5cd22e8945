-- title:    参保缺口
-- question: Of those on the list, who is insured how, who is not, and who need not be and why?
-- grain:    one row per step, from those due over the kinds of insurance to the gap and the exempt
-- params:   $area area, $period period
-- reads:    as_of, t02
-- returns:  step_order integer, step text, kind text, count bigint (人), due bigint (人),
--           share double (%), period text
-- nulls:    count and share of a column that no unit filled in; share of the exempt
-- relies:   the reasons belong to the exempt; no report column says why somebody is not insured

with

choice as (

    select period
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator = 'insurance_enrolment_rate'
        and population = 'target'
        and not stale

),

-- The indicator's own units: both its parts are there.
filed as (

    select t02.*
    from t02
    inner join choice on t02.period = choice.period
    where
        $area in (
            t02.area_code, t02.township_code, t02.county_code, t02.city_code, t02.province_code
        )
        and t02.should_insure is not null
        and t02.insured_total is not null

),

added as (

    select
        period,
        sum(should_insure) as due,
        sum(insured_resident) as resident,
        sum(insured_employee) as employee,
        sum(insured_elsewhere) as elsewhere,
        sum(should_insure - insured_total) as gap,
        sum(dead) as dead,
        sum(missing) as missing,
        sum(army) as army,
        sum(prison) as prison,
        -- The reasons are optional: whoever has none written down is counted here, not lost.
        sum(
            exempt_insure
            - coalesce(dead, 0) - coalesce(missing, 0) - coalesce(army, 0) - coalesce(prison, 0)
        ) as unexplained
    from filed
    group by period

),

steps as (

    select
        named.step_order,
        named.step,
        named.kind,
        case named.step_order
            when 1 then added.due
            when 2 then added.resident
            when 3 then added.employee
            when 4 then added.elsewhere
            when 5 then added.gap
            when 6 then added.dead
            when 7 then added.missing
            when 8 then added.army
            when 9 then added.prison
            else added.unexplained
        end as count,
        added.due,
        added.period
    from added
    cross join (
        values
        (1, '应参保', 'due'),
        (2, '居民医保', 'insured'),
        (3, '职工医保', 'insured'),
        (4, '异地参保', 'insured'),
        (5, '未参保', 'gap'),
        (6, '免参保：死亡', 'exempt'),
        (7, '免参保：失踪', 'exempt'),
        (8, '免参保：参军', 'exempt'),
        (9, '免参保：服刑', 'exempt'),
        (10, '免参保：未写明原因', 'exempt')
    ) as named (step_order, step, kind)

)

select
    step_order,
    step,
    kind,
    cast(count as bigint) as count,
    cast(due as bigint) as due,
    -- The exempt are no part of those due.
    case when kind <> 'exempt' then cast(printed_value(count, due, 100, 2, false) as double) end
        as share,
    period
from steps
order by step_order
