"""对表头: a sheet that is none of ours, their columns left, ours right, saved once under a name."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from data.catalogue.forms import SavedForm, Taken
from data.catalogue.model import Column
from data.intake.check.checking import Checked
from data.intake.mapping import CHECKED, LEFT_OUT, TAKEN, Proposal, Proposed
from data.intake.words import MONEY
from pages.components import states
from pages.components.html_table import Cell, Row, html_table, number
from pages.shell import access, failures, own_forms
from pages.shell.filing import Folder
from pages.shell.own_forms import Guess
from pages.theme import formats

_SHOWN, _FINDINGS = 10, 12
_AS_PRINTED = "按表上写的"
_QUOTIENT = "商，只核对不保存"


def own_form(guesses: tuple[Guess, ...], folder: Folder, again: Callable[[], None]) -> None:
    """Offer to say what the columns of an unknown sheet are.

    again  Checks the files anew, by the form that was saved.
    """
    if not guesses:
        return
    st.header("对表头", anchor=False)
    at = 0
    if len(guesses) > 1:
        at = st.selectbox(
            "哪一个工作表",
            range(len(guesses)),
            format_func=lambda each: guesses[each].called,
            key="own_which",
        )
    guess = guesses[at]
    st.write(
        f"{formats.quoted(guess.called)} {formats.as_written(guess.proposed.in_words())}。"
        "下面说明各列是什么，存成表样；以后表头相同的文件直接读入，往年的可以一次全部上传。"
    )
    tables = own_forms.definitions().tables
    table = st.selectbox(
        "当作哪张报表",
        list(tables),
        index=list(tables).index(guess.proposed.table.id),
        format_func=lambda each: f"{each} {tables[each].title}",
        key=f"own_table_{at}",
    )
    proposed = own_forms.as_table(guess, table)
    form = _asked(guess, proposed)
    if form is None:
        return
    made, is_saved, replaces = form
    with states.refusals():
        if is_saved:
            own_forms.save(made, again=replaces)
            again()
            st.rerun()
        held = folder.holding(guess.foreign.file)
        if held is not None:
            with states.loading("正在照此试读"):
                _preview(own_forms.trial(made, held[0]), made)


def _asked(guess: Guess, proposed: Proposed) -> tuple[SavedForm, bool, bool] | None:
    """The form that the controls say, whether it is to be saved, and over another; None so far."""
    table = proposed.table
    common = {column.name: column for column in own_forms.definitions().common}
    names = {**common, **table.by_name}
    with st.form(f"own_{table.id}"):
        used = {each.column: _column(each, proposed, names) for each in proposed.columns}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            sheet = guess.foreign.sheet
            first = st.number_input(
                "数据从第几行开始",
                min_value=sheet.row_number(proposed.bottom) + 1,
                value=sheet.row_number(proposed.first),
                width=180,
            )
            money = st.selectbox("金额的单位", [_AS_PRINTED, *MONEY], width=180)
            without = st.text_input("不取的行（行首的字，用、分开）", placeholder="如 城区小计")
        constants = _constants(proposed)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input("表样名称", max_chars=40, placeholder="如 签约进度表")
            replaces = st.checkbox("替换同名的表样")
        with st.container(horizontal=True):
            looked = st.form_submit_button("预览前十行")
            saved = st.form_submit_button("保存并重新核对", type="primary")
    if not (looked or saved):
        return None
    if saved and not access.may("publish"):
        failures.wrong(access.refusal("publish"), icon=":material/lock:")
        return None
    chosen = replace(proposed, columns=tuple(_as_used(each, used) for each in proposed.columns))
    taken = {each.name for each in chosen.columns}
    missing = [c for c in table.columns if c.required and c.filed_at is None]
    chosen = replace(chosen, missing=tuple(c for c in missing if c.name not in taken))
    form = chosen.form(name.strip() or "预览", constants)
    # Numbering and blank rows below the header are passed over without being told to.
    skipped = max(0, int(first) - sheet.row_number(proposed.first))
    form = replace(
        form,
        columns=tuple(_in_units(each, names, money) for each in form.columns),
        checked=tuple(q for q in form.checked if {q.numerator, q.denominator} <= taken),
        skip_rows=skipped,
        without=tuple(filter(None, map(str.strip, without.split("、")))),
    )
    return (replace(form, name=name.strip()) if saved else form), saved, replaces


def _column(each: Proposal, proposed: Proposed, names: dict[str, Column]) -> str:
    """What one of their columns is to be: a name of ours, CHECKED or LEFT_OUT."""
    own = [*proposed.table.by_name, "division_code", "division_name", "period", "reporting_unit"]
    options = [LEFT_OUT, *([CHECKED] if each.quotient else []), *own, "remark"]
    said = {LEFT_OUT: "不取", CHECKED: _QUOTIENT}
    theirs, ours = st.columns([1, 1], vertical_alignment="center")
    theirs.markdown(f"**{formats.quoted(each.header)}**")
    theirs.caption(formats.as_written("；".join(filter(None, ("、".join(each.samples), each.why)))))
    return ours.selectbox(
        each.header,
        options,
        index=options.index(each.name if each.use == TAKEN else each.use),
        format_func=lambda option: said.get(option) or _called(names[option]),
        key=f"own_{proposed.table.id}_{each.column}",
        label_visibility="collapsed",
    )


def _called(column: Column) -> str:
    return f"{column.header}（{column.unit}）" if column.unit not in ("", "-") else column.header


def _as_used(each: Proposal, used: dict[int, str]) -> Proposal:
    choice = used[each.column]
    if choice == CHECKED:
        return each
    if choice == LEFT_OUT:
        return replace(each, use=LEFT_OUT, name="", quotient=None)
    return replace(each, use=TAKEN, name=choice, quotient=None)


def _in_units(taken: Taken, names: dict[str, Column], money: str) -> Taken:
    is_money = names[taken.name].unit in MONEY
    return replace(taken, unit=money) if is_money and money != _AS_PRINTED else taken


def _constants(proposed: Proposed) -> dict[str, str]:
    """What stands nowhere in the sheet and is the same for all its rows."""
    given = {}
    if "reporting_unit" in proposed.unsaid:
        given["reporting_unit"] = st.text_input(
            "填报单位（表上没有写）", max_chars=60, placeholder="如 睢阳区卫生健康委员会"
        ).strip()
    taken = {each.name for each in proposed.columns}
    for name in proposed.table.key:
        column = proposed.table.by_name.get(name)
        if column is not None and column.values and name not in taken:
            given[name] = st.selectbox(f"整张表的{column.header}", column.values)
    return {name: value for name, value in given.items() if value}


def _preview(checked: Checked, form: SavedForm) -> None:
    rows = checked.rows.get(form.table.id)
    if rows is None or rows.is_empty():
        states.empty("照此读不出一行", "看下面的问题")
    else:
        own = [each for each in form.columns if each.name in form.table.by_name]
        names = checked.catalogue.area_names
        html_table(
            [
                Cell("区划"),
                Cell("报告期"),
                *(Cell(_called(form.table.column(each.name)), style="number") for each in own),
            ],
            [
                Row(
                    [
                        Cell(names.get(row["area_code"], row["area_code"]), style="words"),
                        Cell(formats.period_short(row["period"])),
                        *(number("" if row[e.name] is None else str(row[e.name])) for e in own),
                    ]
                )
                for row in rows.head(_SHOWN).iter_rows(named=True)
            ],
            caption=f"读到 {rows.height} 行，列前 {min(_SHOWN, rows.height)} 行；还没有保存。",
        )
    said = checked.severities
    counts = "，".join(f"{severity} {count}" for severity, count in said.items())
    st.markdown(f"**照此读取的问题：{counts}**")
    lines = [formats.as_written(each.line()) for each in checked.findings[:_FINDINGS]]
    st.markdown("\n".join(f"- {line}" for line in lines))
