-- The calendar: every period of the years that figures may be of, as data/periods.py knows them. A
-- week belongs to the year and month of its Thursday; last_year is empty for a 53rd week.
create table periods as
with

-- A year more on both sides, for what lies before and after.
span as (

    select
        make_date($first_year - 1, 1, 1) as first_day,
        date_trunc('week', make_date($first_year - 1, 1, 4)) as first_monday,
        make_date($last_year + 3, 1, 1) as past

),

starts as (

    select
        'weekly' as frequency,
        unnest(range(first_monday, past, interval 7 day)) as moment
    from span
    union all
    select
        'monthly' as frequency,
        unnest(range(first_day, past, interval 1 month)) as moment
    from span
    union all
    select
        'quarterly' as frequency,
        unnest(range(first_day, past, interval 3 month)) as moment
    from span
    union all
    select
        'yearly' as frequency,
        unnest(range(first_day, past, interval 1 year)) as moment
    from span

),

placed as (

    select
        frequency,
        cast(moment as date) as period_start,
        case frequency when 'weekly' then isoyear(moment) else year(moment) end as year,
        case frequency
            when 'weekly' then weekofyear(moment)
            when 'monthly' then month(moment)
            when 'quarterly' then quarter(moment)
            else 1
        end as number,
        case frequency
            -- Counted from the first Monday of 1900.
            when 'weekly' then cast(datediff('day', date '1900-01-01', moment) / 7 as bigint)
            when 'monthly' then year(moment) * 12 + month(moment) - 1
            when 'quarterly' then year(moment) * 4 + quarter(moment) - 1
            else year(moment)
        end as ordinal,
        -- The month that a period's days are counted to.
        case frequency
            when 'weekly' then month(moment + interval 3 day)
            when 'quarterly' then month(moment) + 2
            else month(moment)
        end as month
    from starts

),

named as (

    select
        *,
        case frequency
            when 'weekly' then concat(year, '-W', lpad(cast(number as varchar), 2, '0'))
            when 'monthly' then concat(year, '-', lpad(cast(number as varchar), 2, '0'))
            when 'quarterly' then concat(year, '-Q', number)
            else cast(year as varchar)
        end as period,
        case frequency
            when 'weekly' then concat('第', number, '周')
            when 'monthly' then concat(number, '月')
            when 'quarterly' then concat(substr('一二三四', number, 1), '季度')
            else concat(year, '年')
        end as short_label
    from placed

),

followed as (

    select
        *,
        lag(period) over (partition by frequency order by period_start) as previous,
        lag(year) over (partition by frequency order by period_start) as year_before,
        lag(month) over (partition by frequency order by period_start) as month_before,
        lead(period_start) over (partition by frequency order by period_start) as next_start,
        lead(period_start, 2) over (partition by frequency order by period_start) as start_after
    from named

)

select
    now.period,
    now.frequency,
    now.ordinal,
    now.year,
    now.period_start,
    cast(now.next_start - interval 1 day as date) as period_end,
    now.previous,
    before.period as last_year,
    case now.frequency
        when 'yearly' then now.short_label
        else concat(now.year, '年', now.short_label)
    end as label,
    cast(now.start_after - interval 1 day as date) as next_end,
    now.year_before <> now.year as first_of_year,
    -- The year of maternal and child health begins in October.
    case now.frequency
        when 'yearly' then true
        when 'quarterly' then now.number = 4
        else now.month = 10 and now.month_before <> 10
    end as first_of_mch_year,
    now.short_label
from followed as now
left join followed as before
    on
        now.frequency = before.frequency
        and now.year - 1 = before.year
        and now.number = before.number
where now.year between $first_year and $last_year;
