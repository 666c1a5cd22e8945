#!/usr/bin/env bash
# python-calamine 0.9.1: an .ods whose XML is indented cannot be read at all.
#
# Question   White space between the elements of a table means nothing in OpenDocument, and SheetJS
#            writes it. Is such a file read like one of LibreOffice, which writes none?
# Guess      Yes.
# Seen       2026-11-30, python-calamine 0.9.1, xlsx (SheetJS) 0.18.5: CalamineError "Expecting
#            'table-cell', found 'Text(BytesText …)'". With the white space between table elements
#            taken out, the same file is read. LibreOffice 7.4 reads both.
# Here       data/intake/read/formats/ods.py takes it out before the reader sees it.
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
const xlsx = require("xlsx");
const book = xlsx.utils.book_new();
xlsx.utils.book_append_sheet(book, xlsx.utils.aoa_to_sheet([["a", "b"], ["c", 1]]), "S");
xlsx.writeFile(book, "made.ods");
JS
node make.js
venv/bin/python - <<'PYTHON'
import re
import zipfile

import python_calamine


def rows(name):
    try:
        return python_calamine.CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python()
    except python_calamine.CalamineError as error:
        return f"{type(error).__name__}: {str(error)[:60]}"


with zipfile.ZipFile("made.ods") as old, zipfile.ZipFile("tight.ods", "w") as new:
    for name in old.namelist():
        new.writestr(name, re.sub(rb">\s+<(?=/?table:)", b"><", old.read(name)))
print("as written", rows("made.ods"))
print("tightened ", rows("tight.ods"))
holds = str(rows("made.ods")).startswith("CalamineError: Expecting") and rows("tight.ods") == [
    ["a", "b"],
    ["c", 1.0],
]
print("unchanged" if holds else "CHANGED: look at data/intake/read/formats/ods.py")
raise SystemExit(not holds)
PYTHON
