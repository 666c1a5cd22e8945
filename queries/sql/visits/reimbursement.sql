-- title:    住院费用由谁支付
-- question: Who pays the hospital costs of the people under support?
-- grain:    one row per step from the whole cost to what is left to the family; year to date
-- params:   $area area, $period period
-- reads:    as_of, t02
-- returns:  step_order integer, step text, kind text, amount double (万元), share double (%),
--           visits bigint (人次), period text
-- nulls:    none: units that left a part empty are left out of all

with

choice as (

    select period
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator = 'inpatient_actual_reimb_rate'
        and population = 'target'
        and not stale

),

added as (

    select
        t02.period,
        sum(t02.inpatient_cost) as inpatient_cost,
        sum(t02.pay_basic) as pay_basic,
        sum(t02.pay_cii) as pay_cii,
        sum(t02.pay_ma) as pay_ma,
        sum(t02.pay_other) as pay_other,
        cast(sum(t02.inpatient_visits) as bigint) as visits
    from t02
    inner join choice on t02.period = choice.period
    where
        $area in (
            t02.area_code, t02.township_code, t02.county_code, t02.city_code, t02.province_code
        )
        and t02.inpatient_cost is not null
        and t02.pay_basic is not null
        and t02.pay_cii is not null
        and t02.pay_ma is not null
        and t02.pay_other is not null
    group by t02.period

),

steps as (

    select
        1 as step_order,
        '住院总费用' as step,
        'total' as kind,
        inpatient_cost as amount,
        inpatient_cost,
        visits,
        period
    from added
    union all
    select
        2 as step_order,
        '基本医保' as step,
        'payer' as kind,
        pay_basic as amount,
        inpatient_cost,
        visits,
        period
    from added
    union all
    select
        3 as step_order,
        '大病保险' as step,
        'payer' as kind,
        pay_cii as amount,
        inpatient_cost,
        visits,
        period
    from added
    union all
    select
        4 as step_order,
        '医疗救助' as step,
        'payer' as kind,
        pay_ma as amount,
        inpatient_cost,
        visits,
        period
    from added
    union all
    select
        5 as step_order,
        '其他补充' as step,
        'payer' as kind,
        pay_other as amount,
        inpatient_cost,
        visits,
        period
    from added
    union all
    select
        6 as step_order,
        '个人负担' as step,
        'rest' as kind,
        inpatient_cost - pay_basic - pay_cii - pay_ma - pay_other as amount,
        inpatient_cost,
        visits,
        period
    from added

)

select
    step_order,
    step,
    kind,
    cast(amount as double) as amount,
    cast(printed_value(amount, inpatient_cost, 100, 2, false) as double) as share,
    visits,
    period
from steps
order by step_order
