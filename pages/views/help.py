"""帮助: each role's day in ten lines, beside a picture of the page where it begins."""

import streamlit as st

from pages.components.documents.help_pages import ROLES, masked, picture, text

st.title("帮助")
st.write("五种人各怎么用。图片是演示数据的页面，数字是虚构的。")

for tab, role in zip(st.tabs([role.name for role in ROLES]), ROLES, strict=True):
    with tab:
        words, shown = st.columns([1, 1], gap="large")
        words.markdown(text(role))
        for page in role.pages:
            shown.html(picture(page))

st.header("写着 * 的数", anchor="masked")
st.markdown(masked())
