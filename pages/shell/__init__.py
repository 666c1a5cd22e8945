"""The frame around every page, and the bridge to the queries.

Streamlit puts this folder first on the import path: no module here may be named like a
top-level package of the product or like a module of the standard library.
"""
