-- What every step says in the same words.

-- The finest area that is stored: a row's township, or its own area above that.
create macro finest_area(township_code, county_code, city_code, province_code) as
coalesce(township_code, county_code, city_code, province_code);

-- Whether a period is among those kept as bits, of which the first stands for `first`: a
-- neighbour's bit costs no join.
create macro was_filed(periods, ordinal, first) as
coalesce(get_bit(periods, cast(ordinal - first as integer)) = 1, false);

-- The lowest area that holds two places, themselves among them; null where none does.
create macro above_both(one, other) as
case
    when one.id = other.id then one.id
    when one.county_id = other.county_id then one.county_id
    when one.city_id = other.city_id then one.city_id
    when one.province_id = other.province_id then one.province_id
end;

-- The levels at which figures are stored, from the lowest; one byte in every row, not a text.
create type place_level as enum('township', 'county', 'city', 'province');
