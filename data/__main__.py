"""The steward's command line: python -m data demo | check | import | snapshots | …"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import polars as pl

from data import areas_command, console, intake, templates, tokens
from data import catalogue as catalogues
from data.changes import POINTS, Changes, Preview, compare, preview
from data.console import DONE, FOUND, WRONG
from data.demo.build import build, build_samples
from data.errors import UsageError
from data.findings import Finding
from data.history import listed, waivers
from data.importing import given_files
from data.marked_files import copy_name, write_marked
from data.publish import current_user, rebuild, restore
from data.settings import ANALYST, FILE_NAME, ROLES
from data.store import Store
from data.workbooks.limits import Limits

# So many changed values are listed before a publish; `diff` lists them all.
_MOST_LISTED = 50
# From so many files on a check tells how far it is.
_MANY_FILES = 20


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 findings, 2 wrong usage or input."""
    arguments = _parser().parse_args(words)
    return console.run(lambda: arguments.command(arguments))


def _parser() -> argparse.ArgumentParser:
    parser = console.parser("python -m data", "健康扶贫监测看板:数据仓的建立、导入、核对和恢复")
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")

    def command(name: str, run, words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words, description=words)
        made.set_defaults(command=run)
        return made

    made = command("demo", _demo, "在空的数据仓里建立演示数据")
    made.add_argument("--cities", metavar="代码,…", help="只模拟这些市,如 411400,511800")
    made.add_argument(
        "--scale", choices=("national",), default="", help="national:全国规模,只供测速,需数分钟"
    )
    made.add_argument(
        "--samples", metavar="文件夹", type=Path, help="不建数据仓,只写几个练习导入用的样表"
    )
    made = command("template", _template, "写空白报表,供单位填报")
    made.add_argument("table", nargs="?", metavar="报表", help="如 T04;不写就是该单位的全部报表")
    made.add_argument("--area", required=True, metavar="区划代码", help="填报单位的区划代码")
    made.add_argument("--period", metavar="报告期", help="如 2020-W51;默认接着数据仓里最新的一期")
    made.add_argument("-o", dest="folder", type=Path, default=Path(), metavar="文件夹")
    made = command("check", _check, "核对工作簿,不入库")
    made.add_argument("files", nargs="+", metavar="文件", type=Path)
    made.add_argument("--json", action="store_true", help="问题以 JSON 给出")
    _marked(made)
    made = command("import", _import, "核对并入库,打印新快照的号")
    made.add_argument("files", nargs="+", metavar="文件", type=Path)
    made.add_argument("--note", default="", metavar="说明", help="写进快照的说明")
    made.add_argument("--complete", action="store_true", help="文件是完整的:缺的行从数据仓去掉")
    made.add_argument(
        "--waive", action="append", default=[], metavar="规则:区划代码=理由", help="豁免一处需说明"
    )
    made.add_argument("--json", action="store_true", help="结果以 JSON 给出")
    _marked(made)
    made = command("snapshots", _snapshots, "列出快照")
    made.add_argument("--json", action="store_true", help="以 JSON 给出")
    made = command("show", _show, "看一个快照")
    made.add_argument("number", metavar="快照号")
    made = command("diff", _diff, "比较两个快照")
    made.add_argument("before", metavar="甲")
    made.add_argument("after", metavar="乙")
    made.add_argument(
        "--threshold",
        type=float,
        default=0.0,
        metavar="数",
        help="只列变动不小于它的数值(率按百分点)",
    )
    made.add_argument("--json", action="store_true", help="以 JSON 给出")
    made = command("verify", _verify, "重算校验值,核对快照(默认全部)")
    made.add_argument("number", nargs="?", metavar="快照号")
    made = command("restore", _restore, "把旧快照的数据重新发布为最新")
    made.add_argument("number", metavar="快照号")
    made.add_argument("--note", default="", metavar="说明")
    made.add_argument(
        "--definitions",
        choices=("旧", "新"),
        help="定义已改时:用旧快照当时的定义,还是现在的定义",
    )
    made = command("rebuild", _rebuild, "按现在的定义重算全部指标,发布为新快照")
    made.add_argument("--note", default="定义修改后重算", metavar="说明")
    made = command("gc", _gc, "清除没有快照使用的文件")
    made.add_argument("--hours", type=float, default=1.0, metavar="小时", help="只清多久以前的")
    made = command("token", _token, "生成一个接口口令,打印要写进设置文件的几行")
    made.add_argument("name", metavar="名称", help="谁用这个口令,如 统计报表")
    made.add_argument("--role", choices=ROLES, default=ANALYST, help="角色,默认 分析")
    made.add_argument("--area", default="", metavar="区划代码", help="只能看这个区划及下级")
    made = command("areas", lambda arguments: WRONG, "区划登记")
    area_commands = made.add_subparsers(title="命令", required=True, metavar="命令")
    inner = area_commands.add_parser(
        "import", help="导入区划登记(工作簿或 CSV,有代码和名称两列就行)"
    )
    inner.add_argument("file", metavar="文件", type=Path)
    inner.set_defaults(command=_areas_import)
    return parser


