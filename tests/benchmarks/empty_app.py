"""The least that Streamlit can show: a title and one chart."""

import plotly.graph_objects as go
import streamlit as st

st.set_page_config(page_title="empty", layout="wide")
st.title("empty")
st.plotly_chart(go.Figure(go.Bar(x=[3, 1, 2], y=["a", "b", "c"], orientation="h")))
