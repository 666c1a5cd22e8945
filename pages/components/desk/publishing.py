"""The last step: who publishes, why, and the snapshot that came of it."""

from collections.abc import Callable

import streamlit as st

from pages.components import links
from pages.exports.news import robot
from pages.shell import access, desk_data, filing, navigation, runtime, work
from pages.shell.filing import Review
from pages.theme.formats import quoted

_PUBLISH = "desk_publish"
# Where the figures of a report table are looked at first.
_PAGES = {"T04": "signing", "T09": "visits", "T10": "visits", "T07": "village_clinics"}


def form(found: Review, *, complete: bool, files: int) -> None:
    """Ask who publishes and why, then begin to publish."""
    asking = access.visitor()
    with st.form("desk_publish_form"):
        st.markdown("**确认发布**")
        who = st.text_input(
            "发布人", value=asking.words, disabled=bool(asking.name), key="desk_who", max_chars=40
        )
        note = st.text_input(
            "说明",
            key="desk_note",
            placeholder="如：商丘市第52周签约周报；订正第50周履约数",
            max_chars=200,
        )
        sent = st.form_submit_button("发布", type="primary")
    if not sent:
        return
    if not who.strip() or not note.strip():
        st.warning("请写明发布人和说明，以后查得到是谁、为什么。")
        return
    desk_data.refuse_personal(who, note)
    store, checked, engine = runtime.store(), found.checked, runtime.engine()
    what, area = f"{'、'.join(checked.rows)}；{files}个文件", filing.place(checked)

    def job(progress: work.Progress) -> int:
        with access.recorded_if_it_fails("publish", what, asking=asking, area=area):
            number = filing.publish(
                store,
                checked,
                who=who.strip(),
                note=note.strip(),
                complete=complete,
                progress=progress,
            )
        access.record("publish", what, snapshot=number, asking=asking, area=area)
        robot.tell_beside(engine, number, who=asking.words)
        return number

    work.begin(_PUBLISH, "发布", job)
    st.rerun()


def done(number: int, *, again: Callable[[], None]) -> None:
    """Say which snapshot came of it, and where its figures are."""
    manifest = runtime.store().manifest(number)
    st.success(
        f"已发布为 **{number} 号快照**（{manifest.time[:16].replace('T', ' ')}，"
        f"{quoted(manifest.who)}：{quoted(manifest.note, 200)}）。各页已显示新的数字。",
        icon=":material/check_circle:",
    )
    known = {entry.stem: entry.title for entry in navigation.ENTRIES}
    changed = _tables_of(number)
    stems = dict.fromkeys(_PAGES[table] for table in changed if table in _PAGES)
    first = navigation.ENTRIES[0]
    shown = [("", first.title), *((stem, known[stem]) for stem in stems if stem in known)]
    listed = "".join(
        f"<li>{links.link(f'看{title}', links.href(stem, snapshot=None))}</li>"
        for stem, title in shown
    )
    st.html(f'<ul class="points">{listed}</ul>')
    st.button("继续上报", key="desk_next", on_click=again, type="primary")


def _tables_of(number: int) -> list[str]:
    """The report tables whose files differ from the snapshot before."""
    store = runtime.store()
    new = store.manifest(number)
    old = set(store.manifest(new.parent).under("tables")) if new.parent else set()
    return sorted({entry.parts[1] for entry in new.under("tables") if entry not in old})