def _token(arguments: argparse.Namespace) -> int:
    made = tokens.make()
    print(f"口令(只显示这一次,请交给使用者保存):{made}")
    print(f"请把下面几行写进数据仓的 {FILE_NAME},再重新启动看板:")
    print(tokens.lines(arguments.name, made, role=arguments.role, area=arguments.area), end="")
    return DONE


def _demo(arguments: argparse.Namespace) -> int:
    if arguments.samples:
        for path in build_samples(arguments.samples):
            print(path)
        return DONE
    cities = arguments.cities.split(",") if arguments.cities else None
    number = build(console.open_store(arguments).path, cities, _progress, arguments.scale)
    print(number)
    return DONE


def _marked(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--marked",
        metavar="文件夹",
        type=Path,
        help="另写标出问题的副本:单元格着色、加批注,首页是问题清单",
    )


def _template(arguments: argparse.Namespace) -> int:
    made = templates.write_all(
        console.open_store(arguments),
        arguments.area,
        arguments.folder,
        table_id=arguments.table,
        period=arguments.period,
        today=_now().date(),
    )
    for path in made:
        print(path)
    if not made:
        print(f"没有按「{arguments.period}」这种报告期报送的报表。", file=sys.stderr)
    return DONE if made else FOUND


def _check(arguments: argparse.Namespace) -> int:
    store, progress = console.open_store(arguments), _many(arguments.files)
    checked = intake.check(store, arguments.files, now=_now(), progress=progress)
    _report(checked, _differences(store, checked), as_json=arguments.json)
    _write_marked(arguments, checked)
    return _exit_code(checked)


def _differences(
    store: Store, checked: intake.Checked, *, complete: bool = False
) -> Preview | None:
    """What a publish would change; None where it cannot be published."""
    if not checked.is_clean or not checked.rows:
        return None
    return preview(store, checked, complete=complete)


def _write_marked(arguments: argparse.Namespace, checked: intake.Checked) -> None:
    if arguments.marked is None:
        return
    limits = Limits.from_settings(checked.catalogue.settings)
    written = write_marked(arguments.marked, arguments.files, checked.findings, limits)
    for shown, copy in written.items():
        if copy.name != copy_name(shown, longest=1 << 20):
            print(f"文件「{shown}」名称太长,副本改名为「{copy.name}」。", file=sys.stderr)
    print(f"写出 {len(written)} 个标出问题的副本,在 {arguments.marked}。", file=sys.stderr)


def _many(paths: Sequence[Path]) -> intake.Progress:
    """Progress on the error stream, for many files only: a line at every twentieth part."""
    told = 0

    def progress(share: float, words: str) -> None:
        nonlocal told
        if int(share * 20) > told:
            told = int(share * 20)
            _progress(share, words)

    is_many = len(given_files(paths)) >= _MANY_FILES
    return progress if is_many else lambda share, words: None


