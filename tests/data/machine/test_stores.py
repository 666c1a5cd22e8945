"""Which stores a machine knows, and which one is open: a small file, never a guess."""

import pytest

from data import settings
from data.errors import StoreError
from data.machine import stores


def store_at(path):
    (path / "snapshots").mkdir(parents=True)
    (path / "snapshots" / "000001.json").write_text("{}", "utf-8")
    return path


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv(settings.STORE, str(tmp_path / "home"))
    return store_at(tmp_path / "home")


def test_without_a_word_the_machines_own_store_is_the_only_one(home):
    assert stores.known(home) == stores.Stores(home, (home,))
    assert settings.default_path() == home


def test_another_store_is_open_for_everything_and_the_door_stays_with_the_own_one(home):
    (home / "settings.yaml").write_text("idle_minutes: 7\n", "utf-8")
    other = store_at(home / "stores" / "622921")
    stores.add(home, other)
    assert settings.default_path() == home
    stores.open_store(home, other)
    assert settings.default_path() == other
    assert settings.home() == home
    assert settings.current(other).idle_minutes == 7
    stores.open_store(home, home)
    assert stores.known(home) == stores.Stores(home, (home, other))


def test_a_folder_that_is_moved_takes_its_own_stores_along(home, tmp_path):
    stores.open_store(home, store_at(home / "stores" / "622921"))
    moved = home.rename(tmp_path / "elsewhere")
    assert stores.known(moved).open == moved / "stores" / "622921"


def test_a_store_without_a_snapshot_is_not_opened(home, tmp_path):
    with pytest.raises(StoreError, match="没有快照"):
        stores.open_store(home, tmp_path / "nothing")
    assert settings.default_path() == home


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("open: gone\nstores: [gone]\n", "不在，或没有快照"),
        ("open: [\n", "读不出来"),
        ("stores: []\n", "读不出来"),
    ],
)
def test_no_other_store_takes_the_place_of_one_that_is_not_there(home, text, told):
    (home / stores.FILE).write_text(text, "utf-8")
    with pytest.raises(StoreError, match=told):
        settings.default_path()
