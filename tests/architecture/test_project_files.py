"""The lock, the version and the look are each said in one place and agree everywhere."""

import configparser
import re
import tomllib
from pathlib import Path

import pytest

from pages import VERSION
from pages.theme import tokens

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)( ; .+)?$")


def pins(file):
    lines = (ROOT / file).read_text("utf-8").splitlines()
    wanted = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    assert [line for line in wanted if not PIN.match(line)] == []
    return {
        match[1].lower().replace("_", "-"): match[2]
        for line in wanted
        if (match := PIN.match(line))
    }


def declared(requirements):
    plain = [each.replace("[nodejs]", "") for each in requirements]
    return dict(each.lower().replace("_", "-").split("==") for each in plain)


def test_the_lock_pins_every_direct_dependency_at_its_declared_version():
    locked = pins("requirements.txt")
    assert declared(PROJECT["project"]["dependencies"]).items() <= locked.items()


def test_the_test_lock_does_not_contradict_the_lock():
    locked, tests = pins("requirements.txt"), pins("tests/requirements.txt")
    assert declared(PROJECT["dependency-groups"]["test"]).items() <= tests.items()
    assert {name for name in locked.keys() & tests.keys() if locked[name] != tests[name]} == set()


def test_no_lock_names_a_host_or_a_path():
    for file in ("requirements.txt", "tests/requirements.txt"):
        assert (
            re.findall(
                r"https?:|file:|--\S*index|--find-links| @ ", (ROOT / file).read_text("utf-8")
            )
            == []
        )


def test_the_version_is_the_same_everywhere():
    assert PROJECT["project"]["version"] == VERSION
    assert f"## {VERSION}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_controls_wear_the_colours_and_fonts_of_the_theme():
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    assert theme["primaryColor"] == theme["linkColor"] == tokens.BLUE
    assert theme["backgroundColor"] == tokens.WHITE
    assert theme["secondaryBackgroundColor"] == tokens.PANEL
    assert theme["textColor"] == tokens.INK
    assert theme["borderColor"] == tokens.LINE
    assert theme["font"] == theme["headingFont"] == tokens.FONT_FAMILY


def test_the_server_neither_phones_home_nor_shows_tracebacks():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["browser"]["gatherUsageStats"] is False
    assert config["client"]["showErrorDetails"] == "none"
    assert config["server"]["address"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("config", "folder"),
    [(".sqlfluff", "queries/sql"), ("data/derive/sql/.sqlfluff", "data/derive/sql")],
)
def test_every_parameter_has_a_sample_value_for_the_linter(config, folder):
    samples = configparser.ConfigParser(interpolation=None)
    samples.read(ROOT / config, encoding="utf-8")
    named = {
        found
        for path in (ROOT / folder).rglob("*.sql")
        for found in re.findall(r"\$\{?([a-z_][a-z0-9_]*)", path.read_text("utf-8"))
    }
    assert named - set(samples["sqlfluff:templater:placeholder"]) == set()
