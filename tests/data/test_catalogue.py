"""The definitions: what ships, what a store may lay over it, and every mistake with its place."""

import shutil
from datetime import date

import polars as pl
import pytest
import sqlglot
import yaml
from sqlglot import exp

from data import catalogue as catalogues
from data.catalogue.expressions import Expression
from data.catalogue.model import for_year
from data.errors import CatalogueError


@pytest.fixture(scope="module")
def shipped():
    return catalogues.load()


class TestWhatShips:
    def test_all_report_tables_indicators_and_counties_are_there(self, shipped):
        assert len(shipped.tables) >= 21
        assert len(shipped.indicators) >= 68
        assert sum(item.computed for item in shipped.indicators.values()) >= 67
        assert sum(len(item.populations) for item in shipped.indicators.values()) >= 86
        counties = shipped.areas.filter(pl.col("level") == "county")
        assert counties.height > 2800
        assert shipped.area_name("411403") == "商丘市睢阳区"

    def test_an_indicator_says_only_what_the_defaults_do_not(self):
        text = (catalogues.PRODUCT / "indicators.yaml").read_text("utf-8")
        said = yaml.safe_load(text)
        repeated = {
            (name, key)
            for name, entry in said["indicators"].items()
            for key, value in entry.items()
            if key in said["defaults"] and said["defaults"][key] == value
        }
        assert repeated == set()

    def test_no_county_has_an_adopted_target_out_of_the_box(self, shipped):
        assert {target.status for target in shipped.targets} == {"参考"}
        assert not shipped.obligations.height

    def test_headline_indicators_have_a_number_each(self, shipped):
        order = [item.headline for item in shipped.indicators.values() if item.headline]
        assert sorted(order) == list(range(1, len(order) + 1))

    def test_year_to_date_indicators_are_marked_by_their_columns(self, shipped):
        cumulative = {
            name: shipped.indicators[name].populations[population].cumulative
            for name, population in (
                ("signing_rate", "target"),
                ("signing_fulfilment_rate", "target"),
                ("maternal_mgmt_rate", "all"),
                ("fund_spent_rate", "all"),
            )
        }
        assert cumulative == {
            "signing_rate": "",
            "signing_fulfilment_rate": "ytd",
            "maternal_mgmt_rate": "ytd_mch",
            "fund_spent_rate": "itd",
        }

    @pytest.mark.parametrize(
        ("indicator", "unit"),
        [
            ("signing_rate", "人"),
            ("major_disease_treat_rate", "人"),
            ("county_visit_rate", "人次"),
            ("village_clinic_standard_rate", "个"),
            ("rectification_rate", "件"),
            ("premarital_check_rate", ""),
        ],
    )
    def test_what_a_figure_is_counted_over_has_a_unit_where_its_columns_agree(
        self, shipped, indicator, unit
    ):
        population = next(iter(shipped.indicators[indicator].populations.values()))
        assert shipped.counted_in(population.denominator) == unit

    def test_shares_of_where_and_who_pays_name_their_two_parts(self, shipped):
        shares = {
            key: (item.parts.inside, item.parts.outside)
            for key, item in shipped.indicators.items()
            if item.parts
        }
        assert shares == {
            "inpatient_actual_reimb_rate": ("保障支付", "个人负担"),
            "selfpay_drug_share": ("自费药", "其余药品"),
            "county_visit_rate": ("县域内", "县域外"),
            "county_inpatient_share": ("县域内住院", "县域外住院"),
            "primary_visit_share": ("乡村两级", "县级"),
            "major_disease_oop_share": ("个人自付", "各类保障支付"),
        }

    def test_each_part_of_a_rate_is_marked_by_its_own_columns(self, shipped):
        parts = shipped.indicators["htn_std_mgmt_rate"].populations["all"]
        assert (parts.cumulative, parts.denominator_cumulative) == ("ytd", "")

    def test_a_snapshot_gets_back_exactly_what_it_kept(self, shipped):
        again = catalogues.from_json(shipped.text, shipped.areas.lazy())
        assert again.sha == shipped.sha
        assert list(again.indicators) == list(shipped.indicators)

    def test_words_follow_the_period(self):
        eras = {"..2020": "贫困人口", "2021..2025": "脱贫人口", "2026..": "防止返贫致贫对象"}
        words = [for_year(eras, year) for year in (2019, 2020, 2021, 2025, 2026)]
        assert words == ["贫困人口", "贫困人口", "脱贫人口", "脱贫人口", "防止返贫致贫对象"]


