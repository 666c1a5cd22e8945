"""报送与质量: reports come in, who has filed, what looks doubtful, every state there was."""

from pages.components.choice import choose_part
from pages.components.desk.area_register import area_register
from pages.components.desk.blank_form import blank_form
from pages.components.desk.chasing import chasing
from pages.components.desk.doubts import doubts
from pages.components.desk.filing_state import filing_state
from pages.components.desk.log import log
from pages.components.desk.snapshots import snapshots
from pages.components.desk.upload import upload_desk
from pages.components.header.filter_bar import filter_bar
from pages.components.header.page_header import page_header

PARTS = {
    "upload": "上报数据",
    "filing": "报送情况",
    "chase": "催报",
    "doubts": "数据疑点",
    "areas": "区划",
    "snapshots": "快照",
    "log": "操作日志",
}

filters = filter_bar()
page_header("报送与质量", filters)
part = choose_part("看哪一部分", PARTS, key="part")

if part == "upload":
    upload_desk()
    blank_form(filters)

if part == "filing":
    filing_state(filters)

if part == "chase":
    chasing(filters)

if part == "doubts":
    doubts(filters)

if part == "areas":
    area_register(filters)

if part == "snapshots":
    snapshots()

if part == "log":
    log()
