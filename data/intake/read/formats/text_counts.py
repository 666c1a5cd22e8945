"""Long text files of counts: their whole numbers are read as numbers, not first as texts.

Nothing is lost by it: such a file is taken only when every number is written just as it is
printed, which the number of bytes proves. A file with a 「007」 or a 「+5」 is read as texts.
"""

import codecs
from collections.abc import Mapping

import polars as pl

from data.intake.read.cells import Counts, Texts

# A shorter file is read in no time.
_SAMPLE = 1 << 17
# Titles and headers stand above the numbers; below these rows a column of counts holds no words.
_DEEPEST_HEADER = 30
_FEWEST_ROWS = 100
# What is longer is a code, or a number that a person must look at.
_DIGITS = 9
_COUNT = rf"^(0|-?[1-9][0-9]{{0,{_DIGITS - 1}}})$"


def columns(data: bytes, delimiter: str) -> list[Texts] | None:
    """The columns of a UTF-8 file with a column of counts; None for files to be read as texts.

    Quoted cells, ragged rows, and numbers that are not plain everywhere are such files.
    """
    if len(data) <= _SAMPLE or len(delimiter.encode()) > 1 or b'"' in data:
        return None
    mark = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    start = data[mark : data.rfind(b"\n", 0, _SAMPLE) + 1]
    width = max(line.count(delimiter.encode()) for line in start.split(b"\n")) + 1
    sample = _read(start, delimiter, {f"c{at}": pl.String for at in range(width)}, 0)
    if sample is None or sample.height < _FEWEST_ROWS or sample.height != start.count(b"\n"):
        return None
    counts = _counts(sample)
    if not counts:
        return None
    above = max(counts.values())
    schema = {name: pl.Int64 if name in counts else pl.String for name in sample.columns}
    body = _read(data, delimiter, schema, above)
    if body is None or not _is_whole(body, data, above, mark):
        return None
    head = sample.head(above).fill_null("")
    found = [
        Counts(head[name].to_list(), body[name])
        if name in counts
        else Texts(pl.concat([head[name], body[name].fill_null("")]))
        for name in sample.columns
    ]
    while not isinstance(found[-1], Counts) and found[-1].distinct.to_list() == [""]:
        found.pop()
    return found


def _read(
    data: bytes, delimiter: str, schema: Mapping[str, type[pl.DataType]], above: int
) -> pl.DataFrame | None:
    try:
        return pl.read_csv(
            data,
            has_header=False,
            separator=delimiter,
            schema=schema,
            infer_schema=False,
            skip_lines=above,
            quote_char=None,
            missing_columns="insert",
        )
    except pl.exceptions.PolarsError:
        return None


def _counts(sample: pl.DataFrame) -> dict[str, int]:
    """The columns that hold counts or nothing, from which row on, below a few rows of header."""
    is_count = sample.select(pl.all().str.contains(_COUNT).fill_null(False))
    is_empty = sample.select(pl.all().fill_null("") == "")
    found = {}
    for name in sample.columns:
        words = (~(is_count[name] | is_empty[name])).arg_true()
        first = words[-1] + 1 if words.len() else 0
        if first <= _DEEPEST_HEADER and is_count[name].slice(first).any():
            found[name] = first
    return found


def _is_whole(body: pl.DataFrame, data: bytes, above: int, mark: int) -> bool:
    """Whether the cells, written out again, would take as many bytes as the rows they came from."""
    first = mark
    for _ in range(above):
        first = data.find(b"\n", first) + 1
    breaks, returns = data.count(b"\n", first), data.count(b"\r", first)
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return False
    if body.height != breaks + (not data.endswith(b"\n")):
        return False
    numbers = [name for name, dtype in body.schema.items() if dtype == pl.Int64]
    lowest = body.select(pl.col(numbers).min().fill_null(0)).row(0)
    highest = body.select(pl.col(numbers).max().fill_null(0)).row(0)
    if max(-min(lowest), max(highest)) >= 10**_DIGITS:
        return False
    ends = zip(lowest, highest, strict=True)
    written = body.select(
        *(_length(pl.col(name), *both) for name, both in zip(numbers, ends, strict=True)),
        pl.col(pl.String).str.len_bytes().sum(),
    )
    between = (body.width - 1) * body.height
    return sum(written.row(0)) + between + breaks + returns == len(data) - first


def _length(numbers: pl.Expr, lowest: int, highest: int) -> pl.Expr:
    """How many characters the numbers of a column take."""
    length = numbers.count()
    if lowest < 0:
        length += (numbers < 0).sum()
        numbers = numbers.abs()
    for digits in range(1, len(str(max(-lowest, highest)))):
        length += (numbers >= 10**digits).sum()
    return length
