"""建立本单位数据仓: from the demo to the office's own store, step by step."""

import streamlit as st

from pages.components.begin.stores import stores_known
from pages.components.begin.walk import walk
from pages.shell import access

st.title("建立本单位数据仓", anchor=False)
if access.may("begin"):
    stores_known()
    walk()
else:
    st.info(access.refusal("begin"), icon=":material/lock:")
