"""The list of pages. A new page is one line here and one script in pages/views/.

A subject page that data/catalogue/subjects.yaml describes is there without either.
"""

from dataclasses import dataclass
from pathlib import Path

from data.catalogue import subjects

TITLE = "健康扶贫监测看板"
# What the demo notice says where a page shows figures of the store only, as nearly all do.
ALL_DEMO = "**演示数据**：本页数字全部是虚构的，只供试用，不是任何地方的真实统计。"
# The drop-downs, in their order; the pages of the weekly meeting stand in the bar itself.
SUBJECTS, ANALYSIS, BRIEFING, DATA = "更多专题", "分析", "汇报与导出", "数据管理"
SECTIONS = ("", SUBJECTS, ANALYSIS, BRIEFING, DATA)
_VIEWS = Path(__file__).parents[1] / "views"


@dataclass(frozen=True)
class MenuEntry:
    """One page of the menu: its Chinese title, the stem of its script and address.

    section  The drop-down it stands in; empty: in the bar itself.
    choices  What its address can say besides the filters: the keys of its own controls.
    demo     What is said above the page while the store holds demo data.
    view     The stem of its script, where several pages share one.
    """

    title: str
    stem: str
    section: str = ""
    choices: tuple[str, ...] = ()
    demo: str = ALL_DEMO
    view: str = ""

    @property
    def script(self) -> Path:
        """The page's script."""
        return _VIEWS / f"{self.view or self.stem}.py"


# The first one is the home page and lives at `/`.
ENTRIES = (
    MenuEntry("总览", "overview", choices=("rows", "missing")),
    MenuEntry("签约服务", "signing"),
    MenuEntry("县域内就诊", "visits"),
    MenuEntry("村卫生室标准化", "village_clinics"),
    MenuEntry(
        "指标分析",
        "analysis",
        choices=("look", "reading", "base", "against", "other_period", "other_area"),
    ),
    MenuEntry("参保与待遇", "insurance", section=SUBJECTS),
    MenuEntry("大病与慢病", "disease", section=SUBJECTS),
    MenuEntry("妇幼健康", "maternal", section=SUBJECTS),
    MenuEntry("疾病防控", "prevention", section=SUBJECTS),
    MenuEntry("人才与对口支援", "workforce", section=SUBJECTS),
    MenuEntry("计生帮扶", "family_planning", section=SUBJECTS),
    MenuEntry("监测帮扶", "monitoring", section=SUBJECTS),
    MenuEntry("资金项目", "funds", section=SUBJECTS),
    *(
        MenuEntry(each.title, each.stem, section=SUBJECTS, view="described")
        for each in subjects.load().values()
    ),
    MenuEntry("区划对比", "area_profile", section=ANALYSIS, choices=("beside", "field")),
    MenuEntry("指标词典", "dictionary", section=ANALYSIS, choices=("book", "domain", "word")),
    MenuEntry(
        "政策与资料",
        "policy",
        section=ANALYSIS,
        choices=(
            *("part", "document", "place", "subject", "kind", "search"),
            *("series", "province", "exit_year", "county"),
        ),
        demo="**真实资料与演示数据并列**：标有「真实资料」的是公开文件和统计数；"
        "取自数据仓的现值和演示目标是虚构的，只供试用。",
    ),
    MenuEntry("周调度简报", "briefing", section=BRIEFING, choices=("show", "present")),
    MenuEntry(
        "数据导出",
        "download",
        section=BRIEFING,
        choices=(
            *("part", "indicators", "level", "from", "to", "groups", "state"),
            *("across", "measure", "table", "sql"),
        ),
    ),
    MenuEntry(
        "报送与质量",
        "reporting",
        section=DATA,
        choices=(
            *("part", "filing_table", "filing_cell", "blank_unit", "blank_table", "blank_period"),
            *("doubt", "compare_from", "compare_to", "verify_number", "restore_number"),
            *("log_span", "log_action", "log_word", "area_change"),
        ),
    ),
    MenuEntry(
        "整改与督导", "supervision", section=DATA, choices=("part", "issue_kind", "issue_search")
    ),
    MenuEntry(
        "建立本单位数据仓",
        "begin",
        section=DATA,
        choices=("step",),
        demo="**现在打开的是演示数据**，数字是虚构的。这一页为本单位另建一个数据仓，与演示数据分开放。",
    ),
    MenuEntry("帮助", "help", demo="**演示数据**：图片里的数字全部是虚构的。"),
)

# The addresses at which a page answers, without a slash (the home page has none of its own).
ADDRESSES = tuple(entry.stem for entry in ENTRIES[1:])


def choices_of(address: str) -> tuple[str, ...]:
    """Return the keys of the own controls of the page at an address; empty is the home page."""
    stem = address or ENTRIES[0].stem
    return next((entry.choices for entry in ENTRIES if entry.stem == stem), ())


def demo_words(title: str) -> str:
    """Return what the page of that title says while the store holds demo data."""
    return next((entry.demo for entry in ENTRIES if entry.title == title), ALL_DEMO)