def _import(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    granted = [intake.Waiver.parse(text) for text in arguments.waive]
    progress = _many(arguments.files)
    checked = intake.check(store, arguments.files, now=_now(), waivers=granted, progress=progress)
    _write_marked(arguments, checked)
    if not checked.is_clean or not checked.rows:
        _report(checked, None, as_json=arguments.json)
        print("没有入库。", file=sys.stderr)
        return _exit_code(checked)
    differences = _differences(store, checked, complete=arguments.complete)
    if not arguments.json:
        _report(checked, differences, as_json=False)
    number = intake.publish_checked(
        store, checked, who=current_user(), note=arguments.note, complete=arguments.complete
    )
    if arguments.json:
        console.print_json(_as_json(checked, differences) | {"snapshot": number})
        return DONE
    if store.manifest(number).demo:
        print("注意:这是演示数据仓,正式数据请用 --store 另建。", file=sys.stderr)
    print(number)
    return DONE


def _snapshots(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    manifests = [store.manifest(number) for number in store.numbers()]
    if not manifests:
        print(f"数据仓 {store.path} 里还没有快照。", file=sys.stderr)
        return FOUND
    if arguments.json:
        console.print_json(
            [
                {
                    "number": m.number,
                    "parent": m.parent,
                    "time": m.time,
                    "who": m.who,
                    "note": m.note,
                    "kind": m.kind,
                    "demo": m.demo,
                    "files": len(m.files),
                    "sha256": m.sha256,
                }
                for m in manifests
            ]
        )
        return DONE
    console.print_table(
        ("快照", "时间", "发布人", "方式", "演示", "文件数", "说明"),
        [
            (
                m.number,
                m.time[:16],
                m.who,
                _KINDS[m.kind],
                "演示" if m.demo else "",
                len(m.files),
                m.note,
            )
            for m in manifests
        ],
    )
    return DONE


_KINDS = {"import": "导入", "demo": "演示", "restore": "恢复", "rebuild": "重算"}


def _show(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    manifest = store.manifest(console.whole_number(arguments.number))
    catalogue = store.catalogue(manifest.number)
    print(f"快照 {manifest.number:06d}  {manifest.time}  {manifest.who}  {_KINDS[manifest.kind]}")
    print(f"说明:{manifest.note or '无'}  {'演示数据' if manifest.demo else ''}")
    print(f"校验值:{manifest.sha256}")
    rows = []
    for table_id, spans in sorted(manifest.domain.items()):
        entries = manifest.under("tables", table_id)
        rows.append(
            (
                table_id,
                catalogue.tables[table_id].title,
                min(first for first, _ in spans.values()),
                max(last for _, last in spans.values()),
                sum(entry.rows for entry in entries),
            )
        )
    console.print_table(("报表", "名称", "最早", "最近", "行数"), rows)
    granted = waivers(store, manifest.number)
    mine = listed(catalogue, granted.filter(granted["snapshot"] == manifest.number))
    if mine:
        print("\n这次发布豁免的需说明:")
        console.print_table(("报表", "报告期", "区划", "规则", "理由", "豁免人"), mine)
    return DONE


def _diff(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    before, after = (console.whole_number(text) for text in (arguments.before, arguments.after))
    changes = compare(store, before, after, arguments.threshold)
    if arguments.json:
        console.print_json(changes.as_dict())
    elif changes.is_empty:
        print(f"快照 {before:06d} 与 {after:06d} 的数据相同。")
    else:
        console.print_table(("报表", "报告期", "新增", "修改", "删除"), changes.tables.rows())
        _print_values(changes.values)
        _print_figures(changes)
    return DONE


def _print_values(values: pl.DataFrame, *, file: TextIO | None = None, most: int = 0) -> None:
    """Changed values, all of them or the first so many."""
    if not values.height:
        return
    print(f"\n改动的填报数({values.height} 个):", file=file)
    lines = [
        (
            line["table"].partition(" ")[0],
            f"{line['area']} {line['key']}".strip(),
            line["period"],
            f"{line['header']}({line['unit']})" if line["unit"] else line["header"],
            "*" if line["masked"] else line["before"],
            "*" if line["masked"] else line["after"],
            _signed(line["difference"]),
        )
        for line in (values.head(most) if most else values).to_dicts()
    ]
    heads = ("报表", "对象", "报告期", "列", "原值", "新值", "差")
    console.print_table(heads, lines, file=file)
    if len(lines) < values.height:
        print(f"另有 {values.height - len(lines)} 个没有列出。", file=file)


def _print_figures(changes: Changes) -> None:
    if not changes.figures.height:
        return
    print(f"\n变动的指标值({changes.figures.height} 个):")
    lines = [
        (
            line["indicator"],
            line["population"],
            line["dimension"] or None,
            line["area"],
            line["period"],
            "*" if line["masked"] else f"{line['before_value'] or '—'}({line['before']})",
            "*" if line["masked"] else f"{line['after_value'] or '—'}({line['after']})",
            _signed(line["difference"], line["unit"]),
        )
        for line in changes.figures.to_dicts()
    ]
    console.print_table(("指标", "人群", "分组", "区划", "报告期", "原值", "新值", "差"), lines)


def _signed(difference: float | None, unit: str = "") -> str | None:
    if difference is None:
        return None
    if unit == POINTS:
        return f"{difference:+.2f} {unit}"
    text = f"{difference:+.4f}".rstrip("0").rstrip(".")
    return f"{text} {unit}".rstrip()


def _verify(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    numbers = [console.whole_number(arguments.number)] if arguments.number else store.numbers()
    problems = [problem for number in numbers for problem in store.verify(number)]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{len(numbers)} 个快照全部完好。")
    return FOUND if problems else DONE


def _restore(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    number = console.whole_number(arguments.number)
    manifest = store.manifest(number)
    if intake.definitions_changed(store, manifest) and arguments.definitions is None:
        raise UsageError(
            f"快照 {number:06d} 之后定义已改。请加 --definitions 旧(沿用当时的定义)"
            "或 --definitions 新(按现在的定义重算)。"
        )
    note = arguments.note or f"恢复到快照 {number:06d}"
    if arguments.definitions == "新":
        print(
            rebuild(
                store,
                catalogues.load(store.path),
                who=current_user(),
                note=note,
                now=_now(),
                number=number,
            )
        )
    else:
        print(restore(store, number, who=current_user(), note=note, now=_now()))
    return DONE


def _rebuild(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    print(
        rebuild(
            store,
            catalogues.load(store.path),
            who=current_user(),
            note=arguments.note,
            now=_now(),
            number=_newest(store),
        )
    )
    return DONE


def _gc(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    files = store.unnamed_files(arguments.hours * 3600)
    for path in files:
        path.unlink(missing_ok=True)
    print(f"清除了 {len(files)} 个没有快照使用的文件。")
    return DONE


def _areas_import(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    taken = areas_command.import_areas(store, arguments.file)
    for line in taken.told:
        print(line)
    print(f"区划登记已更新:新增 {taken.added} 个,修改 {taken.changed} 个。")
    if store.latest() is not None:
        print("已有快照仍用原来的区划;请运行 rebuild 重算,或在下次导入时一并重算。")
    return DONE


def _newest(store: Store) -> int:
    number = store.latest()
    if number is None:
        raise UsageError(f"数据仓 {store.path} 里还没有快照。")
    return number


def _report(checked: intake.Checked, differences: Preview | None, *, as_json: bool) -> None:
    if as_json:
        console.print_json(_as_json(checked, differences))
        return
    for finding in checked.findings:
        print(finding.line(), file=sys.stderr)
    rows = sum(frame.height for frame in checked.rows.values())
    counts = "、".join(f"{name} {number}" for name, number in checked.severities.items())
    print(f"读到 {rows} 行;问题:{counts}。", file=sys.stderr)
    if differences is not None:
        _print_differences(differences)


def _print_differences(differences: Preview) -> None:
    """What a publish changes, told before it happens."""
    heads = ("报表", "报告期", "填报单位", "新增行", "修改行", "相同行", "删除行", "保留行")
    console.print_table(heads, differences.tables.rows(), file=sys.stderr)
    _print_values(differences.values, file=sys.stderr, most=_MOST_LISTED)


def _as_json(checked: intake.Checked, differences: Preview | None) -> dict[str, object]:
    return {
        "rows": {table: frame.height for table, frame in checked.rows.items()},
        "base": checked.base,
        "severities": checked.severities,
        "changes": None if differences is None else differences.as_dict(),
        "findings": [Finding.as_dict(finding) for finding in checked.findings],
    }


def _exit_code(checked: intake.Checked) -> int:
    """2 when a file could not be taken in at all, 1 when findings block."""
    if not checked.rows:
        return WRONG
    return DONE if checked.is_clean else FOUND


def _progress(share: float, words: str) -> None:
    print(f"{share:4.0%} {words}", file=sys.stderr)


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


if __name__ == "__main__":
    raise SystemExit(main())
