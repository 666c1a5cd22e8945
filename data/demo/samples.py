"""Workbooks for practising the import: one in order, the others with the mistakes offices make.

They continue the demo (商丘市, the periods after its last ones), so they can be checked against it.
Names in them are 演示; the ID number is computed here and belongs to nobody alive.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from data.catalogue.model import Catalogue, Table
from data.demo.simulate import simulate
from data.forms.write import TableHeader, Written, write_table
from data.periods import Period

CITY = "411400"
SIGNED_ON = "2020年12月28日"
FOOTER = (
    "单位负责人：演示甲    填报人：演示乙    联系电话：0370-0000000",
    "注：演示样表，数字和姓名都是编的。",
)
LIST_NAME = "样表说明.txt"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


@dataclass
class SampleSheet:
    """The rows of one table about to be written, and what was done to them.

    rows: column name -> value, one mapping per row. spoiled: (row, column, what was done).
    """

    table: Table
    period: str
    unit: str
    rows: list[dict[str, Any]]
    spoiled: list[tuple[int, str, str]] = field(default_factory=list)
    total: dict[str, Any] = field(default_factory=dict)

    def put(self, row: int, column: str, value: Any, words: str) -> None:
        """Replace one value and remember why."""
        self.rows[row][column] = value
        self.spoiled.append((row, column, words))


def samples(folder: Path, catalogue: Catalogue) -> list[Path]:
    """Write the sample workbooks and a list of what is wrong with each; the files written.

    folder is made if missing; files of the same names are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    world = _Source(catalogue, simulate(catalogue.areas, [CITY]))
    written, lines = [], ["演示样表：每个文件里故意放的问题", ""]
    for name, make in SAMPLES.items():
        sheet = make(world)
        path = folder / name
        placed = _write_csv(path, sheet) if path.suffix == ".csv" else _write(path, world, sheet)
        written.append(path)
        lines.append(f"【{name}】")
        lines += [f"  {placed(row, column)}  {words}" for row, column, words in sheet.spoiled] or [
            "  没有问题，可以直接导入"
        ]
        lines.append("")
    notes = folder / LIST_NAME
    notes.write_text("\n".join(lines), encoding="utf-8-sig")
    return [*written, notes]


@dataclass(frozen=True)
class _Source:
    catalogue: Catalogue
    frames: dict[str, pl.DataFrame]

    def next_sheet(self, table_id: str, county: str, period: str) -> SampleSheet:
        """A county's newest rows, dated one period later; cumulative figures do not fall."""
        table = self.catalogue.tables[table_id]
        before = Period.parse(period).previous().text
        rows = self.frames[table_id].filter(
            pl.col("area_code").str.starts_with(county) & (pl.col("period") == before)
        )
        names = dict(self.catalogue.areas.select("area_code", "name").iter_rows())
        out = [
            {**row, "division_name": names[row["division_code"]]}
            for row in rows.iter_rows(named=True)
        ]
        return SampleSheet(table, period, names[county] + "卫生健康委员会", out)


# ---- the samples ----------------------------------------------------------------------------


def _in_order(world: _Source) -> SampleSheet:
    sheet = world.next_sheet("T04", "411403", "2020-W52")
    for row in sheet.rows:
        row["followups_week"] += 1 if row["teams"] else 0
    return sheet


def _signing(world: _Source) -> SampleSheet:
    sheet = world.next_sheet("T04", "411421", "2020-W52")
    people = sheet.rows[2]["sign_target_pop"]
    sheet.put(2, "signed_pop", people + 3, "已签约人数大于帮扶对象数")
    sheet.put(5, "teams", "二个", "数字写成文字，读不出来")
    sheet.put(8, "refused_pop", -1, "负数")
    sheet.put(11, "sign_target_pop", None, "必填的格空着")
    sheet.put(14, "division_name", "龙唐镇某村", "名称与代码不一致")
    sheet.put(17, "division_code", "411421999201", "区划登记里没有的代码")
    sheet.put(20, "service_done", 0, "本年累计比上周少")
    sheet.rows.append(dict(sheet.rows[24]))
    sheet.spoiled.append((len(sheet.rows) - 1, "division_code", "同一个村填了两行"))
    sheet.total = {"away_pop": sum(row["away_pop"] for row in sheet.rows) + 10}
    sheet.spoiled.append((len(sheet.rows), "away_pop", "合计与各行之和不等"))
    return sheet


def _readable(world: _Source) -> SampleSheet:
    sheet = world.next_sheet("T15", "411426", "2020-W52")
    for index, row in enumerate(sheet.rows):
        waiting = row["alerts_open_prev"] + row["alerts_new"] - row["alerts_checked"]
        row["alerts_open_prev"] = waiting
        row["alerts_checked"] = min(row["alerts_checked"], waiting + row["alerts_new"])
        left = waiting + row["alerts_new"] - row["alerts_checked"]
        row["alerts_overdue"] = min(row["alerts_overdue"], left)
        if index == 1:
            row["monitored_households"] = _full_width(row["monitored_households"])
        if index == 2:
            row["monitored_households"] = f" {row['monitored_households']:,} "
    return sheet


def _visits(world: _Source) -> SampleSheet:
    sheet = world.next_sheet("T09", "411424", "2020-12")
    row = sheet.rows[0]
    sheet.put(0, "op_in_county", row["op_in_county"] - 5_000, "本年累计比上月少")
    sheet.put(0, "op_primary", row["op_in_county"] + 1_000, "基层人次大于县域内人次")
    sheet.put(0, "referral_out", "99.1%", "人次写成了百分数")
    return sheet


