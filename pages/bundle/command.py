"""bundle: the product and all it needs in one file, for a machine without a network."""

import argparse
import hashlib
import sys
import tempfile
from pathlib import Path

from data import console
from pages.bundle import contents, wheels
from pages.exports import target

ROOT = Path(__file__).parents[2]
_THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("-o", dest="output", metavar="文件", type=Path, required=True)
    parser.add_argument(
        "--platform",
        choices=tuple(wheels.TARGETS),
        default="linux-x86_64",
        help="装到哪种机器上，默认 linux-x86_64",
    )
    parser.add_argument(
        "--python", choices=wheels.PYTHONS, default=_THIS, help="那台机器上的 Python，默认与本机同"
    )


def run(chosen: argparse.Namespace, *, root: Path = ROOT) -> int:
    """Run it; the exit code."""
    target.check(chosen.output, ".zip", "离线包")
    machine = wheels.TARGETS[chosen.platform]
    lock = (root / "requirements.txt").read_text("utf-8")
    pins = wheels.pinned(lock, machine, chosen.python)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        wheels.collect(pins, machine, chosen.python, folder, console.progress)
        console.progress(0.95, "打包")
        with target.whole(chosen.output) as file:
            count = contents.write(file, root, folder, machine, chosen.python)
    with chosen.output.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    size = chosen.output.stat().st_size / 1e6
    print(f"已写入 {chosen.output}：{size:.1f} MB，{count} 个文件，其中 {len(pins)} 个程序包；")
    print(f"给 {machine.words}、Python {chosen.python} 用。校验值和许可见包里的 {contents.LIST}。")
    print(f"sha256 {digest}")
    return console.DONE
