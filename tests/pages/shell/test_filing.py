"""A filing from uploaded bytes to a snapshot: nothing is live before it is published."""

import re
import threading

import pytest

from data.errors import PublishConflict, UsageError
from data.intake.check.waivers import Waiver
from data.snapshots import drafts
from pages.shell import filing
from tests.data import small_world
from tests.data.intake.build import write_report
from tests.data.sample_reports import report as sound_rows

VILLAGES = [code for code, _, level, *_ in small_world.AREAS if level == "village"]
NAMES = {code: name for code, name, *_ in small_world.AREAS}
SOUND = sound_rows("T04", 0)[0]
EAST = [code for code in VILLAGES if code.startswith(small_world.EAST)]
SAID: list[str] = []


def told(_share, words):
    SAID.append(words)


@pytest.fixture
def world(tmp_path):
    return small_world.open_world(
        tmp_path, obligations=[f"T04,{small_world.CITY},township,2019-01-01,,1"]
    )


@pytest.fixture
def report(world, tmp_path):
    """Write T04 of some villages; `change` edits its rows. Returns a folder with the upload."""
    _, catalogue = world

    def make(codes=EAST, change=None, period="2020-W51", name="签约.xlsx"):
        table = catalogue.tables["T04"]
        rows = [SOUND | {"division_code": each, "division_name": NAMES[each]} for each in codes]
        for row in rows:
            (change or (lambda row: None))(row)
        written = write_report(
            tmp_path / name, catalogue, table, rows, period=period, unit="试市卫生健康委员会"
        )
        folder = filing.Folder()
        folder.put(name, written.path.read_bytes())
        return folder

    return make


def review(world, folder, waivers=(), **options):
    store, _ = world
    return filing.review(store, folder, waivers, False, told, **options)


def publish(world, found, who="王", note="第51周"):
    store, _ = world
    return filing.publish(store, found.checked, who=who, note=note, complete=False, progress=told)


def test_a_review_shows_what_would_change_and_changes_nothing(world, report):
    store, _ = world
    found = review(world, report())
    assert found.checked.is_clean
    assert found.changed["added"].sum() == len(EAST)
    assert store.numbers() == []
    assert publish(world, found) == 1
    again = review(world, report(change=lambda row: row.update(signed_pop=row["signed_pop"] - 1)))
    assert again.changed["edited"].sum() == len(EAST)
    assert set(again.values["column"]) >= {"signed_pop"}
    assert store.numbers() == [1]
    assert not list((store.path / drafts.FOLDER).iterdir())


def test_headline_figures_are_shown_before_and_after(world, report):
    publish(world, review(world, report(codes=VILLAGES)))
    lower = report(codes=VILLAGES, change=lambda row: row.update(signed_pop=row["signed_pop"] - 1))
    moves = review(world, lower).moves
    row = moves.filter((moves["indicator"] == "signing_rate") & (moves["area_name"] == "东县")).row(
        0, named=True
    )
    assert row["period_before"] == row["period_after"] == "2020-W51"
    assert row["after"] < row["before"]


def test_a_blocked_file_has_no_review_of_changes(world, report):
    found = review(world, report(change=lambda row: row.update(teams="两个")))
    assert not found.checked.is_clean
    assert found.changed is None
    assert found.checked.findings[0].cell


def test_a_waiver_with_a_reason_lets_a_doubt_pass(world, report):
    publish(world, review(world, report()))
    fewer = report(
        period="2020-W52", change=lambda row: row.update(service_done=0, reported_on=None)
    )
    doubts = [each for each in review(world, fewer).checked.findings if each.severity == "需说明"]
    assert doubts
    waivers = [Waiver(each.rule, each.area_code, "新年度重新计数") for each in doubts]
    assert review(world, fewer, waivers).checked.is_clean


def test_two_files_of_one_name_are_told_apart():
    folder = filing.Folder()
    for content in (b"1", b"2", b"3"):
        folder.put("签约.xlsx", content)
    assert folder.names == ["签约.xlsx", "签约(2).xlsx", "签约(3).xlsx"]
    assert [file.path.read_bytes() for file in folder.files] == [b"1", b"2", b"3"]


def test_a_file_gives_way_to_another_one():
    folder = filing.Folder()
    folder.put("签约.xlsx", b"1")
    folder.put("就诊.xlsx", b"2")
    assert folder.take_out("签约.xlsx") and not folder.take_out("签约.xlsx")
    folder.put("签约.xlsx", b"3")
    assert {file.name: file.path.read_bytes() for file in folder.files} == {
        "就诊.xlsx": b"2", "签约.xlsx": b"3",
    }  # fmt: skip


