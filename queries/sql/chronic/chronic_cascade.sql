-- title:    慢病管理链条
-- question: Of the people with a chronic disease, how many are found, managed and controlled?
-- grain:    one row per kind of chronic disease and step
-- params:   $area area, $period period
-- reads:    as_of, t06, area_values
-- returns:  chronic_type text, step_order integer, step text, count bigint (人), base_step text,
--           share double (%), period text
-- nulls:    count of a step that no unit filled in; share without a base. Of severe mental disorder
--           (sensitive) the reports below the county are closed: its two steps are the indicator's
-- relies:   shares are those of the definitions: 规范管理 and 控制 are both of those in 在管

with

choice as (

    select period
    from as_of
    where
        judged_at = $area
        and requested_period = $period
        and indicator = 'htn_std_mgmt_rate'
        and population = 'all'
        and not stale

),

placed as (

    select t06.*
    from t06
    inner join choice on t06.period = choice.period
    where
        $area in (
            t06.area_code, t06.township_code, t06.county_code, t06.city_code, t06.province_code
        )
        and t06.chronic_type <> 'smi'

),

-- A share is taken over the units that filled in both of its parts.
added as (

    select
        chronic_type,
        period,
        sum(estimated_patients) as estimated,
        sum(registered) as registered,
        sum(managed) as managed,
        sum(std_managed) as to_standard,
        sum(controlled) as controlled,
        sum(case when estimated_patients is not null then registered end) as found_part,
        sum(case when registered is not null then estimated_patients end) as found_whole,
        sum(case when registered is not null then managed end) as managed_part,
        sum(case when managed is not null then registered end) as managed_whole,
        sum(case when managed is not null then std_managed end) as standard_part,
        sum(case when std_managed is not null then managed end) as standard_whole,
        sum(case when managed is not null then controlled end) as controlled_part,
        sum(case when controlled is not null then managed end) as controlled_whole
    from placed
    group by chronic_type, period

),

closed as (

    select
        area_values.denominator,
        area_values.numerator,
        area_values.period
    from as_of as choice_of
    inner join area_values
        on
            choice_of.period = area_values.period
            and area_values.indicator = 'smi_std_mgmt_rate'
            and area_values.population = 'all'
            and area_values.area_code = $area
            and area_values.dimension = ''
    where
        choice_of.judged_at = $area
        and choice_of.requested_period = $period
        and choice_of.indicator = 'smi_std_mgmt_rate'
        and choice_of.population = 'all'
        and not choice_of.stale

),

steps as (

    select
        added.chronic_type,
        named.step_order,
        named.step,
        case named.step_order
            when 1 then added.estimated
            when 2 then added.registered
            when 3 then added.managed
            when 4 then added.to_standard
            else added.controlled
        end as count,
        named.base_step,
        case named.step_order
            when 2 then added.found_part
            when 3 then added.managed_part
            when 4 then added.standard_part
            when 5 then added.controlled_part
        end as part,
        case named.step_order
            when 2 then added.found_whole
            when 3 then added.managed_whole
            when 4 then added.standard_whole
            when 5 then added.controlled_whole
        end as whole,
        added.period
    from added
    cross join (
        values
        (1, '估算患病', ''),
        (2, '登记在册', '估算患病'),
        (3, '在管', '登记在册'),
        (4, '规范管理', '在管'),
        (5, '最近随访达标', '在管')
    ) as named (step_order, step, base_step)
    union all
    select
        'smi' as chronic_type,
        named.step_order,
        named.step,
        case named.step_order when 2 then closed.denominator else closed.numerator end as count,
        named.base_step,
        case when named.step_order = 4 then closed.numerator end as part,
        case when named.step_order = 4 then closed.denominator end as whole,
        closed.period
    from closed
    cross join (
        values
        (2, '登记在册', ''),
        (4, '规范管理', '登记在册')
    ) as named (step_order, step, base_step)

)

select
    chronic_type,
    step_order,
    step,
    cast(count as bigint) as count,
    base_step,
    cast(printed_value(part, whole, 100, 2, false) as double) as share,
    period
from steps
order by
    case chronic_type when 'htn' then 1 when 'dm2' then 2 when 'tb' then 3 else 4 end,
    step_order
