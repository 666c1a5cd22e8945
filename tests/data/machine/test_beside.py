"""Work on a thread of its own ends as a Future does."""

import threading

import pytest

from data.errors import ProductError
from data.machine.beside import beside


def test_the_caller_goes_on_and_finds_the_result_later():
    gate = threading.Event()
    end = beside(lambda: gate.wait(5), "work")
    assert not end.done()
    gate.set()
    assert end.result(5) is True


def test_what_the_work_raises_is_raised_where_the_result_is_wanted():
    def refuse():
        raise ProductError("读不了")

    with pytest.raises(ProductError, match="读不了"):
        beside(refuse, "work").result(5)


def test_a_fault_of_the_program_is_told_to_the_log_as_well(monkeypatch):
    told, heard = [], threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda fault: (told.append(fault), heard.set()))
    end = beside(lambda: {}["missing"], "export")
    assert isinstance(end.exception(5), KeyError)
    heard.wait(5)
    assert told[0].exc_type is KeyError
    assert told[0].thread.name == "export"
