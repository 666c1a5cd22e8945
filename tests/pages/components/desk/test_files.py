"""The files of one filing: what a name says is shown, what it could do is not."""

from streamlit.testing.v1 import AppTest


def _page():
    from pages.components.desk import files

    files.told_aside(["<b>周报</b>_$1$_[甲](乙).xlsx"])


def test_a_file_name_with_markup_in_it_stands_there_as_it_is_written():
    told = AppTest.from_function(_page).run().caption[0].value
    assert r"\<b\>周报\<\/b\>\_\$1\$\_\[甲\]\(乙\)\.xlsx" in told
