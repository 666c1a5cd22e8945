"""A table to take away: one button, made when it is pressed, without drawing the page again."""

from collections.abc import Mapping

import polars as pl
import streamlit as st

from pages.exports import csv


def download_csv(table: pl.DataFrame, headers: Mapping[str, str], *, file: str, key: str) -> None:
    """Draw the button that gives the table as a CSV file; it says how many rows the file has.

    table    The rows, as many as the page shows.
    headers  Column name to Chinese heading, in the order of the file; a source column belongs in.
    file     The file's name without its ending, 政策与资料_文件事实.
    """
    st.download_button(
        f"下载CSV（{table.height}行）",
        data=lambda: csv.csv_bytes(table, headers),
        file_name=f"{file}.csv",
        mime=csv.MIME,
        key=f"download_{key}",
        on_click="ignore",
        icon=":material/download:",
        disabled=table.is_empty(),
    )