def overlay(folder, files):
    for name, text in files.items():
        path = folder / "catalogue" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


DEFAULTS = """defaults:
  unit: ‰
  multiplier: 1000
  decimals: 1
  direction: higher_better
  frequency: weekly
  grain: township
  population: target
"""
SHORT = """indicators:
  signing_rate:
    name: 签约
  added:
    name: 甲
    definition: 乙
    domain: signing
    numerator: {from: T04, sum: elder_signed}
    denominator: {from: T04, sum: elder_due}
"""


class TestOverlay:
    def test_a_store_changes_one_value_and_keeps_the_rest(self, tmp_path, shipped):
        own = overlay(
            tmp_path,
            {
                "indicators.yaml": "indicators:\n  signing_rate:\n    amber: {points: 3}\n",
                "tables/T04.yaml": "columns:\n  - name: teams\n    aliases: [我县的团队数]\n",
                "settings.yaml": "default_area: '411403'\n",
            },
        )
        loaded = catalogues.load(own)
        assert loaded.indicators["signing_rate"].amber == 3
        assert loaded.indicators["signing_rate"].name == shipped.indicators["signing_rate"].name
        assert loaded.tables["T04"].column("teams").aliases == ("我县的团队数",)
        assert len(loaded.tables["T04"].columns) == 28
        assert loaded.settings["mask_below"] == shipped.settings["mask_below"]
        assert loaded.sha != shipped.sha

    def test_the_defaults_of_an_own_file_are_for_its_own_indicators(self, tmp_path, shipped):
        own = overlay(tmp_path, {"indicators.yaml": DEFAULTS + SHORT})
        loaded = catalogues.load(own)
        added, changed = (loaded.indicators[name] for name in ("added", "signing_rate"))
        assert (added.unit, added.multiplier, added.decimals) == ("‰", 1000, 1)
        assert list(added.populations) == ["target"]
        assert added.populations["target"].denominator.sum.text == "elder_due"
        before = shipped.indicators["signing_rate"]
        assert (changed.unit, changed.decimals) == (before.unit, before.decimals)
        assert (changed.name, changed.populations) == ("签约", before.populations)

    def test_files_edited_meanwhile_are_read_anew_and_others_are_not(self, tmp_path):
        overlay(tmp_path, {"settings.yaml": "mask_below: 5\n"})
        first = catalogues.load(tmp_path)
        assert catalogues.load(tmp_path) is first
        overlay(tmp_path, {"settings.yaml": "mask_below: 7\n"})
        assert catalogues.load(tmp_path).settings["mask_below"] == 7
        assert catalogues.stamp(tmp_path) == catalogues.load(tmp_path).sha != first.sha

    def test_an_own_target_joins_the_shipped_ones(self, tmp_path, shipped):
        loaded = catalogues.load(overlay(tmp_path, {"targets.csv": target()}))
        adopted = [item for item in loaded.targets if item.status == "采用"]
        assert len(loaded.targets) == len(shipped.targets) + 1
        assert (adopted[0].value, adopted[0].valid_from) == (95, date(2026, 1, 1))

    def test_obligations_name_every_unit_of_their_level_but_no_statistical_zone(self, tmp_path):
        demo = tmp_path / "demo"
        shutil.copytree(catalogues.PRODUCT.parent / "demo" / "catalogue", demo / "catalogue")
        loaded = catalogues.load(demo)
        units = loaded.obligations.filter(pl.col("table_id") == "T09")["unit_code"].to_list()
        assert "411403" in units
        assert "411472" in units, "the demo names this zone itself"
        assert "411471" not in units


HEADER = ",".join(catalogues.TARGET_COLUMNS)


def target(**changes):
    row = dict.fromkeys(catalogues.TARGET_COLUMNS, "") | {
        "indicator_id": "signing_rate",
        "population": "target",
        "scope_code": "411403",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "comparator": ">=",
        "value": "95",
        "unit": "%",
        "status": "采用",
        "document": "区卫健委 2026 年工作要点",
        "document_rank": "3",
        "checked": "已核对",
        **changes,
    }
    return f"{HEADER}\n{','.join(row.values())}\n"


