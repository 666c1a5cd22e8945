-- title:    报送来源
-- question: Which files brought one unit's report of one period, when, and by whom?
-- grain:    one row per file and sheet that the unit's rows in force come from
-- params:   $unit area, $table_id table_id, $period period
-- reads:    filings, sources
-- returns:  file text, sheet text, rows bigint (行), reported_on date, first_filed_on date,
--           imported_at text, imported_by text, sha256 text, table_id text, period text
-- nulls:    the file, its hash and who imported it where the rows came from no file; the sheet of
--           a CSV; reported_on where the form was not dated

select
    sources.file,
    filings.source_sheet as sheet,
    count(*) as rows,
    max(filings.reported_on) as reported_on,
    min(filings.first_imported) as first_filed_on,
    sources.imported_at,
    sources.imported_by,
    sources.sha256,
    filings.table_id,
    filings.period
from filings
left join sources on filings.source_id = sources.source_id
where
    filings.table_id = $table_id
    and filings.period = $period
    and $unit in (
        filings.area_code, filings.township_code, filings.county_code, filings.city_code
    )
group by
    sources.file,
    filings.source_sheet,
    sources.imported_at,
    sources.imported_by,
    sources.sha256,
    filings.table_id,
    filings.period
order by sources.imported_at desc, sources.file asc, filings.source_sheet asc
