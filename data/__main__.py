"""The steward's command line: python -m data demo | check | import | snapshots | …"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from data import areas_command, console, intake
from data import catalogue as catalogues
from data.changes import compare
from data.console import DONE, FOUND, WRONG
from data.demo.build import build, build_samples
from data.errors import UsageError
from data.findings import Finding
from data.publish import current_user, rebuild, restore
from data.store import Store


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
    made = command("check", _check, "核对工作簿,不入库")
    made.add_argument("files", nargs="+", metavar="文件", type=Path)
    made.add_argument("--json", action="store_true", help="问题以 JSON 给出")
    made = command("import", _import, "核对并入库,打印新快照的号")
    made.add_argument("files", nargs="+", metavar="文件", type=Path)
    made.add_argument("--note", default="", metavar="说明", help="写进快照的说明")
    made.add_argument("--complete", action="store_true", help="文件是完整的:缺的行从数据仓去掉")
    made.add_argument(
        "--waive", action="append", default=[], metavar="规则:区划代码=理由", help="豁免一处需说明"
    )
    made.add_argument("--json", action="store_true", help="结果以 JSON 给出")
    made = command("snapshots", _snapshots, "列出快照")
    made.add_argument("--json", action="store_true", help="以 JSON 给出")
    made = command("show", _show, "看一个快照")
    made.add_argument("number", metavar="快照号")
    made = command("diff", _diff, "比较两个快照")
    made.add_argument("before", metavar="甲")
    made.add_argument("after", metavar="乙")
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
    made = command("areas", lambda arguments: WRONG, "区划登记")
    area_commands = made.add_subparsers(title="命令", required=True, metavar="命令")
    inner = area_commands.add_parser("import", help="导入区划登记(CSV)")
    inner.add_argument("file", metavar="文件", type=Path)
    inner.set_defaults(command=_areas_import)
    return parser


def _demo(arguments: argparse.Namespace) -> int:
    if arguments.samples:
        for path in build_samples(arguments.samples):
            print(path)
        return DONE
    cities = arguments.cities.split(",") if arguments.cities else None
    number = build(console.open_store(arguments).path, cities, _progress, arguments.scale)
    print(number)
    return DONE


def _check(arguments: argparse.Namespace) -> int:
    checked = intake.check(console.open_store(arguments), arguments.files, now=_now())
    _report(checked, as_json=arguments.json)
    return _exit_code(checked)


def _import(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    waivers = [intake.Waiver.parse(text) for text in arguments.waive]
    checked = intake.check(store, arguments.files, now=_now(), waivers=waivers)
    if not checked.is_clean or not checked.rows:
        _report(checked, as_json=arguments.json)
        print("没有入库。", file=sys.stderr)
        return _exit_code(checked)
    number = intake.publish_checked(
        store, checked, who=current_user(), note=arguments.note, complete=arguments.complete
    )
    if arguments.json:
        console.print_json(_as_json(checked) | {"snapshot": number})
        return DONE
    _report(checked, as_json=False)
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
    return DONE


def _diff(arguments: argparse.Namespace) -> int:
    store = console.open_store(arguments)
    before, after = (console.whole_number(text) for text in (arguments.before, arguments.after))
    changes = compare(store, before, after)
    if arguments.json:
        console.print_json(changes.as_dict())
    elif changes.is_empty:
        print(f"快照 {before:06d} 与 {after:06d} 的数据相同。")
    else:
        console.print_table(("报表", "报告期", "新增", "修改", "删除"), changes.tables.rows())
        if changes.figures.height:
            print()
            console.print_table(
                ("指标", "人群", "区划", "报告期", "原值", "新值"), changes.figures.rows()
            )
    return DONE


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
    added, changed = areas_command.import_areas(store, arguments.file)
    print(f"区划登记已更新:新增 {added} 个,修改 {changed} 个。")
    if store.latest() is not None:
        print("已有快照仍用原来的区划;请运行 rebuild 重算,或在下次导入时一并重算。")
    return DONE


def _newest(store: Store) -> int:
    number = store.latest()
    if number is None:
        raise UsageError(f"数据仓 {store.path} 里还没有快照。")
    return number


def _report(checked: intake.Checked, *, as_json: bool) -> None:
    if as_json:
        console.print_json(_as_json(checked))
        return
    for finding in checked.findings:
        print(finding.line(), file=sys.stderr)
    rows = sum(frame.height for frame in checked.rows.values())
    counts = "、".join(f"{name} {number}" for name, number in checked.severities.items())
    print(f"读到 {rows} 行;问题:{counts}。", file=sys.stderr)


def _as_json(checked: intake.Checked) -> dict[str, object]:
    return {
        "rows": {table: frame.height for table, frame in checked.rows.items()},
        "base": checked.base,
        "severities": checked.severities,
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
