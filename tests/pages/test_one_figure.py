"""One figure on page, sheet, slide, bulletin and interface: a small store for each way to misread.

Every store is made by hand, every figure can be checked with a pencil. What the cards say is taken
from their words, the files are read back, the interface is asked as another program asks it.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from docx import Document
from pptx import Presentation
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data.settings import Settings
from pages.api.figures import Figures
from pages.components.readings import reading_words as words
from pages.exports.briefing import files
from pages.theme import formats
from tests.pages.exports.briefing import stores
from tests.pages.exports.briefing.conftest import desk_of, made
from tests.queries import tiny_store as tiny

CITY, WEEK, BEFORE, EARLIER = stores.CITY, "2020-W51", "2020-W50", "2020-W49"
FIRST = "991101"


@dataclass(frozen=True)
class Papers:
    """What each of the five says of one indicator of one city and its counties."""

    page: dict[str, Any]
    ranking: dict[str, dict[str, Any]]
    slides: list[str]
    bulletin: str
    overall: dict[str, Any]
    sheet: dict[str, dict[str, Any]]
    notes: str
    api: dict[str, dict[str, Any]]

    @property
    def said(self) -> list[str]:
        """Slides and bulletin as one text each."""
        return ["\n".join(self.slides), self.bulletin]


def papers(path, figures, indicator="signing_rate", target=None) -> Papers:
    """The papers of a store of these derived rows; the target is the city's."""
    count = max(int(row["area_code"][4:6]) for row in figures)
    targets = [tiny.target(target, indicator=indicator)] if target else []
    store = tiny.store(
        path, figures, targets=targets, areas=stores.register(count), raw=stores.raw(BEFORE, WEEK)
    )
    engine, desk = desk_of(store)
    which = {"indicator": indicator, "period": WEEK}
    parts = {"parent": CITY, "level": "county"}
    briefing = made(desk, indicators=(indicator,))
    book = openpyxl.load_workbook(written("workbook", briefing, desk.catalogue))
    listed = book[desk.catalogue.indicators[indicator].name]
    routes = Figures(lambda: engine, Settings).routes()
    client = TestClient(Starlette(routes=routes), client=("127.0.0.1", 1))
    asked = client.get("/api/v1/ranking", params=which | parts).json()["rows"]
    return Papers(
        page=engine.run("indicator_value", which | {"area": CITY}).row(0, named=True),
        ranking=by_area(engine.run("indicator_ranking", which | parts).to_dicts()),
        slides=slide_texts(written("briefing", briefing, desk.catalogue)),
        bulletin=document_text(written("bulletin", briefing, desk.catalogue)),
        overall=next(iter(table_of(book["总体进展"], "指标").values())),
        sheet=table_of(listed, "县（市、区）"),
        notes="".join(str(row[0].value) for row in listed.rows if row[0].value),
        api=by_area(asked),
    )


def written(kind, briefing, catalogue):
    target = BytesIO()
    files.KINDS[kind].write(briefing, catalogue, target)
    return target


def by_area(rows):
    return {row["area_name"]: row for row in rows}


def slide_texts(file):
    shapes: list[Any] = [shape for slide in Presentation(file).slides for shape in slide.shapes]
    found = [line.text for each in shapes if each.has_text_frame
             for line in each.text_frame.paragraphs]  # fmt: skip
    rows = [row for each in shapes if each.has_table for row in each.table.rows]
    return found + ["|".join(cell.text for cell in row.cells) for row in rows]


def document_text(file):
    word = Document(file)
    lines = [each.text for each in word.paragraphs]
    rows = [row for table in word.tables for row in table.rows]
    return "\n".join(lines + ["|".join(cell.text for cell in row.cells) for row in rows])


def table_of(sheet, key):
    """The rows of a sheet by the column of that heading, cells by the beginning of theirs."""
    heads = [str(cell.value).partition("（")[0] for cell in sheet[3]]
    rows = [dict(zip(heads, (cell.value for cell in row), strict=True))
            for row in sheet.iter_rows(min_row=4)]  # fmt: skip
    return {str(row[key.partition("（")[0]]): row for row in rows}


