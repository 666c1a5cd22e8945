-- title:    需要关注
-- question: What needs attention among the headline indicators of the parts of an area?
-- grain:    one row per headline indicator and area with a reason, most urgent first
-- params:   $parent area, $level level, $period period,
--           $cuts cuts = cuts_by_period (folders of the newest periods)
-- reads:    readings
-- returns:  severity integer, reason text, detail text, indicator text, indicator_name text,
--           population text, population_name text, headline integer, area_code text,
--           area_name text, level text, kind text, period text, printed double (unit), unit text,
--           decimals integer, change double (change_unit), change_unit text, target double (unit),
--           gap double (unit), light text, state text, note text, rank bigint (位),
--           ranked_of bigint (个), required_pace double (unit per period)
-- nulls:    figures of an area that did not report; rank when it is not ranked

with

headline_parts as (

    select
        *,
        rank = max(rank) over (partition by indicator) and ranked_of >= 3 as is_last
    from readings(null, null, $parent, $period, $parent, $level, false, $cuts)
    where headline is not null and is_first_population

),

reasoned as (

    select
        *,
        case
            when light = '滞后' and change_is = 'worse' then 1
            when light = '滞后' then 2
            when change_is = 'worse' and light <> '达标' then 3
            when state in ('未报', '填报不全', '数据过期') then 4
            when is_last and light <> '达标' then 5
        end as severity
    from headline_parts

)

select
    severity,
    case severity
        when 1 then '滞后'
        when 2 then '滞后'
        when 3 then '退步'
        when 4 then '未报'
        else '末位'
    end as reason,
    case severity
        when 1 then concat('滞后且比上期变差，差目标', plain_number(cast(gap as decimal(18, 4))))
        when 2 then concat('滞后，差目标', plain_number(cast(gap as decimal(18, 4))))
        when 3 then concat('比上期变差', plain_number(abs(cast(change as decimal(18, 4)))))
        when 4 then state
        else concat('排在末位(', rank, '/', ranked_of, ')')
    end as detail,
    indicator,
    indicator_name,
    population,
    population_name,
    headline,
    area_code,
    area_name,
    level,
    kind,
    period,
    printed,
    unit,
    decimals,
    change,
    change_unit,
    target,
    gap,
    light,
    state,
    note,
    rank,
    ranked_of,
    required_pace
from reasoned
where severity is not null
order by severity, gap desc nulls last, headline, order_no
