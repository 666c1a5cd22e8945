#!/usr/bin/env bash
# python-calamine 0.9.1: of an .xlsb written by SheetJS most cells are lost, without an error.
#
# Question   An .xlsb may leave the column out of a cell that stands right of another one
#            ([MS-XLSB] BrtShortReal, BrtShortIsst and the like). Are such cells read?
# Guess      Yes: one writer's file is read like any other.
# Seen       2026-11-30, python-calamine 0.9.1, xlsx (SheetJS) 0.18.5: of a row of four cells the
#            first alone comes back. LibreOffice 7.4 shows all four.
# Here       data/intake/read/formats/xlsb.py writes the columns into such cells before the reader sees them.
#
# Leaves with 0 while this holds, with 1 when it has changed. Run by hand; needs a network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --prefix "$folder" xlsx@0.18.5 >/dev/null
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check python-calamine==0.9.1
cat >make.js <<'JS'
const book = require("xlsx").utils.book_new();
const sheet = require("xlsx").utils.aoa_to_sheet([["a", "b", "c", "d"], ["e", 1, 2, 3]]);
require("xlsx").utils.book_append_sheet(book, sheet, "S");
require("xlsx").writeFile(book, "made.xlsb");
require("xlsx").writeFile(book, "made.xlsx");
JS
node make.js
venv/bin/python - <<'PYTHON'
import python_calamine


def rows(name):
    return python_calamine.CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python()


whole, binary = rows("made.xlsx"), rows("made.xlsb")
print("xlsx", whole)
print("xlsb", binary)
holds = whole[0] == ["a", "b", "c", "d"] and binary[0][0] == "a" and "b" not in binary[0]
print("unchanged" if holds else "CHANGED: look at data/intake/read/formats/xlsb.py")
raise SystemExit(not holds)
PYTHON
