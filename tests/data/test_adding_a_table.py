"""「加一张表」 of the catalogue's README, followed to the letter in a store of its own."""

import re
import shlex

import polars as pl
import pytest

from data.__main__ import main as data_main
from data.catalogue import PRODUCT
from queries.__main__ import main as queries_main

README = (PRODUCT / "README.md").read_text("utf-8")
SECTION = README.partition("\n## 加一张表\n")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", SECTION, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder in which every text was written, and the answer of the last command."""
    here = tmp_path_factory.mktemp("adding")
    store = here / "store"
    for _, name, text in BLOCKS:
        if name:
            # The filled report lies beside the store, every definition in its catalogue.
            path = (here if name == "讲座.csv" else store / "catalogue") / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        patch.setenv("HPA_STORE", str(store))
        for line in next(text for kind, _, text in BLOCKS if kind == "bash").splitlines():
            python, _, module, *words = shlex.split(line)
            assert python == "python"
            if module == "queries":
                words += ["-o", "answer.csv"]
            assert {"data": data_main, "queries": queries_main}[module](words) in (0, None)
    return here


def test_the_blank_form_of_the_new_table_is_there(followed):
    assert [path.name for path in (followed / "空白表").glob("*健康讲座月报表*")] != []


def test_the_filed_row_is_shown_by_a_question_that_knew_nothing_of_the_table(followed):
    answer = pl.read_csv(followed / "answer.csv", infer_schema=False)
    row = dict(zip(answer.columns, answer.row(0), strict=True))
    assert "讲座完成率" in row.values()
    assert "90.0" in row.values()
