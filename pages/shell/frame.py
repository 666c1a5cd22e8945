"""The frame that every request passes through: snapshot, address, notices, then the page."""

import streamlit as st

from data.errors import ProductError, SnapshotDamaged, is_panic
from pages.shell import (
    access,
    address,
    afterwards,
    arrival,
    failures,
    first_start,
    menu,
    navigation,
    opened,
    runtime,
)
from pages.theme.formats import quoted

page = st.navigation(menu.pages(), position="top")
st.set_page_config(page_title=f"{page.title} · {navigation.TITLE}", layout="wide")


def make_demo() -> None:
    """Build the demo if the store is empty, showing how far it is, then start over."""
    build = first_start.begin(opened.path())
    if build is None:
        return
    st.title(navigation.TITLE)
    st.write("第一次启动：数据仓还是空的，正在建立演示数据（虚构的数字，只供试用），约需十几秒。")
    bar = st.progress(0.0, text="正在准备演示数据…")
    first_start.watch(build, lambda share, words: bar.progress(share, text=words))
    st.rerun()


def refuse(problem: arrival.AddressProblem) -> None:
    """Say what is wrong with the address, and offer ways back."""
    if problem.is_empty:
        st.info(problem.message)
    else:
        st.error(problem.message, icon=":material/link_off:")
    with st.container(horizontal=True):
        for offer in problem.offers:
            st.button(
                f"改看{offer.label}",
                key=f"offer_{problem.key}_{offer.value}",
                on_click=address.choose,
                args=(problem.key, offer.value),
            )
        st.button(
            f"去掉这个条件，看{problem.default}" if problem.default else "去掉这个条件",
            key=f"drop_{problem.key}",
            on_click=address.choose,
            args=(problem.key, None),
        )


def offer_last_good(error: SnapshotDamaged) -> None:
    """Name the damaged snapshot and offer the newest one that is whole."""
    failures.wrong(str(error))
    damaged = error.number if error.number is not None else runtime.snapshot()
    good = runtime.last_good(damaged)
    if good is None:
        st.write("数据仓里没有更早的完好快照，请管理员从备份恢复。")
        return
    st.button(
        f"改看最近的完好快照（{good} 号）",
        key="last_good",
        type="primary",
        on_click=address.choose,
        args=("snapshot", str(good)),
    )


def begin_anew() -> None:
    """Say that another store was opened: what stands on this page is not of it."""
    st.title(page.title)
    st.info("管理员换了打开的数据仓，这一页还是原来那个的。", icon=":material/swap_horiz:")
    st.html('<a href="/" target="_self">打开现在的数据仓</a>')


def notices() -> None:
    """Say what holds for every page: demo, a pinned snapshot, a link that was not understood."""
    if missing := st.query_params.get("missing"):
        st.warning(f"没有“{quoted(missing)}”这个页面，已转到{navigation.ENTRIES[0].title}。")
    for words in arrival.misread():
        st.warning(words, icon=":material/link_off:")
    if lost := runtime.newest_lost():
        st.error(
            f"最新的 {lost} 号快照的清单不见了，现在显示的是较早的数。请管理员从备份恢复"
            f"数据仓里的 snapshots/{lost:06d}.json。",
            icon=":material/error:",
        )
    if runtime.manifest().demo:
        st.warning(navigation.demo_words(page.title), icon=":material/science:")
    if runtime.pinned():
        newest = runtime.store().latest()
        with st.container(horizontal=True, vertical_alignment="center"):
            kept = "，敏感指标只在最新快照里显示" if runtime.scope().is_past else ""
            st.info(f"正在看固定的 {runtime.snapshot()} 号快照（最新为 {newest} 号）{kept}。")
            st.button("回到最新快照", key="unpin", on_click=address.choose, args=("snapshot", None))


def show_page() -> None:
    """Fix the snapshot, check the address, then run the page."""
    access.arrived()
    if opened.has_moved():
        begin_anew()
        return
    address.take_over(page.url_path)
    if problem := arrival.wrong_snapshot():
        st.title(page.title)
        refuse(problem)
        return
    runtime.begin()
    if problems := arrival.problems():
        st.title(page.title)
        for problem in problems:
            refuse(problem)
        return
    address.write()
    notices()
    later = st.container()
    afterwards.begin()
    page.run()
    afterwards.run()
    if words := runtime.definitions_differ():  # after the page: it must not delay the figures
        later.warning(words, icon=":material/rule:")


try:
    make_demo()
    show_page()
except SnapshotDamaged as error:
    offer_last_good(error)
except ProductError as error:
    failures.show(error)
except BaseException as error:  # what Streamlit would not show: it is no Exception
    if not is_panic(error):
        raise
    failures.show(error)
