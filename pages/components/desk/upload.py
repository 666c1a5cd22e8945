"""上报数据: files come in, are checked, reviewed and published; step by step, on one page."""

from collections.abc import Sequence

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data.findings import ERROR, EXPLAIN
from data.intake.check.waivers import Waiver
from data.intake.file_states import file_states
from pages.components.desk import files, finding_list, own_form, publishing, review
from pages.shell import access, filing, runtime, work
from pages.shell.filing import Folder, Review

CHECK, PUBLISH = "desk_check", "desk_publish"
_FOLDER, _REASONS, _COMPLETE, _ROUND = "desk.folder", "desk.reasons", "desk.complete", "desk.round"
_ASIDE = "desk.aside"
DEMO_WORDS = (
    "**这个数据仓是演示数据。** 导入的报表会与虚构的数字放在一起，发布后的快照仍标为演示数据，"
    "只适合练习。真实报表请先到「建立本单位数据仓」，为本单位另建一个。"
)


def upload_desk() -> None:
    """Draw the step that the filing of this session has reached."""
    if not access.may("upload"):
        st.info(access.refusal("upload"), icon=":material/lock:")
        return
    if runtime.manifest().demo:
        st.warning(DEMO_WORDS, icon=":material/science:")
    checking, published = work.current(CHECK), work.current(PUBLISH)
    if published is not None and published.state == "done":
        publishing.done(published.outcome, again=start_over)
        files.told_aside(_aside())
    elif published is not None and published.state == "running":
        work.show(published, key=PUBLISH)
    elif checking is None:
        _pick()
    elif checking.state == "done":
        if published is not None:
            work.show(published, key=PUBLISH)  # refused or stopped: why
            _offer_recheck(failed=published.state == "failed")
        _reviewed(checking.outcome)
    else:
        work.show(checking, key=CHECK)
        if checking.state != "running":
            st.button("重新选择文件", key="desk_again", on_click=start_over)


def start_over() -> None:
    """Put the filing aside and delete its files."""
    work.forget(CHECK)
    work.forget(PUBLISH)
    if folder := st.session_state.pop(_FOLDER, None):
        folder.discard()
    for key in (_REASONS, _COMPLETE, _ASIDE):
        st.session_state.pop(key, None)
    _empty_boxes()


def _empty_boxes() -> None:
    """Let the boxes for files go of their bytes."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _pick() -> None:
    with st.form("desk_pick", border=True):
        given = st.file_uploader(
            "选择一个或多个报表文件（电子表格）",
            accept_multiple_files=True,
            key=f"desk_files_{st.session_state.get(_ROUND, 0)}",
        )
        complete = st.checkbox(
            "文件是各单位的完整报表：数据仓里有、文件里没有的行，发布时去掉",
            key="desk_complete_box",
            help="不勾选时，文件里没有的行保留原数，并作为提示（缺行）列出。",
        )
        sent = st.form_submit_button("开始核对", type="primary")
    st.caption(
        "先核对，再看变化，确认后才发布；发布之前页面上的数字不会变。"
        "上传的文件只放在临时文件夹里，发布或放弃后删除。"
    )
    if not sent:
        return
    if not given:
        st.warning("还没有选择文件。")
        return
    folder = Folder()
    for file in given:
        folder.put(file.name, file.getvalue())
    st.session_state[_FOLDER], st.session_state[_COMPLETE] = folder, complete
    _empty_boxes()
    _check()
    st.rerun()


def _check() -> None:
    """Check, or check again, with the reasons given so far."""
    work.forget(CHECK)
    work.forget(PUBLISH)
    folder, complete, aside = st.session_state[_FOLDER], st.session_state[_COMPLETE], _aside()
    waivers = [Waiver(*each, reason) for each, reason in _reasons().items()]
    store, asking, what = runtime.store(), access.visitor(), f"核对 {len(folder.names)} 个文件"

    def job(progress: work.Progress) -> Review:
        with access.recorded_if_it_fails("publish", what, asking=asking):
            found = filing.review(
                store, folder, waivers, complete, progress, without=aside, only_below=asking.area
            )
        if not found.checked.is_clean:
            counted = found.checked.severities
            told = f"{what}；不能发布：{counted[ERROR]} 处错误，{counted[EXPLAIN]} 处需说明"
            access.record("publish", told, asking=asking, result="refused")
        return found

    work.begin(CHECK, what, job)


def _aside() -> set[str]:
    """The files that are set aside, as they are called in findings."""
    return st.session_state.get(_ASIDE, set())


def _reasons() -> dict[tuple[str, str], str]:
    return st.session_state.setdefault(_REASONS, {})


def _reviewed(found: Review) -> None:
    checked = found.checked
    states = file_states(checked, _aside())
    finding_list.verdict(checked, files=states.height - len(_aside()))
    if states.height > 1:
        files.files_table(states)
        aside = files.choose_aside(states)
        if aside is not None:
            _leave_out(aside)
    if states.height > 1 or checked.severities[ERROR]:
        sent = files.replacement(states, f"desk_replace_{st.session_state[_ROUND]}")
        if sent is not None:
            _put_instead(*sent, states["file"].to_list())
    if checked.findings:
        finding_list.finding_list(checked.findings, files=states.height)
        finding_list.takeaways(checked, states, st.session_state[_FOLDER])
    own_form.own_form(found.guesses, st.session_state[_FOLDER], _check)
    doubts = [each for each in checked.findings if each.severity == EXPLAIN and each.area_code]
    if doubts and not checked.severities[ERROR]:  # with errors the file must come anew anyway
        given = finding_list.reasons_form(doubts)
        if given:
            _reasons().update(given)
            _check()
            st.rerun()
    if found.changed is not None:
        review.changes(found)
        files.told_aside(_aside())
        publishing.form(
            found, complete=st.session_state[_COMPLETE], files=states.height - len(_aside())
        )
    st.button("放弃这次上报", key="desk_discard", on_click=start_over, icon=":material/delete:")


def _offer_recheck(*, failed: bool) -> None:
    if failed:
        st.button("按最新快照重新核对", key="desk_recheck", on_click=_check, type="primary")


def _leave_out(aside: set[str]) -> None:
    st.session_state[_ASIDE] = aside
    _check()
    st.rerun()


def _put_instead(old: str, new: Sequence[UploadedFile], known: Sequence[str]) -> None:
    """Take new files in the place of one, or of those that are called like them."""
    folder, aside = st.session_state[_FOLDER], _aside()
    for file in new:
        replaced = {old} if old else {each for each in known if each.split("/")[-1] == file.name}
        for each in replaced:
            # One in a zip stays there, unread.
            aside = aside - {each} if folder.take_out(each) else aside | {each}
        folder.put(file.name, file.getvalue())
    _empty_boxes()
    _leave_out(aside)
