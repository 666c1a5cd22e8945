"""Rules of the code that no linter knows."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("pages", "queries", "data")
SOURCES = sorted(
    [ROOT / "app.py", *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
)
QUESTIONS = sorted(
    path for path in (ROOT / "queries" / "sql").rglob("*.sql") if path.parent.name != "staging"
)
SQL = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.sql"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
# A Chinese county, city or province by its code: six digits that begin with a province's two.
AREA_CODE = re.compile(
    r"['\"]((?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{4}(?:\d{3}){0,2})['\"]"
)


def name(path):
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path):
    """The syntax of a file, read once for all rules."""
    return ast.parse(path.read_text("utf-8"))


def trees(paths=SOURCES):
    return [(path, tree(path)) for path in paths]


def test_nothing_swallows_every_exception():
    """`except BaseException` may stand where a foreign panic is told apart and the rest raised."""
    found = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = set() if node.type is None else _names(node.type)
            raises = any(isinstance(each, ast.Raise) and not each.exc for each in ast.walk(node))
            bare = node.type is None or "Exception" in caught
            if bare or ("BaseException" in caught and not raises):
                found.append(f"{name(path)}:{node.lineno}")
    assert found == []


def test_assert_is_for_tests_only():
    found = [
        f"{name(path)}:{node.lineno}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert)
    ]
    assert found == []


def test_no_formula_and_no_question_knows_today():
    """Only where something happens (a publish, an import) may the clock be read."""
    clock = re.compile(r"\b(current_date|current_timestamp|today\(\)|now\(\)|localtime)", re.I)
    found = [name(path) for path in SQL if clock.search(_without_comments(path))]
    rooms = (
        "queries/",
        "pages/charts",
        "pages/views",
        "pages/components",
        "data/catalogue",
        "data/derive",
    )
    words = re.compile(r"\b(date\.today|datetime\.now|datetime\.today|time\.time)\(")
    found += [
        name(path)
        for path in SOURCES
        if name(path).startswith(rooms) and words.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_no_area_code_stands_in_code():
    demo = ROOT / "data" / "demo"
    files = [path for path in (*SOURCES, *SQL) if demo not in path.parents]
    found = {
        name(path): codes for path in files if (codes := AREA_CODE.findall(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_every_question_has_a_test(path):
    word = re.compile(rf"\b{path.stem}\b")
    here = Path(__file__)
    assert any(word.search(test.read_text("utf-8")) for test in TESTS if test != here), (
        f"no test names the question {path.stem}"
    )


def _names(node):
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _without_comments(path):
    lines = path.read_text("utf-8").splitlines()
    return "\n".join(line.partition("--")[0] for line in lines)
