"""What goes wrong, in words that are read as they are written."""

import ast
from pathlib import Path

from streamlit.testing.v1 import AppTest

from data.errors import ProductError
from pages.shell import failures
from pages.theme.formats import as_written

ROOT = Path(failures.__file__).parents[2]
NAME = "报表 **急** [点这里](http://x) $a$ :red[x] `c`.xlsx"


def shown(error):
    """Return what a page shows that ends with an error."""

    def page(error):
        from pages.shell import failures

        failures.show(error)

    at = AppTest.from_function(page, kwargs={"error": error}).run()
    return [each.value for each in at.error]


def test_the_names_in_an_error_mean_nothing_as_markup():
    assert shown(ProductError(f"读不了 {NAME}。")) == [f"读不了 {as_written(NAME)}。"]
    assert "**" not in as_written(NAME) and "[点" not in as_written(NAME).replace("\\[", "")


def test_a_fault_of_the_program_is_told_by_its_number_only():
    (said,) = shown(ZeroDivisionError("secret"))
    assert "故障编号" in said and "secret" not in said


def test_no_page_shows_an_error_of_others_as_markup():
    """What is not written in the page itself goes through failures.wrong."""
    foreign = []
    for path in (ROOT / "pages").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            is_error = call.func.attr == "error" and getattr(call.func.value, "id", "") == "st"
            if (
                is_error
                and call.args
                and not isinstance(call.args[0], ast.Constant | ast.JoinedStr)
            ):
                foreign.append(path.relative_to(ROOT).as_posix())
    assert sorted(foreign) == ["pages/shell/failures.py", "pages/shell/frame.py"]
