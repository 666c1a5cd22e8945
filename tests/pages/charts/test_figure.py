"""The light figure sends to the browser what Plotly's own figure would send."""

import json

import plotly.graph_objects as go
import pytest

from pages.charts.figure import new_figure
from pages.theme.plotly_template import TEMPLATE

LINE = {"color": "#123456", "width": 1}


def draw(figure):
    figure.add_bar(x=[1, None], y=["甲", "乙"], marker={"color": "#abcdef", "opacity": None})
    figure.add_scatter(x=[1, 2], y=[2.5, None], name=None, line={"dash": "dot"})
    figure.add_vline(x=1, line=LINE)
    figure.add_vline(x=2, line=LINE, annotation={"text": "目标", "yref": "paper", "y": 0})
    figure.add_hline(y=3, line=LINE, annotation={"text": "整体", "xanchor": "left"})
    figure.add_annotation(x=1, y=2, text="见底")
    figure.update_xaxes(title_text="县数（个）", title_standoff=4, range=[0, 1], dtick=None)
    figure.update_yaxes(showgrid=False)
    figure.update_geos(projection={"type": "mercator"}, visible=False)
    figure.update_layout(margin={"t": 36}, legend={"y": 1})
    return figure.update_layout(margin={"r": 9}, barmode="stack")


def test_it_sends_what_plotly_would_send():
    ours = json.loads(json.dumps(draw(new_figure(height=300)).to_dict()))
    theirs = draw(go.Figure(layout={"template": TEMPLATE, "height": 300})).to_dict()
    sent = json.loads(json.dumps(theirs))
    assert not sent["layout"]["template"].pop("data", None)
    assert ours == sent


def test_one_figure_does_not_change_the_next():
    draw(new_figure())
    assert set(new_figure().to_dict()["layout"]) == {"template", "height"}


def test_a_property_that_plotly_does_not_know_is_found_when_somebody_looks():
    figure = new_figure().add_bar(x=[1], colour="blue")
    with pytest.raises(ValueError, match="colour"):
        assert figure.data
