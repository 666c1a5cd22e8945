"""Which periods are finished at a chosen one, and which folders can hold their rows."""

from queries import parameters


def test_the_newest_finished_period_of_each_frequency_is_one_that_has_ended():
    found = [each.text for each in parameters.newest("2020-W51")]
    assert found == ["2020-W51", "2020-11", "2020-Q3", "2019"]


def test_a_period_that_ends_on_the_same_day_is_finished():
    found = [each.text for each in parameters.newest("2020-12")]
    assert found[1:] == ["2020-12", "2020-Q4", "2020"]


def test_rows_of_a_period_lie_in_its_own_folder_or_in_that_of_a_coarser_one():
    folders = set(parameters.folders("2020-W02"))
    assert {"2020-W02", "2020-01", "2020-Q1", "2020", "2019-W50", "2019-12", "2019"} <= folders
    assert "2020-W03" not in folders


def test_a_span_has_the_folders_of_every_period_that_ends_in_it():
    folders = parameters.folders_between("2020-11", "2020-12")
    assert {"2020-11", "2020-12", "2020-Q4", "2020", "2020-W45", "2020-W53"} <= set(folders)
    assert not {"2020-09", "2021-Q1", "2021-W02"} & set(folders)
    assert len(folders) == len(set(folders))
