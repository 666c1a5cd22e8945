"""What data/catalogue/subjects.yaml names is there: indicators, questions and their columns."""

from pathlib import Path

import pytest

from data.catalogue import load, subjects
from data.errors import CatalogueError
from pages.components.subjects import described
from queries import headers

SQL = {path.stem: path for path in Path(headers.__file__).parent.glob("sql/*/*.sql")}
PAGES = list(subjects.load().values())


def returned(question):
    return {column.name for column in headers.read(SQL[question]).returns}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_name_of_a_described_page_is_known(page):
    known = load().indicators
    assert set(page.indicators) | set(page.picture.indicators) <= set(known)
    assert {bar[0] for bar in page.picture.bars} <= set(known)
    assert {"area_name", "period"} <= returned(page.table.question)
    assert set(page.picture.columns.values()) <= (
        returned(page.picture.question) if page.picture.question else set()
    )


def test_every_kind_of_picture_can_be_drawn():
    assert set(subjects.PICTURES) == set(described.DRAW)


def test_a_picture_that_lacks_what_it_needs_is_named_with_its_line(tmp_path, monkeypatch):
    (tmp_path / "subjects.yaml").write_text(
        "rounds:\n  title: 甲\n  indicators: [signing_rate]\n"
        "  picture: {kind: cells, title: 乙}\n  table: {title: 丙, question: areas_list}\n",
        "utf-8",
    )
    monkeypatch.setattr(subjects, "PRODUCT", tmp_path)
    subjects.load.cache_clear()
    try:
        with pytest.raises(CatalogueError, match=r"subjects\.yaml 第 4 行：缺少「question」"):
            subjects.load()
    finally:
        subjects.load.cache_clear()
