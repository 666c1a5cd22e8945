"""The list of snapshots: what it tells whom."""

import pytest

from data.snapshots.manifest import Manifest
from pages.components.desk import snapshots
from pages.shell import access


def manifest(who):
    return Manifest(
        number=2,
        parent=1,
        time="2020-12-21T09:00:00",
        who=who,
        note="西县第51周",
        kind="import",
        demo=False,
        catalogue="a",
        areas="b",
        domain={},
        files=(),
    )


@pytest.mark.parametrize(
    ("area", "who", "told"), [("", "李", True), ("991102", "王", True), ("991102", "李", False)]
)
def test_who_is_limited_to_an_area_reads_the_notes_of_his_own_publishes_only(
    monkeypatch, area, who, told
):
    monkeypatch.setattr(access, "area", lambda: area)
    monkeypatch.setattr(access, "visitor", lambda: access.Visitor("王"))
    row = snapshots._row(2, manifest(who))
    texts = [cell.text for cell in row.cells]
    assert ("西县第51周" in texts, who in texts) == (told, told)
    assert ("西县" in snapshots._label(2, manifest(who))) == told
