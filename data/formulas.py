"""Text that a spreadsheet would run: what it looks like, and how a file keeps it text.

A workbook stores text as text. A CSV file cannot say so: there a leading apostrophe does, put in
when a file is made and taken out again when it is read.
"""

import re
import unicodedata

# A cell that begins with one of these is a formula to Excel and WPS; full-width ones count too.
# In the syntax of polars' regular expressions, which know character classes by name.
# Apostrophes in front count as if they were not there: they would be taken for the guard.
RISKY = r"^'*(?:[\s\p{Cf}]*[=+\-@＝＋－＠]|[\t\r\n])"
NUMBER = r"^'*[+-]?\d+(\.\d+)?$"
GUARD = "'"
_SIGNS = frozenset("=+-@＝＋－＠")
_PLAIN_NUMBER = re.compile(NUMBER)


def is_risky(text: str) -> bool:
    """Say whether a spreadsheet would take the text for a formula; a plain number it may."""
    if _PLAIN_NUMBER.match(text):
        return False
    bare = text.lstrip(GUARD)
    if bare[:1] in ("\t", "\r", "\n"):
        return True
    shown = next((c for c in bare if not c.isspace() and unicodedata.category(c) != "Cf"), "")
    return shown in _SIGNS and shown != ""


def unguarded(text: str) -> str:
    """Return the text of a CSV cell without the apostrophe that kept it from being run."""
    return text[1:] if text.startswith(GUARD) and is_risky(text[1:]) else text