def test_a_file_that_is_set_aside_keeps_nothing_from_going_on(world, report):
    store, _ = world
    folder, wrong = report(), report(name="错.xlsx", change=lambda row: row.update(teams="两个"))
    folder.put("错.xlsx", wrong.file("错.xlsx").path.read_bytes())
    assert not review(world, folder).checked.is_clean
    found = review(world, folder, without={"错.xlsx"})
    assert found.checked.is_clean
    assert found.checked.files == ("签约.xlsx", "错.xlsx")
    publish(world, found)
    assert store.rows(1, "sources")["file"].to_list() == ["签约.xlsx"]


def test_a_path_in_a_files_name_leads_nowhere():
    folder = filing.Folder()
    folder.put("../../etc/签约.xlsx", b"1")
    folder.put("C:\\temp\\就诊.xlsx", b"1")
    assert folder.names == ["签约.xlsx", "就诊.xlsx"]
    assert len({file.path.parent for file in folder.files}) == 1


def test_a_name_longer_than_a_disk_holds_is_only_shown(world, report):
    long = f"{'签约' * 100}2020年第51周.xlsx"
    folder, short = filing.Folder(), report()
    folder.put(long, short.file("签约.xlsx").path.read_bytes())
    found = review(world, folder)
    assert {each.file for each in found.checked.findings} <= {long}
    assert found.checked.sources["file"].to_list() == [long]


def test_uploaded_bytes_are_private_and_gone_when_discarded():
    folder = filing.Folder()
    folder.put("签约.xlsx", b"1")
    home = folder.file("签约.xlsx").path.parent
    assert home.stat().st_mode & 0o077 == 0
    folder.discard()
    assert not home.exists()


def test_rows_of_foreign_places_are_refused_to_whoever_answers_for_one(world, report):
    found = review(world, report(codes=VILLAGES), only_below=small_world.EAST)
    assert found.changed is None
    told = next(each for each in found.checked.findings if each.severity == "错误")
    assert told.file == "签约.xlsx"
    first = re.fullmatch(r"A(\d+)", told.cell)
    assert first and int(first[1]) > len(EAST)  # the rows of the own county stand above
    with pytest.raises(UsageError):
        publish(world, found)
    assert world[0].numbers() == []
    assert "4 行不属于本账号负责的区划（如 试市西县" in told.found
    assert review(world, report(), only_below=small_world.EAST).checked.is_clean


def test_a_whole_report_of_one_county_takes_nothing_out_of_another(report, tmp_path):
    """Where the city is the unit that reports, the rows of 西县 would go."""
    whole = small_world.open_world(
        tmp_path / "whole", obligations=[f"T04,{small_world.CITY},city,2019-01-01,,1"]
    )
    publish(whole, review(whole, report(codes=VILLAGES)))
    store, _ = whole
    anybody = filing.review(store, report(), (), True, told)
    assert anybody.changed["removed"].sum() == len(VILLAGES) - len(EAST)
    found = filing.review(store, report(), (), True, told, only_below=small_world.EAST)
    (told_so,) = [each for each in found.checked.findings if each.severity == "错误"]
    assert (told_so.rule, found.changed) == ("area.not_yours", None)
    assert "会去掉试市其他区划已经报的行" in told_so.found


def test_what_is_published_is_the_matter_of_its_county(world, report):
    assert filing.place(review(world, report()).checked) == small_world.EAST
    assert filing.place(review(world, report(codes=VILLAGES)).checked) == small_world.CITY


def test_who_publishes_second_is_told_and_loses_nothing(world, report):
    publish(world, review(world, report()))
    mine = review(world, report(change=lambda row: row.update(signed_pop=row["signed_pop"] - 1)))
    theirs = review(world, report(change=lambda row: row.update(signed_pop=row["signed_pop"] - 2)))
    publish(world, theirs, who="李")
    with pytest.raises(PublishConflict, match="李"):
        publish(world, mine)
    store, _ = world
    assert store.numbers() == [1, 2]


def test_a_trial_sees_the_newest_snapshot_and_leaves_no_trace(world, report):
    store, _ = world
    publish(world, review(world, report()))
    with drafts.trial(store) as draft:
        assert draft.numbers() == [1]
        assert not draft.verify(1)
        folder = draft.path
    assert not folder.exists()
    assert not store.verify(1)


def test_readers_see_nothing_of_a_trial_under_way(world, report):
    store, _ = world
    publish(world, review(world, report()))
    seen = []
    with drafts.trial(store):
        reader = threading.Thread(target=lambda: seen.append(store.latest()))
        reader.start()
        reader.join()
    assert seen == [1]
