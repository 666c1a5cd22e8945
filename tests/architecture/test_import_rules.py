"""The house plan: arrows point down, each library has one home, and nothing is excused."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def contracts():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return settings["tool"]["importlinter"]["contracts"]


def test_every_import_contract_holds():
    command = "from importlinter.cli import lint_imports_command as lint; lint()"
    run = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_contract_ignores_anything():
    assert [each["name"] for each in contracts() if each.get("ignore_imports")] == []


def test_every_library_with_a_home_is_protected():
    protected = {name for each in contracts() for name in each.get("protected_modules", [])}
    homes = {
        "streamlit",
        "plotly",
        "duckdb",
        "starlette",
        "python_calamine",
        "openpyxl",
        "pptx",
        "docx",
    }
    assert protected >= homes


def test_app_py_imports_only_the_frame_and_the_server():
    allowed = ("contextlib", "pathlib", "streamlit", "starlette", "data", "pages")
    lines = (ROOT / "app.py").read_text("utf-8").splitlines()
    imports = [line.split()[1] for line in lines if line.startswith(("import ", "from "))]
    assert [name for name in imports if name.split(".")[0] not in allowed] == []
    assert len(lines) <= 60
