"""The register answers about villages without keeping more than their codes."""

import polars as pl
import pytest

from data import catalogue as catalogues
from data.catalogue.known_areas import Areas
from data.errors import StoreError

TOWNSHIP, VILLAGE = "411403001", "411403001201"


@pytest.fixture(scope="module")
def register(tmp_path_factory) -> pl.DataFrame:
    place = tmp_path_factory.mktemp("register")
    (place / "catalogue").mkdir()
    lines = [f"{TOWNSHIP},甲镇,township,411403,,,,", f"{VILLAGE},乙村,village,{TOWNSHIP},,,,"]
    header = "area_code,name,level,parent_code,kind,valid_from,valid_to,successors"
    text = "\n".join([header, *lines, ""])
    (place / "catalogue" / "areas.csv").write_text(text, "utf-8")
    return catalogues.load(place).areas


@pytest.fixture
def stored(register, tmp_path):
    path = tmp_path / "areas.parquet"
    register.write_parquet(path)
    return path


def test_a_register_in_a_file_answers_as_the_one_in_memory(register, stored):
    lazy, whole = Areas(pl.scan_parquet(stored)), Areas(register.lazy())
    assert "village" not in lazy.upper["level"]
    for code in ("411403", TOWNSHIP, VILLAGE):
        assert code in lazy
        assert lazy.row(code) == whole.row(code)
        assert lazy.names[code] == whole.row(code)["full_name"]
    assert lazy.rows([VILLAGE, "411403"])["area_code"].to_list() == ["411403", VILLAGE]
    assert lazy.below([TOWNSHIP], villages=True)["area_code"].to_list() == [VILLAGE]
    assert lazy.below([TOWNSHIP], villages=False).is_empty()
    assert TOWNSHIP in lazy.below(["411403"], villages=False)["area_code"]
    assert sorted(lazy) == register["area_code"].to_list()
    assert lazy.every.equals(register)
    loaded = Areas(pl.scan_parquet(stored))
    assert loaded.every.height and loaded.row(VILLAGE) == whole.row(VILLAGE)


@pytest.mark.parametrize("code", ["411403001202", "41140", "", "乙村", "41140300120x"])
def test_a_code_that_is_not_there_is_said_to_be_missing(register, code):
    areas = Areas(register.lazy())
    assert code not in areas
    assert areas.row(code) is None
    assert areas.names.get(code) is None
    assert areas.rows([code]).is_empty()


def test_the_sha_is_that_of_the_whole_text(register, monkeypatch):
    whole = Areas(register.lazy()).sha
    monkeypatch.setattr("data.catalogue.known_areas._AT_ONCE", 1_000)
    assert Areas(register.lazy()).sha == whole
    assert Areas(register.head(-1).lazy()).sha != whole


def test_a_file_that_has_gone_is_said_when_a_village_is_asked_for(stored):
    areas = Areas(pl.scan_parquet(stored))
    stored.unlink()
    assert areas.row("411403")
    with pytest.raises(StoreError, match="区划表读不了"):
        areas.row(VILLAGE)
