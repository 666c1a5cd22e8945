#!/usr/bin/env bash
# polars 2.1.0: pl.format raises a PanicException over a column some of whose pieces are empty.
#
# Question   A frame put together from several and then filtered may keep a piece without rows.
#            Does pl.format read it like the same column in one piece?
# Guess      No. It walks two indices, piece and row, and steps to the next piece once, not past
#            an empty one: then it asks an empty piece for its first row.
# Seen       2026-11-30, polars 2.1.0, Python 3.11: with pieces [0, 2, 2] and [1, 0, 1] pl.format
#            raises PanicException "assertion failed: i < self.len()"; after rechunk(), and with
#            concat_str, the sentences come out right. A panic is a BaseException, so an
#            `except Exception` does not stop it. The same panic out of pl.format was reported
#            in November 2025 and closed: pola-rs/polars#25187.
# Here       data/wording.py builds sentences by concat_str; the linter forbids pl.format.
#
# Leaves with 0 while this holds, with 1 when it has changed. Run by hand; needs a network.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check polars==2.1.0
"$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
import polars as pl


def said(frame, sentence):
    try:
        return frame.select(sentence).to_series().to_list()
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


whole = pl.concat([pl.DataFrame({"n": [1, 2]}) for _ in range(3)], rechunk=False)
kept = whole.filter(pl.Series([False, False, True, True, False, True]))
by_format = pl.format("row {}", "n")
by_concat = pl.concat_str(pl.lit("row "), "n")
right = ["row 1", "row 2", "row 2"]

print("polars", pl.__version__, "pieces", [len(piece) for piece in kept["n"].get_chunks()])
print("format           ", said(kept, by_format))
print("format, rechunked", said(kept.rechunk(), by_format))
print("concat_str       ", said(kept, by_concat))
holds = (
    str(said(kept, by_format)).startswith("PanicException: assertion failed")
    and said(kept.rechunk(), by_format) == right
    and said(kept, by_concat) == right
)
print("unchanged" if holds else "CHANGED: look at data/wording.py")
raise SystemExit(not holds)
PYTHON
