-- How the parts of a figure stand to its periods.

-- Whether a cumulative figure begins anew in a period.
create macro starts_again(cumulative, first_of_year, first_of_mch_year) as
case cumulative
    when 'ytd' then first_of_year
    when 'ytd_mch' then first_of_mch_year
    else false
end;

-- One part of 本期 by its own kind: a cumulative part becomes its difference over the units that
-- filed both periods, any other stays what it is. The first period of a year stands for itself.
-- Where a sum fell it was corrected: what fell belongs to no period, which so has no figure alone.
create macro alone(cumulative, begins, whole, same, base) as
case
    when begins then whole
    when coalesce(cumulative, '') = '' then same
    when same >= base then same - base
end;

create macro cumulative_word(cumulative) as
case cumulative
    when 'ytd' then '本年累计'
    when 'ytd_mch' then '妇幼年度累计'
    when 'itd' then '项目累计'
end;
