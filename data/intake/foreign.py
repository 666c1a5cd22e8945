"""Sheets of files that are neither a report table nor one of the office's own forms yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data import personal
from data.catalogue.forms import SavedForm
from data.catalogue.model import Catalogue
from data.intake.locate.finder import Finder, has_data
from data.intake.read import files as files_of
from data.intake.read.files import Given, given_files, shown_names
from data.intake.read.limits import FileLimits
from data.intake.read.safety import FileRefused
from data.intake.read.workbook import Sheet, sheets


@dataclass(frozen=True)
class Foreign:
    """One such sheet: the file as it is called in findings, and the sheet."""

    file: str
    sheet: Sheet


def foreign_sheets(
    paths: Sequence[Given | Path | str], catalogue: Catalogue, forms: Sequence[SavedForm] = ()
) -> list[Foreign]:
    """The sheets with data that nothing in the catalogue knows, in the order of the files.

    A file that cannot be read has none: its check says why.
    """
    finder, limits = Finder(catalogue, forms), FileLimits.from_settings(catalogue.settings)
    given = given_files(paths)
    shown = shown_names(given)
    found = []
    for each in given:
        for opened in files_of.opened(each, shown[each], limits):
            if opened.file is None:
                continue
            try:
                read = sheets(opened.file, limits)
            except FileRefused:
                continue
            found += [
                Foreign(personal.hide(opened.shown), sheet)
                for sheet in read
                if not sheet.is_finding_list and has_data(sheet) and not finder.find(sheet)
            ]
    return found
