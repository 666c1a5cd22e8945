"""A page that shows nothing but what it was asked: the frame is what is tested."""

import streamlit as st

from pages.components.header.filter_bar import filter_bar
from pages.components.header.page_header import page_header
from pages.shell import runtime

filters = filter_bar()
page_header("试验页", filters)
st.write(f"看到:{filters.area} {filters.period} 快照{runtime.snapshot()}")
