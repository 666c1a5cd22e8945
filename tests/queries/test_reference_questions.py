"""The public papers and figures: as they stand in the files, joined to the store by rule only."""

import csv

import pytest

from queries import schema
from queries.engine import Engine
from queries.errors import QueryError
from tests.queries import tiny_store as tiny
from tests.queries.tiny_store import CITY, EAST, value


def lines(name):
    with (schema.REFERENCE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    rows = [value(CITY, "2020-W51", 90), value(EAST, "2020-W51", 90)]
    return Engine(tiny.store(tmp_path_factory.mktemp("reference"), rows))


class TestDocumentFacts:
    def test_every_line_of_the_file_is_there_with_its_figure_untouched(self, engine):
        table = engine.run("document_facts")
        written = {row["fact_id"]: row for row in lines("document_facts.csv")}
        assert table.height == len(written) == 425
        for row in table.iter_rows(named=True):
            source = written[row["fact_id"]]
            assert (row["indicator"], row["note"] or "", row["section"] or "") == (
                source["indicator"],
                source["note"],
                source["section"],
            )
            if source["value"]:
                assert row["printed"].endswith(source["value"] + source["unit"])
            else:
                assert row["printed"] is None

    @pytest.mark.parametrize(
        ("fact", "printed"),
        [
            ("S000-027", "99.69%"),
            ("S000-018", "不低于55%"),
            ("S001B-021", "不高于6%"),
            ("S000-044", "约200户"),
            ("S000-028", "3.84‰"),
            ("S003-038", None),  # a garbled figure is not mended
        ],
    )
    def test_figures_carry_their_sign_and_unit(self, engine, fact, printed):
        table = engine.run("document_facts", {"search": fact})
        assert table.row(0, named=True)["printed"] == printed

    def test_filters_work_together(self, engine):
        asked = {"document": "S001B", "kind": "target", "subject": "visits"}
        table = engine.run("document_facts", asked)
        assert table["fact_id"].to_list() == ["S001B-024"]
        assert engine.run("document_facts", asked | {"place": "荥经县"}).is_empty()

    def test_the_search_takes_small_letters_and_plain_signs(self, engine):
        assert "S001A-060" in engine.run("document_facts", {"search": "aefi"})["fact_id"].to_list()
        assert engine.run("document_facts", {"search": "100%%"}).is_empty()

    def test_words_come_from_the_catalogue(self, engine):
        row = engine.run("document_facts", {"search": "S001A-008"}).row(0, named=True)
        assert (row["subject_name"], row["kind_name"]) == ("签约服务", "目标")
        assert row["computed_as"] == "家庭医生签约率"


def test_systems_are_the_mechanisms_that_no_computed_indicator_lists(engine):
    catalogue = engine.catalogue()
    listed = {f for i in catalogue.indicators.values() if i.computed for f in i.facts}
    wanted = {
        row["fact_id"]
        for row in lines("document_facts.csv")
        if row["kind"] == "mechanism" and row["fact_id"] not in listed
    }
    assert set(engine.run("document_systems")["fact_id"]) == wanted
    facts = engine.run("document_facts", {"kind": "mechanism"}).drop_nulls("computed_as")
    assert set(facts["fact_id"]) & wanted == set()


class TestDocumentTargets:
    @pytest.fixture
    def targets(self, tmp_path):
        def make(*listed, rows=None):
            reported = [value(CITY, "2020-W51", 90), value(EAST, "2020-W51", 99)]
            store = tiny.store(tmp_path, rows or reported, targets=listed)
            table = Engine(store).run("document_targets", {"area": CITY, "period": "2020-W51"})
            return table.filter(table["document"] == "试验文件")  # the product brings its own

        return make

    def test_an_adopted_one_has_the_light_and_a_reference_one_never(self, targets):
        table = targets(
            tiny.target(95),
            tiny.target(80, status="参考", rank=2),
            tiny.target(99, scope="", status="参考", rank=3),
        )
        seen = sorted(table.select("target", "status", "light", "printed", "applies").rows())
        assert seen == [
            (80.0, "参考", None, 90.0, "所选区划"),
            (95.0, "采用", "预警", 90.0, "所选区划"),
            (99.0, "参考", None, 90.0, "没有写明地方"),
        ]

    def test_a_light_that_movement_lowered_says_why(self, targets):
        falling = [value(CITY, f"2020-W{week}", 140 - week) for week in range(48, 52)]
        table = targets(tiny.target(91), tiny.target(80, status="参考", rank=2), rows=falling)
        assert table.sort("target").select("light", "light_reason").rows() == [
            (None, None),
            ("滞后", "连续两期变差"),
        ]

    def test_a_value_of_another_population_is_not_set_beside(self, targets):
        visits = {"indicator": "county_visit_rate", "population": "all"}
        table = targets(
            tiny.target(85, indicator="county_visit_rate", population="target", status="参考"),
            tiny.target(85, rank=2, status="参考", **visits),
            rows=[value(CITY, "2020-11", 80, **visits)],
        )
        seen = dict(table.select("population", "printed").iter_rows())
        assert seen == {"all": 80.0, "target": None}

    def test_an_adopted_one_of_another_place_or_time_is_left_out(self, targets):
        table = targets(
            tiny.target(95, scope=EAST),
            tiny.target(96, valid_from="2021-01-01", valid_to="2021-12-31", rank=2),
            tiny.target(97, scope=EAST, status="参考", rank=3),
        )
        assert table.select("target", "status", "applies").rows() == [(97.0, "参考", "其他地方")]

    def test_without_a_value_the_target_still_stands_there(self, targets):
        rows = [value(CITY, "2020-W51", None), value(EAST, "2020-W51", 99)]
        row = targets(tiny.target(95), rows=rows).row(0, named=True)
        assert (row["printed"], row["target"], row["state"]) == (None, 95.0, "未报")

    def test_the_products_own_targets_of_the_papers_are_all_there(self, engine):
        table = engine.run("document_targets", {"area": CITY, "period": "2020-W51"})
        assert table.height == len(engine.catalogue().targets) > 38
        assert set(table["status"]) == {"参考"}
        assert table["light"].null_count() == table.height


class TestNationalSeries:
    def test_every_line_of_the_file_is_there(self, engine):
        table = engine.run("national_series")
        assert table.height == len(lines("national_rural_health_series.csv")) == 115
        assert set(table["mark"]) == {"准确数", "约数", "初步数"}

    def test_a_stretch_has_one_basis_and_no_missing_year(self, engine):
        table = engine.run("national_series")
        for part in table.partition_by("series", "stretch"):
            assert part["basis"].n_unique() == 1
            assert part["year"].diff().drop_nulls().to_list() == [1] * (part.height - 1)

    def test_preliminary_rounded_and_exact_figures_are_told_apart(self, engine):
        table = engine.run("national_series", {"series": "village_clinics"})
        marks = dict(table.select("year", "mark").iter_rows())
        assert (marks[2009], marks[2017], marks[2018], marks[2019], marks[2020]) == (
            "准确数", "初步数", "约数", "初步数", "准确数",
        )  # fmt: skip
        stretches = dict(table.select("year", "stretch").iter_rows())
        assert stretches[1995] == stretches[2001] != stretches[2003] == stretches[2009]
        assert len({stretches[year] for year in range(2017, 2023)}) == 6


class TestPovertyCounties:
    def test_the_list_has_832(self, engine):
        table = engine.run("poverty_counties")
        assert table.height == 832
        counts = engine.run("poverty_county_counts")
        assert counts["counties"].sum() == 832
        assert counts["province"][0] == "云南省"

    def test_filters(self, engine):
        found = engine.run("poverty_counties", {"search": "民权"})
        assert found.select("county_name", "exit_year").rows() == [("民权县", 2018)]
        some = engine.run("poverty_counties", {"province": "海南省", "exit_year": 2019})
        assert set(some.select("province", "exit_year").iter_rows()) == {("海南省", 2019)}

    def test_published_and_listed_differ_where_they_do(self, engine):
        table = engine.run("poverty_county_exits")
        apart = {r["exit_year"]: r["difference"] for r in table.to_dicts() if r["difference"]}
        assert apart == {2018: -1, 2019: 1}
        assert (table["published"].sum(), table["listed"].sum()) == (832, 832)

    def test_counties_of_the_store_are_named_only_when_they_are_on_the_list(self, tmp_path):
        """A code that once was another's is no proof; a county without values is not ours."""
        areas = tiny.AREAS + "\n".join(
            [
                "411421,民权县,county,991100,,,,",
                "411403,睢阳区,county,991100,,,,",
                "411422,睢县,county,991100,,,,",
                "630104,城西区,county,991100,,,,\n",
            ]
        )
        rows = [value(a, "2020-W51", 90) for a in (CITY, "411421", "411403", "630104")]
        store = tiny.store(tmp_path, rows, areas=areas)
        table = Engine(store).run("poverty_counties_here")
        assert table["area_code"].to_list() == ["411421"]


def test_missing_papers_are_not_called_a_damaged_snapshot(tmp_path, monkeypatch):
    monkeypatch.setattr(schema, "REFERENCE", tmp_path / "nowhere")
    store = tiny.store(tmp_path / "store", [value(CITY, "2020-W51", 90)])
    with pytest.raises(QueryError, match="data/reference 缺了文件"):
        Engine(store).run("document_facts")
