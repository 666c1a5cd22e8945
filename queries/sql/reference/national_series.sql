-- title:    全国历年数
-- question: How did the nation's village clinics and their people change, and how exact is that?
-- grain:    one row per series and year
-- params:   $series text = null
-- reads:    reference_series
-- returns:  series text, name text, year integer, value double (unit), printed text (unit),
--           unit text, mark text, precision text, basis text, stretch bigint, note text, source text
-- nulls:    note where there is none

with

judged as (

    select
        *,
        case
            when note like '%初步数%' then '初步数'
            when precision = '准确数' then '准确数'
            else '约数'
        end as mark,
        -- Who counted, and when: figures of another basis never share a line. The yearbook and the
        -- social statistics of the statistics bureau are one table, printed twice.
        case
            when note like '%初步数%' then '国家统计局公报，初步数'
            when source like '%统计年鉴%' or source like '%社会统计%' then '国家统计局年鉴、社会统计'
            when source like '%新闻发布会%' then '国家卫生健康委新闻发布会'
            else '国家卫生健康委公报'
        end as basis
    from reference_series

),

beginning as (

    select
        *,
        case
            when
                lag(basis) over in_time = basis
                and lag(year) over in_time = year - 1
                then 0
            else 1
        end as begins
    from judged
    window in_time as (
        partition by series
        order by year
    )

)

-- A stretch is what may be joined by a line: one basis, no year missing.
select
    series,
    name,
    year,
    cast(value as double) as value,
    printed,
    unit,
    mark,
    precision,
    basis,
    cast(
        sum(begins) over (
            partition by series
            order by year
            rows between unbounded preceding and current row
        ) as bigint
    ) as stretch,
    note,
    source
from beginning
where $series is null or series = $series
order by name, year
