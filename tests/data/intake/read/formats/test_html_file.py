"""What of a web page is read as the text of a cell."""

import pytest

from data.intake.read.formats.html_file import grids
from data.intake.read.limits import FileLimits


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("29<sup>3</sup>", "29³"),
        ("29<sub>1</sub>", "29¹"),
        ("<s>5</s>3", "5\u03363"),
        ("<del>12</del>", "1\u03362\u0336"),
        ("29<span style='display: none'>7</span>", "29"),
        ("<b hidden>7</b>29", "29"),
    ],
)
def test_digits_that_are_raised_struck_out_or_hidden_are_not_those_beside_them(cell, read):
    (grid,) = grids(f"<table><tr><td>甲</td><td>{cell}</td></tr></table>", FileLimits())
    assert grid.rows == [["甲", read]]
