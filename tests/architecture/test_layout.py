"""What lies where: the top level, the views, the shell."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = {
    "app.py",
    "data",
    "findings",
    "pages",
    "queries",
    "tests",
    "requirements.txt",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "pyproject.toml",
}
VIEWS = sorted((ROOT / "pages" / "views").glob("[!_]*.py"))


def tracked():
    """Files that git would ship: the known ones, and the new ones it does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if run.returncode:
        pytest.skip("not a git checkout")
    return run.stdout.split("\0")[:-1]


def test_nothing_else_is_visible_at_the_top_level():
    visible = {name.split("/")[0] for name in tracked() if not name.startswith(".")}
    assert visible - TOP == set()


def test_no_script_lies_beside_the_pages_package():
    """Streamlit would run it as a page of its own, without the frame."""
    assert [path.name for path in (ROOT / "pages").glob("*.py") if path.name[0] != "_"] == []


def test_no_module_of_the_shell_is_named_like_a_package_or_a_standard_module():
    """Streamlit puts the shell's folder first on the import path."""
    taken = TOP | set(sys.stdlib_module_names)
    assert {path.stem for path in (ROOT / "pages" / "shell").glob("*.py")} & taken == set()


def test_every_page_of_the_menu_has_its_script_and_every_script_its_page():
    from pages.shell import navigation

    assert sorted({entry.script for entry in navigation.ENTRIES}) == VIEWS


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.stem)
def test_a_view_is_short_and_computes_nothing(path):
    text = path.read_text("utf-8")
    assert len([line for line in text.splitlines() if line.strip()]) <= 80
    tree = ast.parse(text)
    literals = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    sql = [each for each in literals if isinstance(each, str) and "select " in each.lower()]
    assert sql == []
    arithmetic = (ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Sub)
    assert [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, arithmetic)
    ] == []
