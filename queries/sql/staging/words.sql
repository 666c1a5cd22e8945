-- The order in which the states are read.
create macro clinic_status_order(status) as
case status
    when '达标' then 1
    when '未达标' then 2
    when '派驻' then 3
    when '巡诊' then 4
    when '邻村延伸' then 5
    when '在建' then 6
    when '不作要求' then 7
    else 8
end;