def week(period, shares, *, indicator="signing_rate", whole=None, first=None):
    """One row per county with its numerator of 1000, and the city's with the sums.

    shares  None has not filed; a pair is numerator and denominator.
    whole, first  More columns of the city's row and of the first county's.
    """
    pairs = [share if isinstance(share, tuple) else (share, 1000) for share in shares]
    own = {FIRST: first or {}}
    rows = [
        tiny.value(code, period, *pair, indicator=indicator, **own.get(code, {}))
        for code, pair in zip(stores.counties(len(pairs)), pairs, strict=True)
    ]
    filed = [pair for pair in pairs if pair[0] is not None]
    sums = [sum(side) for side in zip(*filed, strict=True)]
    units = {"reported": len(filed), "expected": len(pairs)}
    return [*rows, tiny.value(CITY, period, *sums, indicator=indicator, **units, **(whole or {}))]


def over_common(prefix, base, now, whole=1000):
    """The columns of a comparison over the units in both periods."""
    return {
        f"{prefix}_numerator": base,
        f"{prefix}_denominator": whole,
        f"{prefix}_self_numerator": now,
        f"{prefix}_self_denominator": whole,
        f"{prefix}_units_differ": True,
    }


# -- unequal units ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def unequal(tmp_path_factory):
    """The worst of ten counties has not filed, and a township of the first: both seem to rise."""
    first = {"reported": 9, "expected": 10, "missing_units": "一镇"}
    whole = over_common("prev", 8325, 8370, 9000) | {"missing_units": "第10县"}
    rows = week(BEFORE, [900] + [925] * 8 + [500])
    rows += week(WEEK, [930] * 9 + [None], whole=whole, first=first | over_common("prev", 925, 930))
    return papers(tmp_path_factory.mktemp("unequal") / "store", rows, target=95.0)


def test_the_change_over_common_units_is_said_with_both_bases(unequal):
    """92.50 to 93.00 of the nine; all ten stood at 88.00."""
    spoken = words.lead_line(unequal.page)
    assert spoken.startswith("较上周提高0.50个百分点（可比口径")
    assert "88.00%" in spoken and "92.50%" in spoken
    for text in unequal.said:
        assert "较上周提高0.50个百分点（可比口径）" in text
    # Slides have the bases on card and note, the bulletin below its table.
    assert "92.50至93.00（88.00）" in unequal.bulletin
    assert (
        "较上周提高0.50个百分点（可比口径，上周全部单位为88.00%，同口径92.50%）"
        in unequal.overall["说明"]
    )
    assert "较上周提高0.50个百分点（可比口径92.50%，全部单位88.00%）" in unequal.slides
    assert unequal.overall["变化"] == unequal.sheet["全市"]["较上周"] == 0.5
    assert "全市92.50至93.00（88.00）、第1县92.50至93.00（90.00）" in unequal.notes
    assert any(
        "全市92.50至93.00（88.00）、第1县92.50至93.00（90.00）" in each for each in unequal.slides
    )


def test_a_row_of_the_ranking_says_the_same_on_the_slide_the_sheet_and_to_programs(unequal):
    spoken = words.lead_line(unequal.ranking["第1县"])
    assert "0.50个百分点" in spoken and "90.00%" in spoken and "92.50%" in spoken
    row = next(each for each in unequal.slides if each.startswith("1|第1县|"))
    assert "|+0.50|" in row and row.endswith("|已报9/10，一镇未报，可比口径")
    sheet, told = unequal.sheet["第1县"], unequal.api["第1县"]
    assert (sheet["较上周"], sheet["说明"]) == (0.5, "已报9/10，一镇未报，可比口径")
    assert (told["lead_change"], told["lead_value"], told["lead_filed"]) == (0.5, 92.5, 90.0)
    assert (told["lead_common_units"], told["missing_units"]) == (True, "一镇")


def test_who_has_not_filed_is_named_wherever_the_figure_stands(unequal):
    assert words.coverage(unequal.page) == "已报9/10，第10县未报"
    for text in (*unequal.said, unequal.overall["说明"]):
        assert "已报9/10，第10县未报" in text
    assert "第1县已报9/10（一镇未报）" in unequal.bulletin
    assert unequal.sheet["全市"]["说明"].startswith("已报9/10，第10县未报")
    assert unequal.api["第10县"]["state"] == "未报"


