"""A table as a Parquet file that describes itself."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pages.exports.sheets import FileColumn

MIME = "application/vnd.apache.parquet"
# Under these keys every field says what it is called and what it means.
HEADING, MEANING = b"heading", b"description"
ABOUT = b"about"


def write(
    target: Path | BinaryIO,
    table: pl.DataFrame,
    columns: Sequence[FileColumn],
    about: Mapping[str, str],
) -> None:
    """Write the table as it is, zstd-compressed, column names and types unchanged.

    columns  The Chinese heading and meaning of each; they go into the field's metadata.
    about    Title, filters, snapshot and so on: JSON under the file's key `about`.
    raises   OSError when the file cannot be written.
    """
    told = {column.name: column for column in columns}
    rows = table.select(list(told)).to_arrow()
    fields = [
        field.with_metadata(
            {
                HEADING: told[field.name].heading.encode(),
                MEANING: (told[field.name].meaning or told[field.name].heading).encode(),
            }
        )
        for field in rows.schema
    ]
    schema = pa.schema(
        fields, metadata={ABOUT: json.dumps(dict(about), ensure_ascii=False).encode()}
    )
    pq.write_table(pa.Table.from_arrays(rows.columns, schema=schema), target, compression="zstd")
