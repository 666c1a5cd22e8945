"""The list of pages against the pages: every choice that an address can hold is listed."""

import ast
import re
from pathlib import Path

import pytest

from pages.shell import address, navigation

ROOT = Path(navigation.__file__).parents[2]
CONTROLS = {"choose_part", "choose_one", "choose_many", "search_words"}


def _name(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


FILES = {_name(path): path for path in (ROOT / "pages").rglob("*.py")}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in FILES.items()}


def imported(name):
    """The modules of the product that a module names in its imports."""
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found & TREES.keys()


def keys(name):
    """The keys under which a module's controls, or it itself, write into the address."""
    constants = {}
    for node in TREES[name].body:
        if isinstance(node, ast.Assign):
            values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
            named = zip(re.findall(r"\w+", ast.unparse(node.targets[0])), values, strict=False)
            constants |= {key: value for key, value in named if isinstance(value, ast.Constant)}
    found = []
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in CONTROLS:
            found += [each.value for each in node.keywords if each.arg == "key"]
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.query_params.get":
            found.append(node.args[0])
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "st.query_params":
            found.append(node.slice)
    told = [constants.get(getattr(each, "id", ""), each) for each in found]
    return {each.value for each in told if isinstance(each, ast.Constant)}


def reached(stem):
    seen, waiting = set(), [f"pages.views.{stem}"]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += imported(name)
    return seen


@pytest.mark.parametrize("entry", navigation.ENTRIES, ids=lambda entry: entry.stem)
def test_a_page_lists_the_choices_of_its_own_controls(entry):
    written = set().union(*(keys(name) for name in reached(entry.script.stem))) - set(address.KEYS)
    of_the_frame = {"missing"} if entry is navigation.ENTRIES[0] else set()
    assert set(entry.choices) == written | of_the_frame
    assert not set(entry.choices) & set(address.KEYS)


def test_the_home_page_has_no_address_of_its_own():
    assert navigation.choices_of("") == navigation.ENTRIES[0].choices
    assert navigation.choices_of("nowhere") == ()
