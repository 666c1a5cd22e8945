"""What a bundle holds: the code without its tests, the wheels, how to install, and a list of it."""

import csv
import email
import hashlib
import io
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pages.bundle.wheels import Target

PRODUCT = (
    *("app.py", "data", "pages", "queries", "requirements.txt", ".streamlit", ".office"),
    *("README.md", ".readme", "LICENSE", "CHANGELOG.md"),
)
CODE, WHEELS, LIST = "kanban", "wheels", "清单.csv"
_BESIDE = Path(__file__).parent / "beside"
_NOT_SHIPPED = ("__pycache__", "data/store")  # the latter is somebody's figures
_HEADINGS = ("文件", "字节", "sha256", "许可")
_LONGEST = 80
_MOMENT = (2020, 1, 1, 0, 0, 0)  # the same contents give the same file


def write(file: BinaryIO, root: Path, wheels: Path, target: Target, python: str) -> int:
    """Write the bundle of the product at `root`; the number of files in it.

    wheels  The folder with the packages.
    """
    listed: list[tuple[str, int, str, str]] = []
    with zipfile.ZipFile(file, "w") as archive:

        def add(name: str, content: bytes, licence: str = "") -> None:
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_STORED if licence else zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            archive.writestr(entry, content)
            digest = hashlib.sha256(content).hexdigest()
            listed.append((name, len(content), digest, licence))

        for path in sorted(_BESIDE.iterdir()):
            add(path.name, _filled(path, target, python))
        for path in product_files(root):
            add(f"{CODE}/{path.relative_to(root).as_posix()}", path.read_bytes())
        for path in sorted(wheels.glob("*.whl")):
            add(f"{WHEELS}/{path.name}", path.read_bytes(), licence_of(path))
        count = len(listed)
        add(LIST, _as_csv(listed))
    return count


def product_files(root: Path) -> list[Path]:
    """Return the files of the product: those git knows, or all where there is no git."""
    command = ("git", "-C", str(root), "ls-files", "-z", "--", *PRODUCT)
    try:
        tracked = subprocess.run(command, capture_output=True, check=True).stdout
        found = [root / name for name in tracked.decode("utf-8").split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for name in PRODUCT for path in _under(root / name)]
    return sorted(path for path in found if path.is_file())


def licence_of(wheel: Path) -> str:
    """Return the licence that a wheel states, in a line; 未写明 where it states none."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        told = email.message_from_bytes(archive.read(name))
    named = [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier", [])
        if each.startswith("License ::")
    ]
    stated = told["License-Expression"] or ", ".join(named) or told["License"] or ""
    return (stated.strip().splitlines() or ["未写明"])[0][:_LONGEST]


def _under(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir() and not any(path.match(each) for each in _NOT_SHIPPED):
        for each in path.iterdir():
            yield from _under(each)


def _filled(path: Path, target: Target, python: str) -> bytes:
    """Return what lies beside the code with the machine in it, as that machine reads it.

    Windows takes a text for Chinese only when it begins with the mark of UTF-8.
    """
    text = path.read_text("utf-8").replace("@machine", target.words).replace("@python", python)
    return text.encode("utf-8" if path.suffix == ".sh" else "utf-8-sig")


def _as_csv(listed: list[tuple[str, int, str, str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([_HEADINGS, *listed])
    return text.getvalue().encode("utf-8-sig")
