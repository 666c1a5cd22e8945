"""Long work: it says how far it is, ends with a result or in words, and can be stopped."""

import threading

from streamlit.testing.v1 import AppTest

from data.errors import ImportRefused
from pages.shell.work import Job


def test_a_job_says_how_far_it_is_and_gives_its_result():
    half, go_on = threading.Event(), threading.Event()

    def job(progress):
        progress(0.5, "读第二个文件")
        half.set()
        go_on.wait(5)
        return 42

    work = Job("核对", job)
    half.wait(5)
    assert (work.state, work.share, work.words) == ("running", 0.5, "读第二个文件")
    go_on.set()
    work.wait(5)
    assert (work.state, work.result, work.error) == ("done", 42, None)


def test_a_cancelled_job_stops_at_its_next_word():
    started, go_on, after = threading.Event(), threading.Event(), []

    def job(progress):
        started.set()
        go_on.wait(5)
        progress(0.9, "再做一步")
        after.append("went on")

    work = Job("核对", job)
    started.wait(5)
    work.cancel()
    assert work.words == "正在停止…"
    go_on.set()
    work.wait(5)
    assert (work.state, work.result, after) == ("cancelled", None, [])


def test_what_a_job_refuses_is_kept_in_its_words():
    def job(_progress):
        raise ImportRefused("文件是空的。")

    work = Job("核对", job)
    work.wait(5)
    assert (work.state, str(work.error)) == ("failed", "文件是空的。")


def test_a_fault_of_the_program_ends_in_words_too(monkeypatch):
    logged = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _fault: logged.set())
    work = Job("核对", lambda _progress: {}["missing"])
    work.wait(5)
    assert work.state == "failed"
    assert "程序故障" in str(work.error)
    assert logged.wait(5)


def test_progress_stays_between_nothing_and_all():
    work = Job("核对", lambda progress: progress(3, "过头了"))
    work.wait(5)
    assert work.share == 1


def test_a_page_joins_its_running_work_and_forgets_it_on_request():
    def script():
        import threading

        import streamlit as st

        from pages.shell import work

        gate = st.session_state.setdefault("gate", threading.Event())
        first = work.begin("x", "核对", lambda progress: (progress(0.2, "读"), gate.wait(5)))
        st.write(f"same: {work.begin('x', '核对', lambda progress: None) is first}")
        work.show(first, key="x")
        if st.button("leave"):
            work.forget("x")
            gate.set()
            st.write(f"left: {work.current('x') is None}")

    at = AppTest.from_function(script).run()
    assert not at.exception
    assert at.markdown[0].value == "same: True"
    assert at.button(key="cancel_x").label == "取消"
    at.button[-1].click().run()
    assert any(each.value == "left: True" for each in at.markdown)
