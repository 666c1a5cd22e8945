"""The sheet 「问题清单」 of a marked copy, as the importer meets it when the copy comes back."""

from data.workbooks.read import Sheet

NAME = "问题清单"
TITLE = "问题清单(核对结果,改好后可整本重新报送,不必删去本页)"


def is_list(sheet: Sheet) -> bool:
    """Whether a sheet is the list of an earlier marked copy."""
    return sheet.name.startswith(NAME) and sheet.width > 0 and sheet.columns[0][0] == TITLE
