-- title:    医保基金结余
-- question: How does the fund stand month by month, and does it last to the end of the year?
-- grain:    one row per county fund and month of the chosen year, and the area as a whole
-- params:   $area area, $period period
-- reads:    t21, areas, periods
-- returns:  area_code text, area_name text, is_whole boolean, period text, period_end date,
--           opening_balance double (万元), income double (万元), expense double (万元),
--           balance double (万元), is_outlook boolean, last_filed text, runs_out text,
--           months_covered double (月), funds bigint (个)
-- nulls:    income and expense (of the year so far) of a month not filed; balance of a month not
--           filed, or still to come without last year's months; balance of the whole when one of
--           its funds lacks it; runs_out when the balance stays above 0; months_covered when
--           nothing was spent
-- relies:   months to come move as they did last year; that is an outlook, not a forecast

with

asked as (

    select
        period_end,
        year
    from periods
    where period = $period

),

months as (

    select
        periods.period,
        periods.period_end,
        periods.last_year
    from periods
    inner join asked on periods.year = asked.year
    where periods.frequency = 'monthly'

),

filed as (

    select
        t21.area_code,
        t21.period,
        t21.period_end,
        t21.opening_balance,
        t21.fund_income,
        t21.fund_expense,
        t21.opening_balance + t21.fund_income - t21.fund_expense as balance,
        t21.fund_income - t21.fund_expense as moved
    from t21
    where $area in (t21.area_code, t21.county_code, t21.city_code, t21.province_code)

),

-- Every fund at the last month it filed this year, up to the chosen period.
newest as (

    select
        filed.area_code,
        max(filed.period) as last_filed
    from filed
    inner join months on filed.period = months.period
    inner join asked on filed.period_end <= asked.period_end
    group by filed.area_code

),

standing as (

    select
        newest.area_code,
        newest.last_filed,
        filed.opening_balance,
        filed.balance,
        filed.fund_expense,
        month(filed.period_end) as months_past,
        year_before.moved as moved_last_year
    from newest
    inner join filed
        on newest.area_code = filed.area_code and newest.last_filed = filed.period
    inner join months on newest.last_filed = months.period
    left join filed as year_before
        on newest.area_code = year_before.area_code and months.last_year = year_before.period

),

monthly as (

    select
        standing.area_code,
        months.period,
        months.period_end,
        standing.last_filed,
        standing.opening_balance,
        standing.fund_expense as spent_so_far,
        standing.months_past,
        standing.balance as balance_now,
        months.period > standing.last_filed as is_outlook,
        case when months.period <= standing.last_filed then filed.fund_income end as income,
        case when months.period <= standing.last_filed then filed.fund_expense end as expense,
        case
            when months.period <= standing.last_filed then filed.balance
            else standing.balance + year_before.moved - standing.moved_last_year
        end as balance
    from standing
    cross join months
    left join filed
        on standing.area_code = filed.area_code and months.period = filed.period
    left join filed as year_before
        on standing.area_code = year_before.area_code and months.last_year = year_before.period

),

whole as (

    select
        $area as area_code,
        period,
        period_end,
        min(last_filed) as last_filed,
        sum(opening_balance) as opening_balance,
        case when count(spent_so_far) = count(*) then sum(spent_so_far) end as spent_so_far,
        min(months_past) as months_past,
        sum(balance_now) as balance_now,
        bool_or(is_outlook) as is_outlook,
        case when count(income) = count(*) then sum(income) end as income,
        case when count(expense) = count(*) then sum(expense) end as expense,
        case when count(balance) = count(*) then sum(balance) end as balance,
        count(*) as funds
    from monthly
    group by period, period_end

),

shown as (

    select
        area_code,
        false as is_whole,
        period,
        period_end,
        last_filed,
        opening_balance,
        spent_so_far,
        months_past,
        balance_now,
        is_outlook,
        income,
        expense,
        balance,
        1 as funds
    from monthly
    union all
    select
        area_code,
        true as is_whole,
        period,
        period_end,
        last_filed,
        opening_balance,
        spent_so_far,
        months_past,
        balance_now,
        is_outlook,
        income,
        expense,
        balance,
        funds
    from whole

)

select
    shown.area_code,
    areas.name as area_name,
    shown.is_whole,
    shown.period,
    shown.period_end,
    cast(shown.opening_balance as double) as opening_balance,
    cast(shown.income as double) as income,
    cast(shown.expense as double) as expense,
    cast(shown.balance as double) as balance,
    shown.is_outlook,
    shown.last_filed,
    min(case when shown.balance < 0 then shown.period end)
        over (partition by shown.is_whole, shown.area_code) as runs_out,
    -- At this year's monthly spending so far.
    cast(shown.balance_now as double) * shown.months_past
    / nullif(cast(shown.spent_so_far as double), 0) as months_covered,
    shown.funds
from shown
inner join areas on shown.area_code = areas.area_code
order by shown.is_whole desc, areas.order_no, shown.period_end
