"""Blank forms: filled in with sound figures each goes in without a word; what they look like."""

import io
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.utils import get_column_letter

from data import catalogue as catalogues
from data.__main__ import main
from data.catalogue.model import Catalogue, Table
from data.errors import UsageError
from data.forms import template_parts, templates
from data.intake import publishing
from data.intake.check import checking
from data.periods import Period
from data.snapshots.store import Store
from tests.data.changing_areas import open_register, register
from tests.data.sample_reports import (
    AREAS,
    COUNTIES,
    PERIODS,
    TOWNSHIPS,
    VILLAGES,
    period_of,
    report,
)
from tests.data.small_world import CITY, EAST, PROVINCE, open_world

A, B, NEW = "990101001", "990101002", "990101003"
TABLES = tuple(catalogues.load().tables)
NOW = datetime(2020, 12, 22, 9, tzinfo=UTC)
HEADER_ROW = 4
# The sample's first counties, townships and villages: enough, and quick to fill in.
SIZE = 12
PLACES = [
    area
    for area in AREAS
    if area[0] in {PROVINCE, CITY, *COUNTIES[:SIZE], *TOWNSHIPS[:SIZE], *VILLAGES[:SIZE]}
]


class Form:
    """A form opened as a person opens it: cells by header, rows by what stands in them."""

    def __init__(
        self, data: bytes, catalogue: Catalogue, table: Table, period: Period | None = None
    ) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(data))
        self.page = self.book.worksheets[0]
        self.merged = {
            cell: str(found).split(":")[0]
            for found in self.page.merged_cells.ranges
            for row in found.rows
            for cell in [f"{r}.{c}" for r, c in row]
        }
        printed = template_parts.headers(catalogue, table, period or period_of(table.frequency, 1))
        by_header = {header.replace(":", ""): name for name, header in printed.items()}
        self.columns = {
            name: column
            for column in range(1, self.page.max_column + 1)
            if (name := by_header.get(self._label(column))) is not None
        }
        self.first = (
            next(row for row in range(HEADER_ROW, 12) if self.page.cell(row, 1).value == "甲") + 1
        )

    def _label(self, column: int) -> str:
        words = []
        for row in (HEADER_ROW, HEADER_ROW + 1):
            value = self.value(row, column)
            if value and value not in words and value not in ("甲",) and not value.isdigit():
                words.append(value)
        text = "".join(word.split("\n")[0].lstrip("*") for word in words if len(word) > 1)
        return text.replace(":", "")

    def value(self, row: int, column: int) -> Any:
        at = self.merged.get(f"{row}.{column}")
        cell = self.page[at] if at else self.page.cell(row, column)
        return None if cell.value is None else str(cell.value)

    def rows(self) -> list[int]:
        return [
            row
            for row in range(self.first, self.page.max_row + 1)
            if isinstance(self.page.cell(row, 1).value, int)
        ]

    def is_open(self, row: int, name: str) -> bool:
        return not self.page.cell(row, self.columns[name]).protection.locked

    def put(self, row: int, name: str, value: Any) -> None:
        cell: Any = self.page.cell(row, self.columns[name])
        assert not cell.protection.locked, f"{cell.coordinate} {name} is locked"
        cell.value = ("是" if value else "否") if isinstance(value, bool) else value

    def answer(self, label: str, value: Any) -> None:
        """Fill the open cell to the right of a label."""
        line: Any
        for line in self.page.iter_rows():
            for cell in line:
                if isinstance(cell.value, str) and cell.value.startswith(label):
                    after: Any = self.page.cell(cell.row, cell.column)
                    while self.merged.get(f"{after.row}.{after.column}") == cell.coordinate or (
                        after is cell
                    ):
                        after = self.page.cell(after.row, after.column + 1)
                    assert not after.protection.locked, label
                    after.value = value
                    return
        raise AssertionError(label)

    def sign(self) -> None:
        self.answer("填报日期", date(2020, 12, 21))
        self.answer("单位负责人", "王建国")
        self.answer("填报人", "李红")

    def save(self, path) -> None:
        self.book.save(path)


CHRONIC = {"高血压": "htn", "2型糖尿病": "dm2", "肺结核": "tb", "严重精神障碍": "smi"}


def sample(table: Table, step: int) -> list[dict]:
    """The rows of the sample report about the places of this test."""
    rows = report(table.id, step)
    if table.id == "T07":
        # T01 counts one poor village in every township; the clinics there must say so too.
        rows = [row | {"is_poor_village": True} for row in rows]
    if table.id == "T14":
        return rows[:SIZE]
    known = {area[0] for area in PLACES}
    return [row for row in rows if row["division_code"] in known]