def _clinics(world: _Source) -> SampleSheet:
    sheet = world.next_sheet("T07", "411425", "2020-12")
    newest = (
        world.frames["T07"]
        .filter(pl.col("area_code").str.starts_with("411425") & (pl.col("service_mode") == "自有"))
        .filter(pl.col("build_state") == "已投用")
        .sort("clinic_code", "period_end")
        .group_by("clinic_code", maintain_order=True)
        .last()
        .head(40)
    )
    names = dict(world.catalogue.areas.select("area_code", "name").iter_rows())
    sheet.rows = [
        {**row, "division_name": names[row["division_code"]]} for row in newest.to_dicts()
    ]
    for row in sheet.rows:
        row["checked_on"] = date(2020, 12, 15)
    sheet.put(1, "floor_area", "58平米多", "面积写成文字，读不出来")
    sheet.put(3, "is_standard", not sheet.rows[3]["is_standard"], "是否达标与规则不同，没有备注")
    sheet.put(5, "service_mode", "上门", "不在可选的服务方式里")
    sheet.put(7, "service_pop", 0, "服务人口必须大于0")
    sheet.put(9, "licensed_doctors", 9, "执业（助理）医师多于合格村医")
    sheet.put(11, "licence_until", "2021-02-30", "没有这一天")
    return sheet


def _personal(world: _Source) -> SampleSheet:
    sheet = world.next_sheet("T01", "411422", "2020-12")
    sheet.put(2, "remark", f"户主证件{_invented_id()}待核", "备注里有身份证号")
    sheet.put(4, "remark", "联系1" + "3" * 10, "备注里有手机号")
    return sheet


SAMPLES: dict[str, Callable[[_Source], SampleSheet]] = {
    "1_睢阳区_签约周报_2020年第52周.xlsx": _in_order,
    "2_夏邑县_监测周报_2020年第52周_GB18030.csv": _readable,
    "3_民权县_签约周报_2020年第52周_有错.xlsx": _signing,
    "4_柘城县_就诊流向_2020年12月_有错.xlsx": _visits,
    "5_虞城县_卫生室台账_2020年12月_有错.xlsx": _clinics,
    "6_睢县_基础情况_2020年12月_含个人信息.xlsx": _personal,
}


# ---- writing --------------------------------------------------------------------------------


def _printed(sheet: SampleSheet) -> list[tuple[str, str, bool]]:
    """Name, header and whether it is a text, of the columns an office prints: the first form's."""
    year = Period.parse(sheet.period).year
    own = [
        (column.name, column.header_in(year), column.type not in ("int", "decimal"))
        for column in sheet.table.columns
        if column.since == "v1" and column.filed_at is None and column.stored
    ]
    first = [("division_code", "行政区划代码", True), ("division_name", "行政区划名称", True)]
    return [*first, *own, ("remark", "备注", True)]


def _write(path: Path, world: _Source, sheet: SampleSheet) -> Callable[[int, str], str]:
    printed = _printed(sheet)
    headers = [
        TableHeader(
            name,
            text.removeprefix(_group(name)),
            _group(name),
            is_text=index < 2,
            width=18 if index < 2 else 11,
        )
        for index, (name, text, _) in enumerate(printed)
    ]
    rows = [[_cell(row.get(name)) for name, _, _ in printed] for row in sheet.rows]
    label = Period.parse(sheet.period).label_zh()
    written: Written = write_table(
        path,
        f"{sheet.table.title}({label})",
        {"填报单位（盖章）": sheet.unit, "报告期": sheet.period, "填报日期": SIGNED_ON},
        headers,
        rows,
        total=_total(sheet, printed) if sheet.table.id == "T04" else None,
        footer=FOOTER,
    )
    return written.cell


def _group(name: str) -> str:
    groups = {"chronic_should_sign": "四类慢病", "chronic_signed": "四类慢病"}
    return groups.get(name, "")


def _total(sheet: SampleSheet, printed: list[tuple[str, str, bool]]) -> list[Any]:
    sums: list[Any] = ["合计", None]
    for name, _, is_text in printed[2:]:
        numbers = [row[name] for row in sheet.rows if isinstance(row.get(name), int)]
        sums.append(None if is_text else sheet.total.get(name, sum(numbers)))
    return sums


def _cell(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _write_csv(path: Path, sheet: SampleSheet) -> Callable[[int, str], str]:
    printed = _printed(sheet)
    fixed = {
        "报告期": sheet.period,
        "填报单位": sheet.unit,
        "单位负责人": "演示甲",
        "填报人": "演示乙",
        "填报日期": "2020-12-28",
    }
    with path.open("w", encoding="gb18030", newline="") as file:
        out = csv.writer(file)
        out.writerow([text for _, text, _ in printed] + list(fixed))
        for row in sheet.rows:
            values = ["" if row.get(name) is None else row[name] for name, _, _ in printed]
            out.writerow(values + list(fixed.values()))
    return lambda row, column: f"第{row + 2}行 {column}"


def _full_width(number: int) -> str:
    return str(number).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})


def _invented_id() -> str:
    """An ID number with a right checksum, of a birthday in 1885."""
    digits = "411422" + "18850101" + "001"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + _CHECK_DIGITS[total % 11]