@pytest.fixture(scope="module")
def merged(tmp_path_factory):
    """The first county took in another since last week: it is compared with both together."""
    took_in = {"prev_merged": "旧县", "prev_numerator": 920, "prev_denominator": 1000,
               "prev_self_numerator": 930, "prev_self_denominator": 1000}  # fmt: skip
    rows = week(BEFORE, [925] * 3) + week(WEEK, [930] * 3, first=took_in, whole=took_in)
    return papers(tmp_path_factory.mktemp("merged") / "store", rows, target=95.0)


def test_who_took_others_in_is_compared_with_the_sum_and_says_so(merged):
    basis = "与并入的旧县合计比较"
    assert words.lead_line(merged.page) == f"较上周提高1.00个百分点（{basis}）"
    for text in (*merged.said, merged.overall["说明"]):
        assert f"较上周提高1.00个百分点（{basis}）" in text
    assert any("|第1县|" in each and each.endswith(f"|{basis}") for each in merged.slides)
    sheet, told = merged.sheet["第1县"], merged.api["第1县"]
    assert (sheet["较上周"], sheet["说明"]) == (1.0, basis)
    assert (told["lead_change"], told["lead_merged"]) == (1.0, "旧县")


# -- small bases ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Of the ninth county's 14 people half have signed: by far the least, of too few people."""
    rows = week(WEEK, [960, 955, 950, 945, 940, 935, 930, 925, (7, 14)])
    return papers(tmp_path_factory.mktemp("small") / "store", rows, target=95.0)


def test_a_small_base_has_its_figure_and_light_and_no_rank_anywhere(small):
    why = "基数小（14人），不排名"
    row, told, sheet = small.ranking["第9县"], small.api["第9县"], small.sheet["第9县"]
    assert (row["printed"], row["light"], row["rank"]) == (50.0, "滞后", None)
    assert formats.small_base(row["denominator"], "人") == why
    assert (told["printed"], told["small_base"], told["rank"]) == (50.0, True, None)
    assert (sheet["数值"], sheet["灯号"], sheet["名次"], sheet["说明"]) == (0.5, "滞后", None, why)
    assert any(each.startswith("—|第9县|50.00|") and each.endswith(why) for each in small.slides)
    said = "\n".join(small.slides)
    assert f"后三名为第6县（93.50%）、第7县（93.00%）、第8县（92.50%）；第9县{why}" in said
    assert "居末位较多的是第8县（1项）" in small.bulletin and "第9县|50.00|—" in small.bulletin


def test_a_small_base_stands_under_no_problem_and_no_task(small):
    for text in small.said:
        assert "滞后的有" not in text and "责任单位：第9县" not in text


# -- shared places ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tied(tmp_path_factory):
    """Four counties print 90.00 at the end, one of them a little above: 90,001 of 100,000."""
    rows = week(WEEK, [990, 980, 970, 960, 950, 900, (90_001, 100_000), 900, 900])
    return papers(tmp_path_factory.mktemp("tied") / "store", rows, target=80.0)


def test_all_that_share_the_last_place_are_counted_everywhere(tied):
    last = [f"第{number}县" for number in (6, 7, 8, 9)]
    for rows, key in ((tied.ranking, "rank"), (tied.api, "rank"), (tied.sheet, "名次")):
        assert [name for name, row in rows.items() if row[key] == 6] == last
    assert sum(each.startswith("6|第") for each in tied.slides) == 4
    assert any(
        "后三名为第6县、第7县、第8县等4个（并列第6名，90.00%）" in each for each in tied.slides
    )
    assert all(f"{name}|90.00|6" in tied.bulletin for name in last)


# -- a light lowered by two worsening periods -------------------------------------------------


@pytest.fixture(scope="module")
def lowered(tmp_path_factory):
    """Two points short of the target, and worse in each of the last two weeks."""
    rows = [
        row
        for period, less in ((EARLIER, 0), (BEFORE, 5), (WEEK, 10))
        for row in week(period, [940 - less, 970, 970])
    ]
    # The city is short of it by less and falls too.
    return papers(tmp_path_factory.mktemp("lowered") / "store", rows, target=97.0)


