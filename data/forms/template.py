"""A blank report form as the offices know it: pre-filled, locked where nobody should write.

What it says comes from the catalogue (`template_parts`), which lines it has from the register
and the store (`template_rows`), how it looks from `template_look`.
"""

import io
from datetime import datetime

import polars as pl
import xlsxwriter

from data.catalogue.model import Catalogue
from data.forms.template_form import form
from data.forms.template_page import Page
from data.periods import Period

_CREATED = datetime(2020, 12, 21, 9, 0)


def template(
    catalogue: Catalogue,
    table_id: str,
    unit: str,
    period: Period,
    *,
    unit_name: str = "",
    known: pl.DataFrame | None = None,
    names: dict[str, str] | None = None,
    spare: int = 10,
) -> bytes:
    """A blank form of one report table for one unit and period, as an .xlsx workbook.

    unit       area code whose townships, villages, clinics … are pre-filled.
    unit_name  printed as 填报单位; the area's own name where it is empty.
    known      rows of the store about the unit's objects: division_code, area_code, the key, codes
               and texts. Their codes are pre-filled where the register cannot list them.
    names      institution code → name, printed beside the codes.
    spare      empty lines in tables whose objects nobody can list beforehand.
    """
    table = catalogue.tables[table_id]
    made = form(catalogue, table, unit, period, unit_name, known, names or {}, spare)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": table.title, "created": _CREATED})
    book.set_size(2400, 1400)
    Page(book, made).write()
    book.close()
    return out.getvalue()
