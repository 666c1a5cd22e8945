"""From a county's workbook to an immutable Parquet snapshot."""
