"""Streamlit's own words: every English piece we replace is there, and is gone afterwards."""

from pathlib import Path

import pytest
import streamlit

from pages.api.words import WORDS, in_chinese

SCRIPTS = Path(streamlit.__file__).parent / "static" / "static" / "js"
PIECES = [(stem, english) for stem, words in WORDS.items() for english in words]


def scripts(stem):
    return [path for path in SCRIPTS.glob("*.js") if path.name.split(".")[0] == stem]


@pytest.mark.parametrize(("stem", "english"), PIECES)
def test_every_piece_stands_in_the_installed_front_end_and_is_replaced(stem, english):
    holding = [path for path in scripts(stem) if english in path.read_text("utf-8")]
    assert holding, f"Streamlit {streamlit.__version__} no longer says {english} in {stem}"
    for path in holding:
        chinese = in_chinese(f"/static/js/{path.name}", path.read_bytes()).decode("utf-8")
        assert english not in chinese
        assert WORDS[stem][english] in chinese


def test_any_other_file_is_left_as_it_is():
    assert in_chinese("/static/js/other.Ab12.js", b"label:`Search`") == b"label:`Search`"
    assert in_chinese("/media/DataFrame.csv", b"label:`Search`") == b"label:`Search`"
