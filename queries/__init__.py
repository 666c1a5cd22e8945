"""From a snapshot to an answer: one .sql file per question, run by DuckDB."""
