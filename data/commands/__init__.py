"""The commands of `python -m data`: a module each, loaded when it is the one that runs.

Each has `arguments(parser)`, which names what it takes, and `run(arguments)`, which gives its exit
code.
"""

# Name → its module, and what it is for.
COMMANDS = {
    "demo": ("demo", "在空的数据仓里建立演示数据"),
    "template": ("template", "写空白报表，供单位填报"),
    "check": ("check", "核对工作簿，不入库"),
    "import": ("importing", "核对并入库，打印新快照的号"),
    "snapshots": ("store.snapshots", "列出快照"),
    "show": ("store.show", "看一个快照"),
    "diff": ("store.diff", "比较两个快照"),
    "verify": ("store.verify", "重算校验值，核对快照（默认全部）和日志"),
    "restore": ("store.restore", "把旧快照的数据重新发布为最新"),
    "rebuild": ("store.rebuild", "按现在的定义重算全部指标，发布为新快照"),
    "gc": ("store.gc", "清除没有快照使用的文件和过期的日志"),
    "backup": ("store.backup", "备份整个数据仓，已抄过的不再抄"),
    "restore-from": ("store.restore_from", "从备份找回缺了的、坏了的"),
    "token": ("token", "接口的口令：生成、列出、停用"),
    "forms": ("forms", "本单位自己的表：最像哪张报表，各列是什么"),
    "areas": ("areas", "区划登记"),
    "begin": ("begin", "建立本单位数据仓，写第一批空白表"),
}