def test_a_lowered_light_carries_its_reason_everywhere(lowered):
    why = "连续两期变差"
    assert any(why in note for note in words.notes(lowered.page))
    assert lowered.ranking["第1县"]["light_reason"] == lowered.api["第1县"]["light_reason"] == why
    assert lowered.sheet["第1县"]["灯号"] == "滞后" and lowered.sheet["第1县"]["说明"] == why
    assert lowered.overall["灯号"] == f"滞后（{why}）"
    assert f"■ 滞后（{why}）" in lowered.slides
    assert any("|第1县|" in each and each.endswith(f"|■ 滞后|{why}") for each in lowered.slides)
    for text in lowered.said:
        assert f"第1县（93.00%，距目标差4.00个百分点，{why}）" in text


# -- the last period before the target's day --------------------------------------------------


@pytest.fixture(scope="module")
def closing(tmp_path_factory):
    """One week ends between 20 and 31 December: all that is missing must come in it."""
    rows = week(BEFORE, [960, 960]) + week(WEEK, [970, 970])
    return papers(tmp_path_factory.mktemp("closing") / "store", rows, target=100.0)


def test_the_last_week_is_called_the_remaining_one_everywhere(closing):
    asked = "剩余1周需提高3.00个百分点"
    assert words.pace_line(closing.page).startswith(asked)
    assert f"距年度目标（100.00%）差3.00个百分点，{asked}" in "\n".join(closing.slides)
    assert f"要在12月31日前达到目标，{asked}" in closing.overall["说明"]
    told = closing.api["第1县"]
    assert (told["periods_left"], told["required_pace"]) == (1, 3.0)


# -- a cumulative figure and the period by itself ---------------------------------------------


@pytest.fixture(scope="module")
def cumulative(tmp_path_factory):
    """900 of 1000 items by last week, 980 of 1100 by now: 80 of 100 in the week itself."""
    served = {"indicator": "signing_fulfilment_rate"}
    rows = week("2019-W51", [(850, 1100)] * 2, **served)
    rows += week(BEFORE, [(900, 1000)] * 2, **served) + week(WEEK, [(980, 1100)] * 2, **served)
    return papers(tmp_path_factory.mktemp("cumulative") / "store", rows, **served, target=90.0)


def test_a_cumulative_figure_says_so_and_has_its_period_beside_it(cumulative):
    people = "建档立卡贫困人口"
    assert words.scope_words(cumulative.page).startswith(f"{people}，本年累计，")
    assert words.scope_words(cumulative.page).endswith("本期80.00%")
    assert f"人群：{people}，本年累计" in cumulative.slides
    assert f"{people}履约率89.09%（本年累计，第51周本期80.00%）" in "\n".join(cumulative.slides)
    assert "履约率89.09%（本年累计）" in cumulative.bulletin
    row = cumulative.overall
    assert (row["人群"], row["数值"], row["累计"], row["本期"]) == (people, 0.8909, "本年累计", 0.8)
    assert (cumulative.sheet["第1县"]["本年累计"], cumulative.sheet["第1县"]["本期"]) == (
        0.8909,
        0.8,
    )
    told = cumulative.api["第1县"]
    assert (told["printed"], told["cumulative_word"], told["period_alone"]) == (
        89.09,
        "本年累计",
        80.0,
    )


def test_one_comparison_leads_on_card_slide_sheet_and_to_programs(cumulative):
    """Of a year-to-date figure 同比 leads, whatever moved since last week."""
    change = 11.82  # 89.09 − 77.27
    assert words.lead_line(cumulative.page) == f"较上年同期提高{change}个百分点"
    assert f"较上年同期提高{change}个百分点" in cumulative.slides
    for text in cumulative.said:
        assert f"较上年同期提高{change}个百分点" in text
    both = f"较上年同期提高{change}个百分点，较上周下降0.91个百分点"
    assert both in cumulative.overall["说明"]
    assert cumulative.overall["变化"] == cumulative.sheet["第1县"]["较上年同期"] == change
    assert any(f"|第1县|89.09|+{change}|" in each for each in cumulative.slides)
    assert (cumulative.api["第1县"]["lead"], cumulative.api["第1县"]["lead_change"]) == (
        "year",
        change,
    )
