-- title:    医保基金运行
-- question: How do the funds stand, month by month, and how long would the balance last?
-- grain:    one row per county below the area and month of the year shown, up to the period
-- params:   $area area, $period period
-- reads:    t21, areas, periods
-- returns:  area_code text, area_name text, period text, period_end date,
--           opening_balance double (万元), fund_income double (万元), fund_expense double (万元),
--           balance double (万元), months_covered double (月)
-- nulls:    what the county left empty; months_covered when nothing was spent

with

asked as (

    select
        period_end,
        year
    from periods
    where period = $period

)

select
    areas.area_code,
    areas.name as area_name,
    t21.period,
    t21.period_end,
    cast(t21.opening_balance as double) as opening_balance,
    cast(t21.fund_income as double) as fund_income,
    cast(t21.fund_expense as double) as fund_expense,
    cast(t21.opening_balance + t21.fund_income - t21.fund_expense as double) as balance,
    -- At this year's monthly spending.
    cast(t21.opening_balance + t21.fund_income - t21.fund_expense as double)
    * month(t21.period_end) / nullif(cast(t21.fund_expense as double), 0) as months_covered
from t21
inner join asked
    on t21.period_end <= asked.period_end and year(t21.period_end) = asked.year
inner join areas on t21.area_code = areas.area_code
where $area in (t21.area_code, t21.county_code, t21.city_code, t21.province_code)
order by areas.order_no, t21.period_end
