"""The offline bundle, tried on a product of one file and one package; the real one by hand."""

import argparse
import csv
import io
import shutil
import subprocess
import sys
import zipfile

import pytest

from data.errors import UsageError
from pages.bundle import command, contents
from pages.bundle.wheels import TARGETS, BundleError, pinned

LOCK = """# made by a tool
tiny==1.0
    # via the product
for-windows==2.0 ; sys_platform == 'win32'
for-arm==3.0 ; platform_machine == 'aarch64'
for-young==4.0 ; python_full_version >= '3.13'
"""


def wheel(
    folder, name="tiny", version="1.0", tag="py3-none-any", licence="License-Expression: MIT"
):
    info = f"{name}-{version}.dist-info"
    about = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nLicense-Expression: MIT\n"
    files = {
        f"{name}.py": "WORDS = '开起来了'\n",
        f"{info}/METADATA": about,
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = "".join(f"{each},,\n" for each in (*files, f"{info}/RECORD"))
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for each, text in (files | {f"{info}/RECORD": record}).items():
            archive.writestr(each, text)
    return path


@pytest.fixture
def product(tmp_path, monkeypatch):
    """A product whose packages pip finds in a folder."""
    root, shelf = tmp_path / "product", tmp_path / "shelf"
    shelf.mkdir()
    for name in ("data/store", "pages/__pycache__", "tests"):
        (root / name).mkdir(parents=True)
        (root / name / "file.txt").write_text("不带走", "utf-8")
    (root / "app.py").write_text("import tiny\nprint(tiny.WORDS)\n", "utf-8")
    (root / "data" / "code.py").touch()
    (root / "data" / "commands" / "store").mkdir(parents=True)
    (root / "data" / "commands" / "store" / "code.py").touch()
    (root / "requirements.txt").write_text("tiny==1.0\n", "utf-8")
    wheel(shelf)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return root


def bundle(root, target, *words):
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.run(parser.parse_args(["-o", str(target), *words]), root=root)


def without_network():
    """What puts a command where there is no network, where the system lets us."""
    word = shutil.which("unshare")
    alone = [word, "--user", "--map-root-user", "--net"] if word else []
    return alone if alone and not subprocess.run([*alone, "true"], check=False).returncode else []


def test_the_bundle_installs_and_starts_without_a_network(product, tmp_path, monkeypatch, capsys):
    target = tmp_path / "离线包.zip"
    assert bundle(product, target) == 0
    assert "其中 1 个程序包" in capsys.readouterr().out
    shutil.unpack_archive(target, tmp_path / "unpacked")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PYTHON", sys.executable)
    alone = without_network()
    code = tmp_path / "unpacked" / "kanban"
    subprocess.run([*alone, "sh", str(code.parent / "install.sh")], check=True)
    started = subprocess.run(
        [*alone, code / ".venv" / "bin" / "python", "app.py"], cwd=code, capture_output=True
    )
    assert started.stdout.decode("utf-8").strip() == "开起来了"


def test_the_bundle_holds_the_product_and_a_list_of_it(product, tmp_path):
    made = [io.BytesIO(), io.BytesIO()]
    for file in made:
        contents.write(file, product, tmp_path / "shelf", TARGETS["windows"], "3.12")
    assert made[0].getvalue() == made[1].getvalue()
    with zipfile.ZipFile(made[0]) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read(contents.LIST).decode("utf-8-sig"))))
        assert "py -3.12 -m venv" in archive.read("install.ps1").decode("utf-8-sig")
    assert [row["文件"] for row in rows] == [
        *("install.ps1", "install.sh", "安装说明.txt"),
        *("kanban/app.py", "kanban/data/code.py", "kanban/data/commands/store/code.py"),
        "kanban/requirements.txt",
        "wheels/tiny-1.0-py3-none-any.whl",
    ]
    assert rows[-1]["许可"] == "MIT"


def test_a_package_without_a_wheel_for_the_machine_is_named_and_nothing_written(product, tmp_path):
    wheel(tmp_path / "shelf", "heavy", "5.0", "cp311-cp311-manylinux_2_17_x86_64")
    (product / "requirements.txt").write_text("tiny==1.0\nheavy==5.0\n", "utf-8")
    target = tmp_path / "离线包.zip"
    with pytest.raises(BundleError, match=r"heavy.* Linux arm64.*Python 3\.11"):
        bundle(product, target, "--platform", "linux-arm64", "--python", "3.11")
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == []


def test_no_network_is_said_in_words(product, tmp_path, monkeypatch):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(BundleError, match="连不上程序包的来源"):
        bundle(product, tmp_path / "离线包.zip")


def test_a_wrong_place_is_said_before_anything_is_fetched(product, tmp_path):
    with pytest.raises(UsageError, match=r"应存为 \.zip"):
        bundle(product, tmp_path / "离线包.rar")


@pytest.mark.parametrize(
    ("machine", "python", "names"),
    [
        ("linux-x86_64", "3.11", ["tiny"]),
        ("linux-arm64", "3.11", ["tiny", "for-arm"]),
        ("windows", "3.13", ["tiny", "for-windows", "for-young"]),
    ],
)
def test_what_is_collected_is_what_the_lock_says_of_that_machine(machine, python, names):
    assert [pin.partition("==")[0] for pin in pinned(LOCK, TARGETS[machine], python)] == names


def test_the_real_product_goes_without_tests_and_figures():
    root = command.ROOT
    names = {path.relative_to(root).as_posix() for path in contents.product_files(root)}
    assert {"app.py", "requirements.txt", ".streamlit/config.toml"} <= names
    assert [name for name in names if name.startswith(("tests/", "data/store/", "."))] == [
        name for name in names if name.startswith((".streamlit/", ".office/", ".readme/"))
    ]
