"""The ways in which people write an area's name: in full, shortened, by the office that files.

A stem is a name as it is compared; the rank says how far it is from the name as it is registered.
"""

import polars as pl

_INSTITUTION = (
    r"(中心卫生院|卫生院|村?卫生室|卫生所|社区卫生服务中心|社区卫生服务站|卫生健康委员会|卫生健康委"
    r"|卫生健康局|卫健委|卫健局|卫生局|卫计委|医疗保障局|医保局|人民医院|中医院|妇幼保健院"
    r"|疾病预防控制中心|疾控中心|扶贫办|乡村振兴局|人民政府|政府)$"
)
_ADMIN = (
    r"(街道办事处|街道办|办事处|街道|村民委员会|社区居民委员会|社区居委会|村委会|居民委员会|居委会"
    r"|社区|行政村|自治县|自治旗|苏木|镇|乡|村|县|区|市|旗|州|盟)$"
)
_VILLAGE = r"村?(村民委员会|村委会)$"
_NEIGHBOURHOOD = r"(社区)?(居民委员会|居委会)$"


def stems_of(areas: pl.DataFrame, every: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Every way to write areas' names: stem, area_code, ancestors, is_there, rank (0 is best).

    areas    those asked for, rows of `every`; aliases: area_code and alias.
    """
    parents = every.select(parent_code="area_code", parent_name="name")
    areas = areas.join(parents, on="parent_code", how="left")
    name = _tight(pl.col("name"))
    short = _cut(name, _ADMIN)
    is_village = pl.col("kind") == "village"
    base = name.str.replace(_VILLAGE, "").str.replace(_NEIGHBOURHOOD, "")
    usual = pl.when(is_village).then(base + "村").otherwise(base + "社区")
    ways = [
        (name, 0),
        (_tight(pl.col("full_name")), 0),
        (_tight(pl.col("parent_name")) + name, 0),
        (pl.when(pl.col("level") == "village").then(usual), 1),
        (short, 2),
        (_cut(short, _ADMIN), 3),
    ]
    keep = ["area_code", "township_code", "county_code", "city_code", "is_there"]
    parts = [
        areas.select(*keep, stem=stem, rank=pl.lit(rank, dtype=pl.Int32)) for stem, rank in ways
    ]
    if aliases.height:
        named = areas.join(aliases.select("area_code", "alias"), on="area_code")
        parts.append(
            named.select(*keep, stem=_tight(pl.col("alias")), rank=pl.lit(0, dtype=pl.Int32))
        )
    return pl.concat(parts).filter(pl.col("stem").str.len_chars() > 0)


def stems_of_asked(asked: pl.DataFrame) -> pl.DataFrame:
    """The ways in which an asked name may be meant: row, stem, asked_rank (0 is as written)."""
    name = _tight(pl.col("name"))
    place = _cut(name, _INSTITUTION)
    short = _cut(place, _ADMIN)
    ways = (name, place, short, _cut(short, _ADMIN))
    return (
        pl.concat(
            asked.select("row", stem=stem, asked_rank=pl.lit(rank, dtype=pl.Int32))
            for rank, stem in enumerate(ways)
        )
        .group_by("row", "stem")
        .agg(pl.col("asked_rank").min())
    )


def mentioned(areas: pl.DataFrame, text: str) -> str | None:
    """The one county (else city) whose name stands in a text."""
    for level in ("county", "city"):
        at_level = areas.filter(pl.col("level") == level)
        codes = [
            code
            for code, name in at_level.select("area_code", "name").iter_rows()
            if len(name) > 1 and name in text
        ]
        if len(codes) == 1:
            return codes[0]
    return None


def _tight(text: pl.Expr) -> pl.Expr:
    return text.str.normalize("NFKC").str.replace_all(r"[\s,、。·:;()\-]+", "")


def _cut(text: pl.Expr, ending: str) -> pl.Expr:
    """Without its ending, unless less than two characters would be left."""
    cut = text.str.replace(ending, "")
    return pl.when(cut.str.len_chars() >= 2).then(cut).otherwise(text)
