"""A blank form of the signing report, filled in as a township does it."""

from datetime import date
from pathlib import Path
from typing import Any

from data.catalogue.model import Catalogue
from data.periods import containing
from tests.data.forms.test_templates import Form
from tests.data.sample_reports import report


def filled(data: bytes, catalogue: Catalogue, path: Path, day: date, *, unit: str = "") -> Path:
    """Fill every open line with a sound village, sign on a day, and save.

    unit  The reporting unit that stands in the form instead of its own.
    """
    table = catalogue.tables["T04"]
    form = Form(data, catalogue, table, containing("weekly", day))
    for row in form.rows():
        if form.value(row, form.columns["division_code"]) is None:
            continue
        for name, value in report("T04", 0)[0].items():
            if name in form.columns and value is not None and form.is_open(row, name):
                form.put(row, name, value)
    form.answer("填报日期", day)
    form.answer("单位负责人", "王建国")
    form.answer("填报人", "李红")
    if unit:
        _change_unit(form.page, unit)
    form.save(path)
    return path


def _change_unit(page: Any, unit: str) -> None:
    labels = (cell for line in page.iter_rows(max_row=4) for cell in line)
    label = next(cell for cell in labels if str(cell.value).startswith("填报单位"))
    after = (page.cell(label.row, column) for column in range(label.column + 1, page.max_column))
    next(cell for cell in after if cell.value).value = unit
