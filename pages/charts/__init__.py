"""Charts: a polars table in, a plotly figure out. Nothing is computed here, nothing is asked."""
