"""数据导出: any report table or indicator, a pivot, and own SQL; with files to take away."""

from pages.components.choice import choose_part
from pages.components.downloads.console_panel import console_part
from pages.components.downloads.filed import filed_part
from pages.components.downloads.values import pivot_part, values_part
from pages.components.header.filter_bar import filter_bar
from pages.components.header.page_header import page_header

PARTS = {"tables": "报表", "indicators": "指标", "pivot": "透视", "console": "查询台"}

filters = filter_bar()
page_header("数据导出", filters)
part = choose_part("要什么", PARTS, key="part")

if part == "tables":
    filed_part(filters)
elif part == "indicators":
    values_part(filters)
elif part == "pivot":
    pivot_part(filters)
else:
    console_part(filters)