INDICATOR = """indicators:
  new_rate:
    name: 新指标
    definition: 甲除以乙
    domain: signing
    unit: "%"
    multiplier: 100
    direction: higher_better
    frequency: weekly
    grain: village
    populations:
      target:
        numerator: {from: T04, sum: signed_pop}
        denominator: {from: T04, sum: sign_target_pop}
"""
OBLIGATIONS = "table_id,scope_code,unit_level,valid_from,valid_to,due_days\n"
AREAS = "area_code,name,level,parent_code,kind,valid_from,valid_to,successors\n"
CHECKS = "tables/T04.yaml"

GONE = "411403001,甲镇,township,411403,,,2020-12-20,"
MISTAKES = {
    "an unknown key": (
        {"indicators.yaml": INDICATOR + "    colour: red\n"},
        "第 15 行",
        "不认识的键「colour」",
    ),
    "a default that is none": (
        {"indicators.yaml": DEFAULTS.replace("unit: ‰", "name: 甲") + SHORT},
        "第 2 行",
        "不认识的键「name」",
    ),
    "a formula beside populations": (
        {"indicators.yaml": DEFAULTS + SHORT + "    populations: {all: {}}\n"},
        "第 16 行",
        "应写在各人群下面",
    ),
    "a formula of nobody": (
        {"indicators.yaml": DEFAULTS.replace("  population: target\n", "") + SHORT},
        "第 15 行",
        "是哪个人群的",
    ),
    "a misspelt key of a table": (
        {CHECKS: "frequenzy: weekly\n"},
        "第 1 行",
        "不认识的键「frequenzy」",
    ),
    "an unknown setting": ({"settings.yaml": "mask_bellow: 5\n"}, "第 1 行", "mask_bellow"),
    "a key written twice": (
        {"settings.yaml": "mask_below: 10\nmask_below: 5\n"},
        "第 2 行",
        "写了两次",
    ),
    "a formula naming a missing column": (
        {"indicators.yaml": INDICATOR.replace("sum: signed_pop", "sum: signed_people")},
        "第 13 行",
        "signed_people",
    ),
    "a formula that does not parse": (
        {"indicators.yaml": INDICATOR.replace("sum: signed_pop", "sum: signed_pop +")},
        "第 13 行",
        "读不懂",
    ),
    "a formula with a function that is not allowed": (
        {"indicators.yaml": INDICATOR.replace("sum: signed_pop", "sum: random()")},
        "第 13 行",
        "不允许",
    ),
    "today's date in a formula": (
        {"indicators.yaml": INDICATOR.replace("sum: signed_pop", "sum: today()")},
        "第 13 行",
        "不允许",
    ),
    "a table that does not exist": (
        {
            "indicators.yaml": INDICATOR.replace(
                "from: T04, sum: signed_pop", "from: T99, sum: signed_pop"
            )
        },
        "第 13 行",
        "T99",
    ),
    "a denominator left out": (
        {"indicators.yaml": INDICATOR[: INDICATOR.index("        denominator")]},
        "第 13 行",
        "denominator",
    ),
    "an indicator more frequent than its table": (
        {
            "indicators.yaml": INDICATOR.replace(
                "T04, sum: signed_pop", "T09, sum: op_primary"
            ).replace("T04, sum: sign_target_pop", "T09, sum: op_in_county")
        },
        "第 9 行",
        "monthly",
    ),
    "a direction that does not exist": (
        {"indicators.yaml": INDICATOR.replace("higher_better", "up")},
        "第 8 行",
        "higher_better",
    ),
    "a check naming a missing column": (
        {
            CHECKS: "columns:\n  - name: teams\n    checks:\n"
            "      - {must: 'team >= 0', severity: 错误}\n"
        },
        "第 4 行",
        "team",
    ),
    "a severity that does not exist": (
        {
            CHECKS: "columns:\n  - name: teams\n    checks:\n"
            "      - {must: 'teams >= 0', severity: 警告}\n"
        },
        "第 4 行",
        "错误",
    ),
    "two columns with the same header": (
        {CHECKS: "columns:\n  - name: teams\n    aliases: [已签约人数]\n"},
        "行",
        "都叫",
    ),
    "an era written wrongly": (
        {CHECKS: "columns:\n  - name: teams\n    header_by_era: {'2020前': 团队}\n"},
        "第 3 行",
        "年代",
    ),
    "a duplicate id": (
        {"targets.csv": target() + target().splitlines()[1] + "\n"},
        "第 3 行",
        "重复",
    ),
    "two targets that tie": (
        {"targets.csv": target() + target(fact_id="X-2", value="90").splitlines()[1] + "\n"},
        "第 3 行",
        "分不出先后",
    ),
    "an impossible date": ({"targets.csv": target(valid_to="2026-02-30")}, "第 2 行", "2026-02-30"),
    "an end before the start": (
        {"targets.csv": target(valid_to="2025-12-31")},
        "第 2 行",
        "早于生效日",
    ),
    "a target for an unknown indicator": (
        {"targets.csv": target(indicator_id="signing")},
        "第 2 行",
        "signing",
    ),
    "a target for an unknown population": (
        {"targets.csv": target(population="everyone")},
        "第 2 行",
        "everyone",
    ),
    "a target in another unit": ({"targets.csv": target(unit="人")}, "第 2 行", "单位"),
    "a target for an unknown area": (
        {"targets.csv": target(scope_code="999999")},
        "第 2 行",
        "999999",
    ),
    "a target value that is no number": (
        {"targets.csv": target(value="九十五")},
        "第 2 行",
        "不是数",
    ),
    "an adopted target without scope": (
        {"targets.csv": target(scope_code="")},
        "第 2 行",
        "采用目标必须写明",
    ),
    "a wrong header": ({"targets.csv": "indicator,value\n"}, "第 1 行", "表头应为"),
    "a row with too few cells": (
        {"targets.csv": HEADER + "\nsigning_rate,target\n"},
        "第 2 行",
        "列",
    ),
    "an obligation for an unknown table": (
        {"obligations.csv": OBLIGATIONS + "T99,411403,county,2026-01-01,,5\n"},
        "第 2 行",
        "T99",
    ),
    "an obligation from nowhen on": (
        {"obligations.csv": OBLIGATIONS + "T04,411403,county,,,1\n"},
        "第 2 行",
        "valid_from",
    ),
    "an obligation that ends before it begins": (
        {"obligations.csv": OBLIGATIONS + "T04,411403,county,2026-01-01,2025-01-01,1\n"},
        "第 2 行",
        "早于生效日",
    ),
    "an obligation that reaches no unit": (
        {"obligations.csv": OBLIGATIONS + "T04,411403,township,2026-01-01,,1\n"},
        "第 2 行",
        "没有 township",
    ),
    "an area written twice": (
        {"areas.csv": AREAS + "411403001,甲镇,township,411403,,,,\n" * 2},
        "第 3 行",
        "重复：第 2 行已是「甲镇」",
    ),
    "a code given to two areas over time": (
        {
            "areas.csv": AREAS
            + "411403001,甲镇,township,411403,,,2019-12-31,\n"
            + "411403001,乙镇,township,411403,,2020-01-01,,\n"
        },
        "第 3 行",
        "第 2 行已是「甲镇」，这一行是「乙镇」。一个代码只能登记一个区划",
    ),
    "two areas in each other": (
        {
            "areas.csv": AREAS
            + "411403001,甲镇,township,411403002,,,,\n"
            + "411403002,乙镇,township,411403001,,,,\n"
        },
        "第 2 行",
        "层级不高于本级",
    ),
    "an area without its parent": (
        {"areas.csv": AREAS + "999999001,甲镇,township,999999,,,,\n"},
        "第 2 行",
        "999999",
    ),
    "a code of the wrong length": (
        {"areas.csv": AREAS + "41140301,甲镇,township,411403,,,,\n"},
        "第 2 行",
        "位数",
    ),
    "an area's impossible date": (
        {"areas.csv": AREAS + "411403001,甲镇,township,411403,,2020-13-01,,\n"},
        "第 2 行",
        "2020-13-01",
    ),
    **{
        f"an area followed by {mistake}": (
            {"areas.csv": AREAS + first + "411403002,乙镇,township,411403,,," + second + "\n"},
            "第 2 行",
            word,
        )
        for mistake, first, second, word in (
            ("one that nobody knows", GONE + "411403009\n", ",", "411403009"),
            ("itself", GONE + "411403001\n", ",", "它自己"),
            ("one of another level", GONE + "411421\n", ",", "层级"),
            (
                "others although it goes on",
                GONE.replace("2020-12-20", "") + "411403002\n",
                ",",
                "valid_to",
            ),
            ("one that went before it", GONE + "411403002\n", "2020-12-20,", "那时已停用"),
            (
                "one that begins a year later",
                GONE + "411403003\n411403003,丙镇,township,411403,,2022-01-01,,\n",
                ",",
                "才启用",
            ),
            ("one that it followed", GONE + "411403002\n", "2020-12-10,411403001", "那时已停用"),
        )
    },
    "an alias of an unknown area": (
        {"aliases.csv": "area_code,alias\n999999,某县\n"},
        "第 2 行",
        "999999",
    ),
    "an event on an impossible date": (
        {"events.csv": "date,scope_code,indicator_id,title,source\n2020-02-30,,,某事,某处\n"},
        "第 2 行",
        "2020-02-30",
    ),
    "a rule over tables with an unknown column": (
        {"cross_checks.yaml": "- {id: x, kind: exists, table: T03, column: orgcode, title: t}\n"},
        "第 1 行",
        "orgcode",
    ),
    "a file that is no YAML": ({"settings.yaml": "mask_below: [10\n"}, "第", "YAML"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_stops_the_load_with_file_line_and_what_to_do(tmp_path, mistake):
    files, line, word = MISTAKES[mistake]
    with pytest.raises(CatalogueError) as caught:
        catalogues.load(overlay(tmp_path, files))
    message = str(caught.value)
    name = next(iter(files))
    assert name in message, message
    assert line in message and word in message, message
    assert "\n" not in message


def test_a_file_in_another_encoding_is_named(tmp_path):
    folder = overlay(tmp_path, {"aliases.csv": ""})
    (folder / "catalogue" / "aliases.csv").write_bytes("area_code,alias\n411403,睢阳".encode("gbk"))
    with pytest.raises(CatalogueError, match=r"aliases\.csv 不是 UTF-8"):
        catalogues.load(folder)


def test_the_names_of_an_expression_are_seen_without_reading_it():
    known = ["signed", "due", "sum", "status"]
    text = "case when status = 'due' then signed else 0 end + coalesce(signed, 0)"
    assert Expression(text).names(known) == {"signed", "status"}


def test_every_expression_of_the_product_names_the_columns_that_its_tree_reads():
    definitions = catalogues.load()
    checks = [
        check.must
        for table in definitions.tables.values()
        for column in table.columns
        for check in column.checks
    ]
    measures = [
        measure.sum
        for indicator in definitions.indicators.values()
        for population in indicator.populations.values()
        for measure in (population.numerator, population.denominator)
        if measure
    ]
    for read in (*checks, *measures):
        tree = sqlglot.parse_one(read.text, read="duckdb")
        assert set(read.columns) == {node.name for node in tree.find_all(exp.Column)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("done - begun <= 30", [True, False, None]),
        ("done >= begun and regexp_matches(note, '^a - b$')", [True, True, None]),
        ("coalesce(length(trim(note)), 0) between 1 and 5", [True, True, False]),
        ("note in ('a - b') or not (begun is null)", [True, True, None]),
    ],
)
def test_a_check_runs_over_a_frame_as_it_would_in_sql(text, expected):
    frame = pl.DataFrame(
        {
            "begun": [date(2020, 1, 1), date(2020, 1, 1), None],
            "done": [date(2020, 1, 31), date(2020, 3, 1), date(2020, 1, 1)],
            "note": ["a - b", "a - b", None],
        }
    )
    dates = frozenset({"begun", "done"})
    assert frame.select(Expression(text).polars(dates)).to_series().to_list() == expected


def test_a_comment_in_an_expression_does_not_reach_the_sql():
    assert Expression("signed -- 暂").sql() == "signed"
    assert Expression("signed /* 暂 */ + due").sql() == "signed + due"
    assert Expression("status = '有'").sql() == "status = '有'"


@pytest.mark.parametrize(("text", "constant"), [("1", True), ("TRUE", True), ("signed", False)])
def test_an_expression_that_reads_no_column_is_constant(text, constant):
    assert Expression(text).is_constant is constant
