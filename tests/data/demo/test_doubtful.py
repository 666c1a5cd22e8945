"""Every doubtful case of the list is in the rows."""

from datetime import timedelta

import polars as pl
import pytest

from data.demo.doubtful import DAYS_LATE, SAME_FOR_ALL, planted

CASES = planted().to_dicts()


def cases(kind: str):
    chosen = [case for case in CASES if case["kind"] == kind]
    return pytest.mark.parametrize(
        "case", chosen, ids=lambda c: f"{c['table_id']} {c['area_code']}"
    )


def rows(demo, case) -> pl.DataFrame:
    frame = demo.frames[case["table_id"]]
    return frame.filter(
        pl.col("area_code").str.starts_with(case["area_code"])
        & pl.col("period").is_between(pl.lit(case["period_from"]), pl.lit(case["period_to"]))
    )


def total(frame: pl.DataFrame, column: str) -> float:
    return float(frame.select(pl.col(column).sum()).item())


def before(demo, case) -> pl.DataFrame:
    frame = demo.frames[case["table_id"]].filter(
        pl.col("area_code").str.starts_with(case["area_code"])
        & (pl.col("period") < case["period_from"])
    )
    return frame.filter(pl.col("period") == frame["period"].max())


def test_the_list_names_every_kind():
    kinds = {"gap", "late", "copied", "rounded", "equal", "perfect", "shrink", "jump"}
    assert {case["kind"] for case in CASES} == kinds
    assert planted(["150300"]).height == 0
    assert planted(["411400", "421200"]).height < len(CASES)


@cases("gap")
def test_nothing_was_filed(demo, case):
    assert rows(demo, case).height == 0
    assert before(demo, case).height > 0


@cases("late")
def test_it_came_late(demo, case):
    found = rows(demo, case)
    assert found.height > 0
    assert (found["first_imported"] - found["period_end"] == timedelta(days=DAYS_LATE)).all()


@cases("copied")
def test_figures_are_those_of_the_period_before(demo, case):
    own = [c.name for c in demo.catalogue.tables[case["table_id"]].columns if c.type == "int"]
    found, old = rows(demo, case), before(demo, case).select("area_code", *own)
    for _, period in found.group_by("period"):
        assert period.select("area_code", *own).equals(old)


@cases("rounded")
def test_figures_end_in_zero(demo, case):
    found = rows(demo, case)
    assert found.height > 0
    assert (found[case["column"]] % 10 == 0).all()


@cases("equal")
def test_all_villages_file_the_same(demo, case):
    found = rows(demo, case)
    assert found["area_code"].n_unique() > 5
    assert (found[case["column"]] == SAME_FOR_ALL).all()


@cases("perfect")
def test_the_whole_township_is_at_100(demo, case):
    found = rows(demo, case)
    assert found.height > 0
    assert (found["signed_pop"] == found["sign_target_pop"]).all()
    county = demo.frames["T04"].filter(
        pl.col("area_code").str.starts_with(case["area_code"][:6])
        & (pl.col("period") == case["period_to"])
    )
    assert total(county, "signed_pop") < total(county, "sign_target_pop") * 0.99


@cases("shrink")
def test_the_list_shrinks_and_the_rate_rises(demo, case):
    first = rows(demo, case).filter(pl.col("period") == case["period_from"])
    old = before(demo, case)
    people, earlier = total(first, "sign_target_pop"), total(old, "sign_target_pop")
    assert people < earlier * 0.95
    assert total(first, "signed_pop") / people > total(old, "signed_pop") / earlier


@cases("jump")
def test_everything_received_is_suddenly_spent(demo, case):
    def share(frame: pl.DataFrame) -> float:
        return total(frame, "spent") / total(frame, "received")

    assert share(rows(demo, case)) == 1.0
    assert share(before(demo, case)) < 0.9