def fill(form: Form, table: Table, step: int) -> None:
    """Write the sound figures of the sample report into the open cells."""
    figures = sample(table, step)
    own_key = [name for name in table.key if name != "area_code"]
    known = {key_of(table, row, own_key): row for row in figures}
    new = iter(figures)
    for number, row in enumerate(form.rows()):
        code = form.value(row, form.columns["division_code"])
        if code is None:
            values = next(new, None) if step == 0 else None
        else:
            texts = {name: form.value(row, form.columns[name]) for name in own_key}
            asked = {"division_code": code, **{k: raw(v) for k, v in texts.items()}}
            values = known.get(key_of(table, asked, own_key)) or like(
                report(table.id, step), asked, number
            )
        for name, value in (values or {}).items():
            if name in form.columns and value is not None and form.is_open(row, name):
                form.put(row, name, value)
    form.sign()


def key_of(table: Table, row: dict, own_key: list[str]) -> tuple:
    area = row["division_code"] if "area_code" in table.key else ""
    return area, *(row.get(name) for name in own_key)


def raw(text: str | None) -> str:
    """The value behind a choice: md03 for 「md03 胃癌」, htn for 高血压."""
    return CHRONIC.get(text or "", (text or "").split(" ")[0])


def like(figures: list[dict], asked: dict, number: int) -> dict:
    """Figures for an area that the sample leaves out: of the same kind, of the same size."""
    kind = asked.get("chronic_type")
    same = [
        row
        for row in figures
        if row.get("chronic_type") == kind
        and len(row["division_code"]) == len(asked["division_code"])
    ]
    return same[number // 4 % len(same) if kind else number % len(same)]


@pytest.fixture(scope="module", autouse=True)
def definitions_read_once():
    """The definition files are read once for every store, not for every form."""
    read = cache(catalogues.load)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogues, "load", read)
        yield


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A store to which every table came by its filled form, and what the second round said."""
    folder = tmp_path_factory.mktemp("forms")
    store, catalogue = open_world(folder, areas=PLACES)
    checks = []
    for step in (0, 1):
        files = folder / f"files{step}"
        files.mkdir()
        for name in TABLES:
            table = catalogue.tables[name]
            period = PERIODS[table.frequency][step]
            blank = templates.make(store, name, CITY, period, spare=80 if step == 0 else 3)
            form = Form(blank.data, catalogue, table)
            fill(form, table, step)
            form.save(files / f"{name}.xlsx")
        checked = checking.check(store, [files], now=NOW)
        checks.append(checked)
        if checked.is_clean:
            publishing.publish_checked(store, checked, who="甲")
    return store, catalogue, checks


class TestAFilledForm:
    @pytest.mark.parametrize("step", [0, 1])
    def test_every_table_goes_in_without_a_single_finding(self, world, step):
        findings = world[2][step].findings
        assert [finding.line() for finding in findings] == []

    def test_every_table_was_read_with_its_rows(self, world):
        for checked in world[2]:
            assert sorted(checked.rows) == list(TABLES)
            assert all(frame.height > 0 for frame in checked.rows.values())

    @pytest.mark.parametrize("name", TABLES)
    def test_what_was_typed_is_what_was_read(self, world, name):
        table = world[1].tables[name]
        rows = world[2][1].rows[name]
        wanted = pl.DataFrame(report(name, 1), infer_schema_length=None)
        for column in table.columns:
            if column.stored and column.required and column.type == "int":
                values = set(wanted[column.name].drop_nulls().to_list())
                read = set(rows[column.name].drop_nulls().to_list())
                assert read and read <= values, column.name


def blank(store: Store, table: str, unit: str = EAST, period: str = "") -> Form:
    catalogue = load(store)
    made = templates.make(store, table, unit, period or None, today=NOW.date())
    return Form(made.data, catalogue, catalogue.tables[table])


def load(store: Store) -> Catalogue:
    return catalogues.load(store.path)


@pytest.fixture
def small(tmp_path):
    obligations = ("T04,990100,township,2019-01-01,,1", "T01,990100,township,2019-01-01,,5")
    return open_world(tmp_path, obligations=obligations)


class TestWhatTheUnitNeedNotType:
    def test_a_county_form_lists_the_villages_of_its_townships_only(self, small):
        form = blank(small[0], "T04", EAST, "2020-W51")
        codes = [form.value(row, form.columns["division_code"]) for row in form.rows()]
        assert codes == ["990101001200", "990101001201", "990101002200", "990101002201"]

    def test_codes_are_locked_and_figures_are_open(self, small):
        form = blank(small[0], "T04", EAST, "2020-W51")
        row = form.rows()[0]
        assert form.page.protection.sheet
        assert not form.page.protection.password
        assert not form.is_open(row, "division_code")
        assert not form.is_open(row, "division_name")
        assert form.is_open(row, "signed_pop")

    def test_clinics_of_the_store_come_with_their_codes(self, world):
        form = Form(
            templates.make(world[0], "T07", EAST, "2020-11").data,
            world[1],
            world[1].tables["T07"],
        )
        codes = [form.value(row, form.columns["clinic_code"]) for row in form.rows()]
        assert codes[:3] == ["ws000", "ws001", "ws002"]
        assert not form.is_open(form.rows()[0], "clinic_code")
        assert form.is_open(form.rows()[-1], "clinic_code")

    def test_a_township_line_is_closed_where_only_the_county_files(self, small):
        form = blank(small[0], "T12", EAST, "2020-11")
        township, county = form.rows()[0], form.rows()[-1]
        assert not form.is_open(township, "hiv_cases")
        assert form.is_open(township, "dose_due")
        assert form.is_open(county, "hiv_cases")
        assert not form.is_open(county, "dose_due")


class TestPeriods:
    def test_the_next_period_is_the_one_after_the_newest_in_the_store(self, world):
        assert templates.make(world[0], "T04", CITY).period == "2020-W52"
        assert templates.make(world[0], "T10", CITY).period == "2020-Q4"

    def test_an_empty_store_gives_the_period_that_ended_last(self, small):
        made = templates.make(small[0], "T01", EAST, today=NOW.date())
        assert made.period == "2020-11"
        assert made.name == "东县帮扶对象基础情况月报表2020-11.xlsx"

    @pytest.mark.parametrize(
        ("period", "header"),
        [
            ("2020-W51", "*建档立卡贫困人口数\n(人)"),
            ("2023-W10", "*帮扶对象数\n(人)"),
            ("2026-W10", "*防止返贫致贫对象数\n(人)"),
        ],
    )
    def test_headers_speak_the_words_of_their_time(self, small, period, header):
        made = templates.make(small[0], "T04", EAST, period)
        page = openpyxl.load_workbook(io.BytesIO(made.data)).worksheets[0]
        texts = {str(cell.value) for row in page.iter_rows(max_row=6) for cell in row}
        assert header in texts

    @pytest.mark.parametrize(
        ("table", "unit", "period", "told"),
        [
            ("T99", EAST, "2020-11", "没有报表"),
            ("T01", "123456", "2020-11", "区划登记里没有"),
            ("T01", EAST, "2020-W51", "报告期是月"),
            ("T01", EAST, "2020-13", "不存在"),
        ],
    )
    def test_what_does_not_exist_is_refused_in_one_line(self, small, table, unit, period, told):
        with pytest.raises(UsageError, match=told):
            templates.make(small[0], table, unit, period)


class TestUnitsThatComeAndGo:
    """甲镇 went into 乙镇 after week 50; 新镇 is there from week 52 on."""

    @pytest.fixture
    def changing(self, tmp_path):
        fates = {A: ("", "2020-12-13", B), NEW: ("2020-12-21", "", "")}
        return open_register(tmp_path, register(fates, (NEW, "新镇", "township", EAST, "")))[0]

    @pytest.mark.parametrize(
        ("period", "codes"),
        [("2020-W50", [A, B]), ("2020-W51", [B]), ("2020-W52", [B, NEW])],
    )
    def test_the_county_form_has_the_townships_of_its_period(self, changing, period, codes):
        form = blank(changing, "T15", EAST, period)
        assert [form.value(row, form.columns["division_code"]) for row in form.rows()] == codes

    def test_the_receivers_form_has_the_villages_that_came_to_it(self, changing):
        form = blank(changing, "T04", B, "2020-W51")
        codes = [form.value(row, form.columns["division_code"]) for row in form.rows()]
        assert codes == [A + "200", A + "201", B + "200", B + "201"]

    @pytest.mark.parametrize(
        ("unit", "told"),
        [(A, r"2020-12-13 停用.*请改用 .*乙镇（990101002）"), (NEW, "自 2020-12-21 起才启用")],
    )
    def test_there_is_no_form_for_a_unit_that_is_not_there(self, changing, unit, told):
        with pytest.raises(UsageError, match=told):
            templates.make(changing, "T15", unit, "2020-W51")


class TestTheLook:
    @pytest.mark.parametrize(
        ("table", "period", "paper", "left"),
        [("T06", "2020-11", 9, "D"), ("T04", "2020-W51", 8, "E")],
    )
    def test_it_prints_on_one_width_of_a4_landscape_or_of_a3_where_letters_would_be_tiny(
        self, small, table, period, paper, left
    ):
        form = blank(small[0], table, EAST, period)
        setup = form.page.page_setup
        assert (setup.orientation, setup.paperSize) == ("landscape", paper)
        # Width 1 is what stands there when nothing is written.
        assert setup.fitToWidth in (None, 1)
        assert form.page.sheet_properties.pageSetUpPr.fitToPage
        assert form.page.print_title_rows == f"${HEADER_ROW}:${form.first - 1}"
        assert form.page.freeze_panes == f"{left}{form.first}"

    def test_lists_and_number_rules_hold_in_the_open_cells(self, small):
        form = blank(small[0], "T07", EAST, "2020-11")
        rules = {
            str(rule.sqref).split(":")[0]: rule
            for rule in form.page.data_validations.dataValidation
        }
        at = {
            name: form.page.cell(form.first, column).coordinate
            for name, column in form.columns.items()
        }
        assert rules[at["service_mode"]].formula1 == '"自有,派驻,巡诊,邻村延伸"'
        assert rules[at["has_consult"]].formula1 == '"是,否"'
        assert rules[at["qualified_doctors"]].type == "whole"
        assert rules[at["licence_until"]].type == "date"

    def test_every_header_tells_its_rule_in_words(self, small):
        form = blank(small[0], "T04", EAST, "2020-W51")
        texts = {
            cell.value: cell.comment.text
            for row in form.page.iter_rows(max_row=6)
            for cell in row
            if cell.comment
        }
        told = texts["*已签约人数"]
        assert "已签约人数≤建档立卡贫困人口数（不符不能入库）" in told
        assert "必填，整数，单位：人" in told

    def test_the_total_is_a_formula_over_the_lines(self, small):
        form = blank(small[0], "T01", EAST, "2020-11")
        total = form.rows()[-1] + 1
        column = form.columns["poor_pop"]
        letter = get_column_letter(column)
        span = f"{letter}{form.first}:{letter}{total - 1}"
        assert form.page.cell(total, column).value == f'=IF(COUNT({span})=0,"",SUM({span}))'

    def test_nothing_that_is_printed_begins_like_a_formula(self, small):
        form = blank(small[0], "T20", EAST, "2020-11")
        for row in form.page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    assert cell.value.startswith("=IF(COUNT(")


class TestTheCommand:
    def run(self, store, *words):
        return main(["--store", str(store.path), "template", *map(str, words)])

    def test_one_table_is_written_and_its_file_named(self, small, tmp_path, capsys):
        folder = tmp_path / "空表"
        assert self.run(small[0], "T04", "--area", EAST, "-o", folder, "--period", "2020-W51") == 0
        told = capsys.readouterr().out.splitlines()
        assert told == [str(folder / "东县家庭医生签约服务周报表2020-W51.xlsx")]
        assert (folder / "东县家庭医生签约服务周报表2020-W51.xlsx").stat().st_size > 5000

    def test_without_a_table_every_table_the_unit_files_is_written(self, small, tmp_path, capsys):
        assert self.run(small[0], "--area", "990101001", "-o", tmp_path / "空表") == 0
        names = [line.rsplit("/", 1)[-1] for line in capsys.readouterr().out.splitlines()]
        assert len(names) == 2
        assert names[0].startswith("东县甲镇帮扶对象基础情况月报表")
        assert names[1].startswith("东县甲镇家庭医生签约服务周报表")

    def test_a_period_without_a_table_takes_the_tables_of_its_kind(self, small, tmp_path, capsys):
        words = ("--area", EAST, "-o", tmp_path / "空表", "--period")
        assert self.run(small[0], *words, "2020-W51") == 0
        assert "2020-W51" in capsys.readouterr().out
        assert self.run(small[0], *words, "2020") == 1

    @pytest.mark.parametrize("words", [("T99", "--area", EAST), ("T04", "--area", "1"), ("T04",)])
    def test_wrong_words_end_with_two(self, small, tmp_path, words, capsys):
        try:
            code = self.run(small[0], *words, "-o", tmp_path)
        except SystemExit as left:
            code = left.code
        assert code == 2
        assert capsys.readouterr().err.count("\n") == 1
