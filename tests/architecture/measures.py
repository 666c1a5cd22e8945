"""How large the house is, as a table: python -m tests.architecture.measures. Measures, no gate."""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("pages", "queries", "data")
# A folder of more modules is one that nobody sees at a glance.
_MANY = 15


@dataclass(frozen=True)
class Module:
    """A file of the product: its dotted name, its lines and its syntax."""

    name: str
    lines: int
    tree: ast.Module


def modules(root: Path, rooms: tuple[str, ...] = ROOMS) -> list[Module]:
    """Every Python file below the rooms."""
    found = []
    for path in sorted(file for room in rooms for file in (root / room).rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        text = path.read_text("utf-8")
        found.append(Module(name, text.count("\n"), ast.parse(text)))
    return found


def single_importers(every: list[Module]) -> list[str]:
    """The modules that one other imports and no more."""
    known = {each.name for each in every}
    by = Counter(name for each in every for name in set(_imported(each.tree, known)))
    return [name for name, count in by.items() if count == 1]


def several_meanings(every: list[Module]) -> list[str]:
    """The names that several classes have."""
    classes = (node.name for each in every for node in _all(each.tree, ast.ClassDef))
    return sorted(name for name, count in Counter(classes).items() if count > 1)


def full_folders(every: list[Module]) -> dict[str, int]:
    """The folders of more than fifteen modules, the packages in them not counted; fullest first."""
    packages = {
        each.name for each in every if any(e.name.startswith(f"{each.name}.") for e in every)
    }
    folders = Counter(e.name.rpartition(".")[0] for e in every if e.name not in packages)
    return {folder: count for folder, count in folders.most_common() if count > _MANY}


def longest(every: list[Module]) -> tuple[tuple[int, str], tuple[int, str]]:
    """The longest file and the longest function, each with its lines."""
    functions = (
        (node.end_lineno - node.lineno + 1, f"{each.name}.{node.name}")
        for each in every
        for node in _all(each.tree, ast.FunctionDef)
    )
    return max((each.lines, each.name) for each in every), max(functions)


def table(every: list[Module]) -> list[str]:
    """The measures as lines of text, room by room."""
    lines = [f"{'':10}{'lines':>8}{'files':>7}{'one importer':>14}  longest file, function"]
    alone = single_importers(every)
    for room in ("", *ROOMS):
        own = [each for each in every if each.name.startswith(room)]
        count = sum(name.startswith(room) for name in alone)
        ends = "  ".join(f"{size} {name}" for size, name in longest(own))
        total = sum(each.lines for each in own)
        lines.append(f"{room or 'all':10}{total:8}{len(own):7}{count:14}  {ends}")
    names = several_meanings(every)
    full = ", ".join(f"{folder} {count}" for folder, count in full_folders(every).items())
    return [
        *lines,
        f"class names with several meanings: {len(names)} ({', '.join(names)})",
        f"folders of more than {_MANY} modules: {full}",
    ]


def _imported(tree: ast.Module, known: set[str]) -> Iterator[str]:
    for node in _all(tree, ast.ImportFrom):
        for each in node.names:
            whole = f"{node.module}.{each.name}"
            if whole in known:
                yield whole
            elif node.module in known:
                yield node.module


def _all(tree: ast.Module, kind: type) -> Iterator:
    return (node for node in ast.walk(tree) if isinstance(node, kind))


if __name__ == "__main__":
    print("\n".join(table(modules(ROOT))))
